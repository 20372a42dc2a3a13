import { add, formatUsd, formatUsdDelta, type MicroUsd, NOTHING, subtract, times } from "./money.ts";
import type { DesktopPrice, MonthlyRange, Priced } from "./price-desktop.ts";

/** What a change does to a month's cost. Null prices stand for "there is no desktop". */
export type CostDelta =
  | {
      readonly status: "priced";
      readonly before: MonthlyRange;
      readonly after: MonthlyRange;
      readonly delta: MonthlyRange;
    }
  | { readonly status: "not-priced"; readonly because: string };

/** Sums over desktops or changes; what is not priced is counted beside the sum, never in it. */
export interface CostTotal {
  readonly monthly: MonthlyRange;
  readonly yearly: MonthlyRange;
  readonly priced: number;
  readonly notPriced: number;
}

const NO_COST: MonthlyRange = { low: NOTHING, expected: NOTHING, high: NOTHING };

/** The difference at the fewest, the expected and the most hours: going always-on may cost more at 0 h and less at 730 h. */
export function costDelta(before: DesktopPrice | null, after: DesktopPrice | null): CostDelta {
  if (after?.status === "not-priced") return { status: "not-priced", because: after.because };
  if (before?.status === "not-priced") return { status: "not-priced", because: `as it is now: ${before.because}` };
  const [from, to] = [before?.monthly ?? NO_COST, after?.monthly ?? NO_COST];
  return { status: "priced", before: from, after: to, delta: combine(to, from, subtract) };
}

export function totalOfPrices(prices: readonly DesktopPrice[]): CostTotal {
  return totalOf(prices.map((price) => (price.status === "priced" ? price.monthly : null)));
}

export function totalOfDeltas(deltas: readonly CostDelta[]): CostTotal {
  return totalOf(deltas.map((delta) => (delta.status === "priced" ? delta.delta : null)));
}

/** Twelve months. */
function yearly(monthly: MonthlyRange): MonthlyRange {
  return combine(monthly, NO_COST, (amount) => times(amount, 12));
}

/** `$50.60 a month ($13.00 at 0 h, $356.10 at 730 h; 80 h assumed)`, `$50.00 a month`, `not priced: …`. */
export function describePrice(price: DesktopPrice): string {
  if (price.status === "not-priced") return `not priced: ${price.because}`;
  const { monthly, hours } = price;
  if (hours === null) return `${formatUsd(monthly.expected)} a month`;
  const ends = `${formatUsd(monthly.low)} at ${hours.low} h, ${formatUsd(monthly.high)} at ${hours.high} h`;
  return `${formatUsd(monthly.expected)} a month (${ends}; ${hours.expected} h ${hours.basis})`;
}

/** `+$50.60 a month (+$13.00 to +$356.10)`. */
export function describeDelta(delta: CostDelta): string {
  return delta.status === "not-priced" ? `not priced: ${delta.because}` : `${describeRange(delta.delta)} a month`;
}

/** `+$1,234.00 a month (+$900.00 to +$2,000.00), +$14,808.00 a year; 2 not priced`. */
export function describeTotal(total: CostTotal): string {
  const sum = `${describeRange(total.monthly)} a month, ${formatUsdDelta(total.yearly.expected)} a year`;
  return total.notPriced === 0 ? sum : `${sum}; ${total.notPriced} not priced`;
}

/** Where the other running mode would be cheaper at the expected hours, says so; null where it would not. */
export function runningModeHint(price: Priced): string | null {
  const { hours, breakEvenHours, alwaysOn, monthly } = price;
  if (hours === null || breakEvenHours === null || alwaysOn === null || monthly.expected <= alwaysOn) return null;
  const saved = formatUsd(subtract(monthly.expected, alwaysOn));
  return `always-on saves ${saved} a month at ${hours.expected} h: it is cheaper from ${breakEvenHours} h`;
}

function describeRange({ low, expected, high }: MonthlyRange): string {
  const ends = low === expected && high === expected ? "" : ` (${formatUsdDelta(low)} to ${formatUsdDelta(high)})`;
  return `${formatUsdDelta(expected)}${ends}`;
}

function totalOf(ranges: readonly (MonthlyRange | null)[]): CostTotal {
  const known = ranges.filter((range) => range !== null);
  const monthly = known.reduce((sum, range) => combine(sum, range, add), NO_COST);
  return { monthly, yearly: yearly(monthly), priced: known.length, notPriced: ranges.length - known.length };
}

function combine(a: MonthlyRange, b: MonthlyRange, how: (a: MicroUsd, b: MicroUsd) => MicroUsd): MonthlyRange {
  return { low: how(a.low, b.low), expected: how(a.expected, b.expected), high: how(a.high, b.high) };
}
