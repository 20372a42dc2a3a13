import { add, formatUsd, type MicroUsd, NOTHING, parseUsd, subtract } from "./money.ts";
import type { DesktopPrice, MonthlyRange } from "./price-desktop.ts";

/** As `reeve.yaml` says it. */
export interface Budget {
  readonly scope: "estate" | { readonly label: Readonly<Record<string, string>> } | { readonly person: string };
  readonly monthlyUsd: number;
}

/** Whose money a desktop is. */
export interface Payer {
  readonly labels: Readonly<Record<string, string>>;
  readonly person: string;
}

/** A desktop that is there, and what it costs. */
export interface RunningCost extends Payer {
  readonly address: string;
  readonly price: DesktopPrice;
}

/** A change of a desktop. Null for "none": `before` of what is created, `after` of what is deleted or stopped for good. */
export interface CostChange extends Payer {
  readonly address: string;
  readonly before: DesktopPrice | null;
  readonly after: DesktopPrice | null;
  /** Who paid before, where the change moves a desktop from one scope to another; left out: the same. */
  readonly payerBefore?: Payer;
}

export interface BudgetQuestion {
  readonly budgets: readonly Budget[];
  /** Every desktop that is live and ours, the changed ones with them. */
  readonly current: readonly RunningCost[];
  /** The changes that touch what a desktop costs; a change of tags alone is none. */
  readonly changes: readonly CostChange[];
  /** Which hours count against a budget; `high` unless said: a cap holds only if the worst month stays below it. */
  readonly against?: keyof MonthlyRange;
  /** What to do with a change that costs something nobody knows: `warn` unless said. */
  readonly unpriced?: "warn" | "deny";
}

/** How one budget stands. */
export interface BudgetStanding {
  readonly scope: string;
  readonly limit: MicroUsd;
  readonly before: MicroUsd;
  readonly after: MicroUsd;
  readonly isExceeded: boolean;
  /** Desktops in scope, after the changes, whose cost nobody knows. */
  readonly notPriced: number;
  /** Addresses of the changes that this budget blocks, sorted: those that cost more, and no other. */
  readonly blocked: readonly string[];
  /** One line for the plan; null where there is nothing to say. */
  readonly message: string | null;
}

/**
 * Every budget against the estate as it would be. What costs less or nothing (stop, delete, shrink) is never blocked, not
 * even where the budget is exceeded already: it is the way back.
 */
export function checkBudgets(question: BudgetQuestion): readonly BudgetStanding[] {
  return question.budgets.map((budget) => checkBudget(budget, question));
}

function checkBudget(
  budget: Budget,
  { current, changes, against = "high", unpriced = "warn" }: BudgetQuestion,
): BudgetStanding {
  const effects = changes.map((change) => effectOf(change, budget, against));
  const inScope = current.filter((one) => isInScope(one, budget));
  const before = inScope.reduce((sum, { price }) => add(sum, amountOf(price, against)), NOTHING);
  const after = effects.reduce((sum, { delta }) => add(sum, delta), before);
  const limit = parseUsd(budget.monthlyUsd);
  const isExceeded = after > limit;
  const dearer = isExceeded ? effects.filter(({ delta, isUnknown }) => delta > 0 || isUnknown) : [];
  const unknown = effects.filter(({ isUnknown }) => isUnknown);
  const blocked = [...dearer, ...(unpriced === "deny" ? unknown : [])].map(({ address }) => address);
  const changed = new Set(changes.map(({ address }) => address));
  const untouched = inScope.filter(({ address, price }) => price.status === "not-priced" && !changed.has(address));
  const standing = {
    scope: describeScope(budget),
    limit,
    before,
    after,
    isExceeded,
    notPriced: untouched.length + unknown.length,
    blocked: [...new Set(blocked)].toSorted(),
  };
  return { ...standing, message: describeStanding(standing) };
}

interface Effect {
  readonly address: string;
  readonly delta: MicroUsd;
  /** It ends in scope at a cost that nobody knows, so it may cost more. */
  readonly isUnknown: boolean;
}

/** An unknown price after a known one counts as the known one: not knowing must not make room in a budget. */
function effectOf(change: CostChange, budget: Budget, against: keyof MonthlyRange): Effect {
  const after = isInScope(change, budget) ? change.after : null;
  const before = isInScope(change.payerBefore ?? change, budget) ? change.before : null;
  const isUnknown = after?.status === "not-priced";
  const delta = isUnknown ? NOTHING : subtract(amountOf(after, against), amountOf(before, against));
  return { address: change.address, delta, isUnknown };
}

function isInScope({ labels, person }: Payer, { scope }: Budget): boolean {
  if (scope === "estate") return true;
  if ("person" in scope) return scope.person.toLowerCase() === person.toLowerCase();
  return Object.entries(scope.label).every(([key, value]) => labels[key] === value);
}

function amountOf(price: DesktopPrice | null, against: keyof MonthlyRange): MicroUsd {
  return price?.status === "priced" ? price.monthly[against] : NOTHING;
}

function describeScope({ scope }: Budget): string {
  if (scope === "estate") return "estate";
  if ("person" in scope) return `person ${scope.person}`;
  const pairs = Object.entries(scope.label).map(([key, value]) => `${key}=${value}`);
  return `label ${pairs.toSorted().join(", ")}`;
}

function describeStanding(standing: Omit<BudgetStanding, "message">): string | null {
  const { scope, limit, before, after, isExceeded, notPriced, blocked } = standing;
  const unknown = notPriced === 0 ? "" : `; ${notPriced} not priced and not counted`;
  const held = blocked.length === 0 ? "nothing that costs more is asked for" : `${blocked.length} held`;
  const sums = `${formatUsd(after)} of ${formatUsd(limit)} a month, ${formatUsd(before)} now`;
  if (isExceeded) return `budget of ${scope} exceeded: ${sums}; ${held}${unknown}`;
  if (blocked.length > 0) return `budget of ${scope}: ${blocked.length} held, their cost is not known`;
  return notPriced === 0 ? null : `budget of ${scope}: ${sums}${unknown}`;
}
