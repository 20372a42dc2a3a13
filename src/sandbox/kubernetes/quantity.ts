const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const DECIMAL: readonly (readonly [string, number])[] = [
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
];

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?|[eE][+-]?\d+)$/;

/** The server's own spelling of an amount: `1000m` is `1`, `0.5Gi` is `512Mi`. Null: not an amount. */
export function canonicalQuantity(written: string | number): string | null {
  const match = FORM.exec(String(written));
  if (match === null) return null;
  const [, sign = "", whole = "", part = "", suffix = ""] = match;
  if (whole === "" && part === "") return null;
  const nanos = amountInNanos(`${whole}${part}`, part.length, suffix);
  if (nanos === 0n) return "0";
  const minus = sign === "-" ? "-" : "";
  return `${minus}${suffix.endsWith("i") ? binary(nanos) : decimal(nanos)}`;
}

/** Billionths, rounded up, as the server rounds. */
function amountInNanos(digits: string, decimals: number, suffix: string): bigint {
  const at = BINARY.findIndex((one) => one === suffix);
  const unit = suffix !== "" && at > 0 ? 1024n ** BigInt(at) : 1n;
  const exponent = (at > 0 ? 0 : exponentOf(suffix)) - decimals + 9;
  const amount = BigInt(digits) * unit;
  if (exponent >= 0) return amount * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (amount + divisor - 1n) / divisor;
}

function exponentOf(suffix: string): number {
  if (/^[eE][+-]?\d/.test(suffix)) return Number(suffix.slice(1));
  return DECIMAL.find(([one]) => one === suffix)?.[1] ?? 0;
}

function binary(nanos: bigint): string {
  const billion = 1_000_000_000n;
  if (nanos % billion !== 0n || nanos < 1024n * billion) return decimal(nanos);
  let amount = nanos / billion;
  let step = 0;
  for (; step < BINARY.length - 1 && amount % 1024n === 0n; step += 1) amount /= 1024n;
  return `${amount}${BINARY[step] ?? ""}`;
}

function decimal(nanos: bigint): string {
  let amount = nanos;
  let step = 0;
  for (; step < DECIMAL.length - 1 && amount % 1000n === 0n; step += 1) amount /= 1000n;
  return `${amount}${DECIMAL[step]?.[0] ?? ""}`;
}

/** In powers of two as soon as one of the amounts is. */
export function sumOfQuantities(amounts: readonly string[]): string {
  const nanos = amounts.reduce((total, amount) => total + quantityValue(amount), 0n);
  if (nanos === 0n) return "0";
  return amounts.some((amount) => amount.endsWith("i")) ? binary(nanos) : decimal(nanos);
}

/** For sums and comparisons; a nonsense amount counts as none. */
export function quantityValue(written: string): bigint {
  const match = FORM.exec(written);
  if (match === null) return 0n;
  const [, sign = "", whole = "", part = "", suffix = ""] = match;
  const nanos = amountInNanos(`${whole}${part}` === "" ? "0" : `${whole}${part}`, part.length, suffix);
  return sign === "-" ? -nanos : nanos;
}
