/** `site:appliance`. Names hold no colon, so both are read back from it. */
export function applianceIdOf(site: string, appliance: string): string {
  return `${site}:${appliance}`;
}

export function readApplianceId(id: string): { readonly site: string; readonly appliance: string } | null {
  const [site, appliance, ...rest] = id.split(":");
  return site && appliance && rest.length === 0 ? { site, appliance } : null;
}

/** Upper case with colons, from any of the usual spellings; null for what is no hardware address, or a made-up one. */
export function readMac(text: string): string | null {
  const digits = text.replaceAll(/[:.\-\s]/g, "").toUpperCase();
  if (!/^[0-9A-F]{12}$/.test(digits) || /^(0{12}|F{12})$/.test(digits)) return null;
  return digits.match(/../g)?.join(":") ?? null;
}
