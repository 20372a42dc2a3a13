/** A whole number of millionths of a US dollar: sums of prices never meet a floating-point fraction. */
export type MicroUsd = number & { readonly __unit: "micro-dollars" };

const PER_DOLLAR = 1_000_000;

/** Brands a whole number; a fraction, or what JSON could not hold exactly, is a bug of the caller. */
export function microUsd(amount: number): MicroUsd {
  if (!Number.isSafeInteger(amount)) throw new TypeError(`not a whole number of micro-dollars: ${amount}`);
  return (amount + 0) as MicroUsd;
}

export const NOTHING = microUsd(0);

export function add(a: MicroUsd, b: MicroUsd): MicroUsd {
  return microUsd(a + b);
}

export function subtract(a: MicroUsd, b: MicroUsd): MicroUsd {
  return microUsd(a - b);
}

/** `factor` is a whole number: hours, months, desktops. */
export function times(amount: MicroUsd, factor: number): MicroUsd {
  if (!Number.isSafeInteger(factor)) throw new TypeError(`not a whole number: ${factor}`);
  return microUsd(amount * factor);
}

/** Dollars of a document or a price list as micro-dollars, read digit by digit; fractions below a micro-dollar are cut. */
export function parseUsd(dollars: number | string): MicroUsd {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(typeof dollars === "number" ? plainDecimal(dollars) : dollars);
  if (match === null) throw new TypeError(`not an amount of dollars: ${dollars}`);
  const [, sign = "", whole = "0", fraction = ""] = match;
  const amount = Number(whole) * PER_DOLLAR + Number(fraction.padEnd(6, "0").slice(0, 6));
  return microUsd(sign === "-" && amount > 0 ? -amount : amount);
}

/** `$1,234.50`, `-$12.00`, `$0.005`: cents, and further digits only where there are any. */
export function formatUsd(amount: MicroUsd): string {
  const size = Math.abs(amount);
  const whole = Math.floor(size / PER_DOLLAR)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (size % PER_DOLLAR)
    .toString()
    .padStart(6, "0")
    .replace(/0{1,4}$/, "");
  return `${amount < 0 ? "-" : ""}$${whole}.${fraction}`;
}

/** As `formatUsd`, with a plus where it costs more. */
export function formatUsdDelta(amount: MicroUsd): string {
  return amount > 0 ? `+${formatUsd(amount)}` : formatUsd(amount);
}

/** JSON and YAML numbers print as `1e-7` or `1e+21` at the ends. */
function plainDecimal(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(6) : text;
}
