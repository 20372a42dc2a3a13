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
export function checkBudgets(question: BudgetQuestion): BudgetAnswer {
  const accounts = openAccounts(question);
  const shortages = new Map<string, readonly Shortage[]>();
  const paidBy = new Map<string, readonly string[]>();
  const concerned = accountsByChange(accounts);
  for (const address of [...concerned.keys()].toSorted()) {
    const own = concerned.get(address) ?? [];
    const short = own.flatMap((account) => shortageIn(account, address) ?? []);
    if (short.length > 0) shortages.set(address, short);
    else {
      const savers = own.flatMap((account) => takeRoom(account, address));
      if (savers.length > 0) paidBy.set(address, [...new Set(savers)].toSorted());
    }
  }
  return { standings: standingsOf(accounts, shortages), shortages, paidBy };
}

/** One budget, and what falls in its scope. */
interface Account {
  readonly place: number;
  readonly limit: MicroUsd;
  readonly now: MicroUsd;
  readonly inScope: readonly RunningCost[];
  /** By address of the change. */
  readonly effects: ReadonlyMap<string, Effect>;
  readonly purse: Purse;
}

interface Effect {
  readonly id: string | null;
  /** At the most hours; of an unknown price, nothing: an unknown one after a known one counts as the known one. */
  readonly adds: MicroUsd;
  readonly costsMore: boolean;
  /** It ends in scope at a cost that nobody knows, so it may cost more. */
  readonly isUnknown: boolean;
}

/** Looks every desktop's budgets up by its labels and its person, so that many budgets of few desktops each cost little. */
function openAccounts({ budgets, current, changes }: BudgetQuestion): readonly Account[] {
  const running = new Map<string, RunningCost[]>();
  const effects = new Map<string, Map<string, Effect>>();
  const keys = new Set(budgets.map(({ scope }) => keyOf(scope)));
  for (const one of current) {
    for (const key of keysOf(one)) if (keys.has(key)) upsert(running, key, () => []).push(one);
  }
  for (const change of changes) {
    const [before, after] = [new Set(keysOf(change.payerBefore)), new Set(keysOf(change))];
    for (const key of before.union(after)) {
      if (!keys.has(key)) continue;
      const effect = effectOf(change, { isBefore: before.has(key), isAfter: after.has(key) });
      upsert(effects, key, () => new Map()).set(change.address, effect);
    }
  }
  return budgets.map((budget, place) => {
    const key = keyOf(budget.scope);
    const found = { inScope: running.get(key) ?? [], effects: effects.get(key) ?? new Map<string, Effect>() };
    return openAccount(place, parseUsd(budget.monthlyUsd), found);
  });
}

function openAccount(place: number, limit: MicroUsd, found: Pick<Account, "inScope" | "effects">): Account {
  const now = found.inScope.reduce((sum, { price }) => add(sum, amountOf(price, "high")), NOTHING);
  const free = [...found.effects].filter(([, effect]) => !effect.costsMore);
  const dearer = free.reduce((sum, [, { adds }]) => (adds > 0 ? add(sum, adds) : sum), NOTHING);
  const savings = free
    .filter(([, { adds }]) => adds < 0)
    .map(([address, { adds }]) => ({ address, amount: subtract(NOTHING, adds) }))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return { place, limit, now, ...found, purse: openPurse(subtract(subtract(limit, now), dearer), savings) };
}

function effectOf(change: CostChange, scope: { readonly isBefore: boolean; readonly isAfter: boolean }): Effect {
  const { id } = change;
  const after = scope.isAfter ? change.after : null;
  const before = scope.isBefore ? change.before : null;
  if (after?.status === "not-priced") return { id, adds: NOTHING, costsMore: true, isUnknown: true };
  const at = (which: keyof CostRange): MicroUsd => subtract(amountOf(after, which), amountOf(before, which));
  return { id, adds: at("high"), costsMore: at("high") > 0 && at("expected") > 0, isUnknown: false };
}

function accountsByChange(accounts: readonly Account[]): ReadonlyMap<string, readonly Account[]> {
  const concerned = new Map<string, Account[]>();
  for (const account of accounts) {
    for (const address of account.effects.keys()) upsert(concerned, address, () => []).push(account);
  }
  return concerned;
}

/** What costs nobody knows how much does not fit where nothing is left. */
function shortageIn({ place, effects, purse }: Account, address: string): Shortage | null {
  const effect = effects.get(address);
  if (effect === undefined || !effect.costsMore) return null;
  const left = purse.reach;
  if (effect.isUnknown) return left > 0 ? null : { budget: place, left, adds: null };
  return effect.adds <= left ? null : { budget: place, left, adds: effect.adds };
}

function takeRoom({ effects, purse }: Account, address: string): readonly string[] {
  const effect = effects.get(address);
  return effect === undefined || !effect.costsMore ? [] : spend(purse, effect.adds);
}

function standingsOf(accounts: readonly Account[], shortages: BudgetAnswer["shortages"]): readonly BudgetStanding[] {
  const held = new Map<number, string[]>();
  for (const [address, short] of shortages) {
    for (const { budget } of short) upsert(held, budget, () => []).push(address);
  }
  return accounts.map(({ place, limit, now, effects, inScope }) => {
    const ahead = [...effects].flatMap(([address, effect]) => (shortages.has(address) ? [] : [effect]));
    const changed = new Set(ahead.map(({ id }) => id));
    const untouched = inScope.filter(({ id, price }) => price.status === "not-priced" && !changed.has(id));
    return {
      limit,
      now,
      after: ahead.reduce((sum, { adds }) => add(sum, adds), now),
      held: held.get(place) ?? [],
      notPriced: untouched.length + ahead.filter(({ isUnknown }) => isUnknown).length,
    };
  });
}

/** A scope names one label (schema). */
function keyOf(scope: Budget["scope"]): string {
  if (scope === "estate") return scope;
  if ("person" in scope) return `person ${scope.person.toLowerCase()}`;
  const [[key, value] = ["", ""]] = Object.entries(scope.label);
  return `label ${key}=${value}`;
}

function keysOf({ labels, person }: Payer): readonly string[] {
  return [
    "estate",
    `person ${person.toLowerCase()}`,
    ...Object.entries(labels).map(([key, value]) => `label ${key}=${value}`),
  ];
}

function upsert<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

function amountOf(price: DesktopPrice | null, at: keyof CostRange): MicroUsd {
  return price?.status === "priced" ? price.monthly[at] : NOTHING;
}
