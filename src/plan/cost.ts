/** A month's money in millionths of a US dollar, at the fewest, the expected and the most hours of use. */
export interface CostRange {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** What a change adds to a month (negative: saves), or why nobody can say. */
export type ChangeCost =
  | { readonly monthly: CostRange; readonly words: string }
  | { readonly notPriced: string; readonly words: string };

/** What a plan's changes add, and what everything of the estate costs after them. What is not priced is never summed as 0. */
export interface PlanCost {
  readonly currency: "USD";
  readonly change: CostSum;
  readonly after: CostSum;
  /** What the figures take for granted. */
  readonly notes: readonly string[];
}

export interface CostSum {
  readonly monthly: CostRange;
  readonly yearly: CostRange;
  readonly notPriced: number;
  readonly words: string;
}
