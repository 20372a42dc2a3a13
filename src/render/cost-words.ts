/** Money in words. */
import type { ChangeCost, CostRange, CostTotal, PlanCost } from "../plan/cost.ts";
import { formatUsd, formatUsdDelta, type MicroUsd, NOTHING } from "../support/money.ts";
import { plural } from "./words.ts";

/** `+$33.75 (+$9.75 to +$228.75) a month, +$405.00 (+$117.00 to +$2,745.00) a year`, or why it is not priced. */
export function describeChangeCost({ monthly, yearly, notPriced }: ChangeCost): string {
  if (monthly === null || yearly === null) return `not priced: ${notPriced ?? ""}`;
  return `${describeRange(monthly, formatUsdDelta)} a month, ${describeRange(yearly, formatUsdDelta)} a year`;
}

/** A line of a plan's cost: what, a month, a year, and what is not in the figures. */
export interface CostLine {
  readonly what: string;
  readonly monthly: string;
  readonly yearly: string;
  readonly beside: string;
}

export function costLines({ change, after }: PlanCost, hasChanges: boolean): readonly CostLine[] {
  const changes = {
    what: "these changes",
    ...describeTotal(change, formatUsdDelta),
    beside: besideWords(change.notPriced, "change"),
  };
  const estate = {
    what: hasChanges ? "the estate after them" : "the estate",
    ...describeTotal(after, formatUsd),
    beside: besideWords(after.notPriced, "resource"),
  };
  return hasChanges ? [changes, estate] : [estate];
}

/** Where nothing that is priced adds anything, a sum of 0 would read as if what is not priced were free. */
function describeTotal(
  { monthly, yearly, notPriced }: CostTotal,
  format: (amount: MicroUsd) => string,
): Pick<CostLine, "monthly" | "yearly"> {
  const isNothing = monthly.low === NOTHING && monthly.expected === NOTHING && monthly.high === NOTHING;
  if (isNothing && notPriced > 0) return { monthly: "not priced", yearly: "not priced" };
  return { monthly: describeRange(monthly, format), yearly: describeRange(yearly, format) };
}

function describeRange({ low, expected, high }: CostRange, format: (amount: MicroUsd) => string): string {
  return low === expected && high === expected
    ? format(expected)
    : `${format(expected)} (${format(low)} to ${format(high)})`;
}

function besideWords(count: number, noun: string): string {
  if (count === 0) return "";
  return `${plural(count, noun)} ${count === 1 ? "is" : "are"} not priced and in no figure`;
}
