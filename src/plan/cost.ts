/** What changes cost. All amounts are whole millionths of a US dollar. Pure. */
import { add, type MicroUsd, NOTHING, subtract, times } from "../support/money.ts";

/** Money at the fewest, the expected and the most hours of use; of a difference, the difference at those hours. */
export interface CostRange {
  readonly low: MicroUsd;
  readonly expected: MicroUsd;
  readonly high: MicroUsd;
}

/** A month's cost of one thing; null where there is no such thing. What nobody knows is never 0. */
export type MonthlyCost = CostRange | "not-priced" | null;

/** What a change does to the bill. No part of its digest (docs/placement-and-cost.md says why). */
export interface ChangeCost {
  readonly before: MonthlyCost;
  readonly after: MonthlyCost;
  /** What it adds a month (negative: saves), or why nobody can say. */
  readonly monthly: CostRange | null;
  /** Twelve months of it. */
  readonly yearly: CostRange | null;
  readonly notPriced: string | null;
  /** What else there is to say of its cost, in plain words. */
  readonly notes: readonly string[];
}

/** A sum; what is not priced is counted beside it, never in it. */
export interface CostTotal {
  readonly monthly: CostRange;
  readonly yearly: CostRange;
  readonly notPriced: number;
}

/** What a plan's changes add, and what everything of the estate costs after them. Held changes are in neither. */
export interface PlanCost {
  readonly currency: "USD";
  readonly change: CostTotal;
  readonly after: CostTotal;
  /** What the figures take for granted. */
  readonly notes: readonly string[];
}

/** What a provider knows beside its changes: what everything of it costs now. */
export interface CostLedger {
  readonly now: readonly MonthlyCost[];
  readonly notes: readonly string[];
}

const NO_COST: CostRange = { low: NOTHING, expected: NOTHING, high: NOTHING };

/** The difference at each end: going always-on may cost more in a quiet month and less in a busy one. */
export function changeCost(
  { before, after }: Pick<ChangeCost, "before" | "after">,
  notPriced: string | null,
  notes: readonly string[] = [],
): ChangeCost {
  if (before === "not-priced" || after === "not-priced")
    return { before, after, monthly: null, yearly: null, notPriced: notPriced ?? "no price is known", notes };
  const monthly = combine(after ?? NO_COST, before ?? NO_COST, subtract);
  return { before, after, monthly, yearly: yearOf(monthly), notPriced: null, notes };
}

export function totalOf(costs: readonly MonthlyCost[]): CostTotal {
  const known = costs.filter((cost) => cost !== null && cost !== "not-priced");
  const monthly = known.reduce((sum, cost) => combine(sum, cost, add), NO_COST);
  const notPriced = costs.filter((cost) => cost === "not-priced").length;
  return { monthly, yearly: yearOf(monthly), notPriced };
}

/** The ledgers and what the changes that go ahead make of them. */
export function planCost(ledgers: readonly CostLedger[], changes: readonly (ChangeCost | undefined)[]): PlanCost {
  const costs = changes.filter((cost) => cost !== undefined);
  const change = totalOf(costs.map(({ monthly }) => monthly ?? "not-priced"));
  const now = totalOf(ledgers.flatMap((ledger) => ledger.now));
  const [gone, come] = [totalOf(costs.map(({ before }) => before)), totalOf(costs.map(({ after }) => after))];
  const monthly = combine(combine(now.monthly, gone.monthly, subtract), come.monthly, add);
  const after = { monthly, yearly: yearOf(monthly), notPriced: now.notPriced - gone.notPriced + come.notPriced };
  const notes = [...new Set(ledgers.flatMap((ledger) => ledger.notes))].toSorted();
  return { currency: "USD", change, after, notes };
}

function yearOf(monthly: CostRange): CostRange {
  return combine(monthly, NO_COST, (amount) => times(amount, 12));
}

function combine(a: CostRange, b: CostRange, how: (a: MicroUsd, b: MicroUsd) => MicroUsd): CostRange {
  return { low: how(a.low, b.low), expected: how(a.expected, b.expected), high: how(a.high, b.high) };
}
