/** What a host says of Kerberos itself; it comes after what Reeve says. */
const HOST_CONFIG = "/etc/krb5.conf";

export interface KerberosPlace {
  readonly domain: string;
  readonly address: string;
}

/**
 * Where a domain hands out its tickets: at the address that its document gives, since the resolver of the host need not know
 * the domain. `smbclient` would ask that resolver some twenty times a start, and wait five seconds for each answer that is
 * lost; then it would go on without Kerberos, which a domain may insist on.
 */
export function kerberosConfig({ domain, address }: KerberosPlace): string {
  // As the user's name may have it, and as domains have it.
  const realms = [...new Set([domain, domain.toLowerCase(), domain.toUpperCase()])];
  const of = (realm: string): string => `${realm} = {\n kdc = ${address.includes(":") ? `[${address}]` : address}\n}\n`;
  // Three times that, where a firewall swallows port 88: the files are then read and written without Kerberos.
  const rules = "dns_lookup_kdc = false\ndns_lookup_realm = false\nkdc_timeout = 2\n";
  return `[libdefaults]\n${rules}[realms]\n${realms.map(of).join("")}`;
}

/** The environment of Kerberos: the file first, then what the host says. */
export function kerberosConfigPath(file: string): string {
  return `${file}:${HOST_CONFIG}`;
}

/** Of a user of another domain Reeve knows no address. */
export function isOfDomain(username: string, domain: string): boolean {
  return username.slice(username.lastIndexOf("@") + 1).toLowerCase() === domain.toLowerCase();
}
