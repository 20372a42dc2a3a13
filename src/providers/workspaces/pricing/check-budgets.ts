/** Which changes the budgets let through. Amounts are those of the most hours. Pure. */
import type { Budget } from "../../../generated/documents.ts";
import type { CostRange } from "../../../plan/cost.ts";
import { add, type MicroUsd, NOTHING, parseUsd, subtract } from "../../../support/money.ts";
import { openPurse, type Purse, spend } from "./budget-purse.ts";
import type { DesktopPrice } from "./price-desktop.ts";

/** Whose money a desktop is. */
export interface Payer {
  readonly labels: Readonly<Record<string, string>>;
  readonly person: string;
}

/** A desktop that is there, and what it costs. */
export interface RunningCost extends Payer {
  readonly id: string;
  readonly price: DesktopPrice;
}

/** A change of a desktop. Null for "none": `before` of what is created, `after` of what is deleted. */
export interface CostChange extends Payer {
  readonly address: string;
  /** The desktop that it changes; null where it makes one. */
  readonly id: string | null;
  readonly before: DesktopPrice | null;
  readonly after: DesktopPrice | null;
  /** Another one than now where the change gives the desktop to somebody else. */
  readonly payerBefore: Payer;
}

export interface BudgetQuestion {
  readonly budgets: readonly Budget[];
  /** Every desktop that is live and ours, the changed ones with them. */
  readonly current: readonly RunningCost[];
  /** The changes that touch what a desktop costs and that nothing else holds back. */
  readonly changes: readonly CostChange[];
}

/** One budget that a change does not fit into. */
export interface Shortage {
  /** Its place in `spec.budgets`. */
  readonly budget: number;
  /** What is left of it for this change; negative where it is exceeded already. */
  readonly left: MicroUsd;
  /** What the change may add; null where nobody knows. */
  readonly adds: MicroUsd | null;
}

/** How one budget stands. */
export interface BudgetStanding {
  readonly limit: MicroUsd;
  readonly now: MicroUsd;
  /** With the changes that go ahead. */
  readonly after: MicroUsd;
  /** Addresses of the changes that it holds back, sorted. */
  readonly held: readonly string[];
  /** Desktops in its scope, after the changes that go ahead, whose cost nobody knows. */
  readonly notPriced: number;
}

export interface BudgetAnswer {
  readonly standings: readonly BudgetStanding[];
  /** By address of each change that is held. */
  readonly shortages: ReadonlyMap<string, readonly Shortage[]>;
  /** By address: the changes whose savings pay for it, and which therefore must come first. */
  readonly paidBy: ReadonlyMap<string, readonly string[]>;
}

/**
 * Every change that costs more, in the order of addresses, goes ahead where each budget in whose scope it falls has room
 * for it, and is held where one has not; a later, smaller one may still fit. Room is what the budget has left now, and what
 * other changes of the same plan save: whoever takes such room has to wait for the change that makes it, so that a saving
 * that fails is never spent. What costs no more, at the most hours or at the expected ones, is never held: it is the way
 * back.
 */
export function checkBudgets({ budgets, current, changes }: BudgetQuestion): BudgetAnswer {
  const accounts = budgets.map((budget) => openAccount(budget, current, changes));
  const shortages = new Map<string, readonly Shortage[]>();
  const paidBy = new Map<string, readonly string[]>();
  for (const change of changes.toSorted((a, b) => (a.address < b.address ? -1 : 1))) {
    const short = accounts.flatMap((account, budget) => shortageIn(account, budget, change) ?? []);
    if (short.length > 0) shortages.set(change.address, short);
    else {
      const savers = accounts.flatMap((account) => takeRoom(account, change));
      if (savers.length > 0) paidBy.set(change.address, [...new Set(savers)].toSorted());
    }
  }
  const standings = accounts.map((account, budget) => standingOf(account, budget, { changes, shortages }));
  return { standings, shortages, paidBy };
}

interface Account {
  readonly limit: MicroUsd;
  readonly inScope: readonly RunningCost[];
  readonly now: MicroUsd;
  readonly effects: ReadonlyMap<string, Effect>;
  readonly purse: Purse;
}

function openAccount(budget: Budget, current: readonly RunningCost[], changes: readonly CostChange[]): Account {
  const limit = parseUsd(budget.monthlyUsd);
  const inScope = current.filter((one) => isInScope(one, budget));
  const now = inScope.reduce((sum, { price }) => add(sum, amountOf(price, "high")), NOTHING);
  const effects = new Map(changes.map((change) => [change.address, effectOf(change, budget)]));
  const free = [...effects].filter(([, effect]) => !effect.costsMore);
  const dearer = free.reduce((sum, [, { adds }]) => (adds > 0 ? add(sum, adds) : sum), NOTHING);
  const savings = free
    .filter(([, { adds }]) => adds < 0)
    .map(([address, { adds }]) => ({ address, amount: subtract(NOTHING, adds) }))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const purse = openPurse(subtract(subtract(limit, now), dearer), savings);
  return { limit, inScope, now, effects, purse };
}

interface Effect {
  /** At the most hours; of an unknown price, nothing: an unknown one after a known one counts as the known one. */
  readonly adds: MicroUsd;
  readonly costsMore: boolean;
  /** It ends in scope at a cost that nobody knows, so it may cost more. */
  readonly isUnknown: boolean;
}

function effectOf(change: CostChange, budget: Budget): Effect {
  const after = isInScope(change, budget) ? change.after : null;
  const before = isInScope(change.payerBefore, budget) ? change.before : null;
  if (after?.status === "not-priced") return { adds: NOTHING, costsMore: true, isUnknown: true };
  const at = (which: keyof CostRange): MicroUsd => subtract(amountOf(after, which), amountOf(before, which));
  return { adds: at("high"), costsMore: at("high") > 0 && at("expected") > 0, isUnknown: false };
}

/** What costs nobody knows how much does not fit where nothing is left. */
function shortageIn({ effects, purse }: Account, budget: number, { address }: CostChange): Shortage | null {
  const effect = effects.get(address);
  if (effect === undefined || !effect.costsMore) return null;
  const left = purse.reach;
  if (effect.isUnknown) return left > 0 ? null : { budget, left, adds: null };
  return effect.adds <= left ? null : { budget, left, adds: effect.adds };
}

function takeRoom({ effects, purse }: Account, { address }: CostChange): readonly string[] {
  const effect = effects.get(address);
  return effect === undefined || !effect.costsMore ? [] : spend(purse, effect.adds);
}

function standingOf(
  { limit, now, effects, inScope }: Account,
  place: number,
  { changes, shortages }: { changes: readonly CostChange[]; shortages: BudgetAnswer["shortages"] },
): BudgetStanding {
  const ahead = changes.filter(({ address }) => !shortages.has(address));
  const changed = new Set(ahead.map(({ id }) => id));
  const unknown = ahead.filter(({ address }) => effects.get(address)?.isUnknown === true);
  const untouched = inScope.filter(({ id, price }) => price.status === "not-priced" && !changed.has(id));
  return {
    limit,
    now,
    after: ahead.reduce((sum, { address }) => add(sum, effects.get(address)?.adds ?? NOTHING), now),
    held: [...shortages].filter(([, short]) => short.some((one) => one.budget === place)).map(([address]) => address),
    notPriced: untouched.length + unknown.length,
  };
}

function isInScope({ labels, person }: Payer, { scope }: Budget): boolean {
  if (scope === "estate") return true;
  if ("person" in scope) return scope.person.toLowerCase() === person.toLowerCase();
  return Object.entries(scope.label).every(([key, value]) => labels[key] === value);
}

function amountOf(price: DesktopPrice | null, at: keyof CostRange): MicroUsd {
  return price?.status === "priced" ? price.monthly[at] : NOTHING;
}
