/** Thousandths of a core of `2` or `500m`, as the schema lets them pass. */
export function millicores(text: string): number {
  return text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1000;
}

/** Mi of `512Mi` or `4Gi`. */
export function mebibytes(text: string): number {
  return Number(text.slice(0, -2)) * (text.endsWith("Gi") ? 1024 : 1);
}

const UNITS: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 10n ** 3n,
  m: 10n ** 6n,
  "": 10n ** 9n,
  k: 10n ** 12n,
  M: 10n ** 15n,
  G: 10n ** 18n,
  T: 10n ** 21n,
  P: 10n ** 24n,
  E: 10n ** 27n,
  Ki: (10n ** 9n) << 10n,
  Mi: (10n ** 9n) << 20n,
  Gi: (10n ** 9n) << 30n,
  Ti: (10n ** 9n) << 40n,
  Pi: (10n ** 9n) << 50n,
  Ei: (10n ** 9n) << 60n,
};

/** Billionths of an amount as an API server reads it; null for what is none, or too fine for it. */
export function amountOf(written: unknown): bigint | null {
  const [all, whole = "", part = "", unit = ""] = /^(\d+)(?:\.(\d+))?([A-Za-z]{0,2})$/.exec(String(written)) ?? [];
  const size = UNITS[unit];
  if (all === undefined || size === undefined) return null;
  const scaled = BigInt(whole + part) * size;
  const divisor = 10n ** BigInt(part.length);
  return scaled % divisor === 0n ? scaled / divisor : null;
}
