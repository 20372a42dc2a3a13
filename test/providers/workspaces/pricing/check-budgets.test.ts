import fc from "fast-check";
import { expect, test } from "vitest";
import type { Budget } from "../../../../src/generated/documents.ts";
import { budgetBlock } from "../../../../src/providers/workspaces/pricing/budget-words.ts";
import {
  type CostChange,
  checkBudgets,
  type RunningCost,
} from "../../../../src/providers/workspaces/pricing/check-budgets.ts";
import type { DesktopPrice } from "../../../../src/providers/workspaces/pricing/price-desktop.ts";
import { flat, price, unknown } from "./prices.ts";

const ROBOTICS = { team: "robotics" };

type Extra = Partial<Omit<CostChange, "address" | "before" | "after">>;

/** Of the desktop `id`, which is the address unless said. */
function change(
  address: string,
  before: DesktopPrice | null,
  after: DesktopPrice | null,
  extra: Extra = {},
): CostChange {
  const payer = { labels: extra.labels ?? ROBOTICS, person: extra.person ?? "jdoe" };
  return { address, id: before === null ? null : address, before, after, ...payer, payerBefore: payer, ...extra };
}

function running(id: string, cost: DesktopPrice): RunningCost {
  return { id, price: cost, labels: ROBOTICS, person: "jdoe" };
}

const ESTATE: Budget = { scope: "estate", monthlyUsd: 100 };
const TEAM: Budget = { scope: { label: ROBOTICS }, monthlyUsd: 100 };
const PERSON: Budget = { scope: { person: "JDoe" }, monthlyUsd: 100 };

/** `held` are addresses; `waits` are `who: for whom`. */
interface Row {
  readonly name: string;
  readonly budgets?: readonly Budget[];
  readonly current?: readonly RunningCost[];
  readonly changes: readonly CostChange[];
  readonly held?: readonly string[];
  readonly waits?: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: "room", current: [running("a", flat(60))], changes: [change("b", null, flat(40))] },
  { name: "no room", current: [running("a", flat(60))], changes: [change("b", null, flat(41))], held: ["b"] },
  { name: "the worst month counts", changes: [change("b", null, price(1, 2, 101))], held: ["b"] },
  {
    name: "those that fit go ahead by address; a later, smaller one may still fit",
    changes: [change("c", null, flat(30)), change("a", null, flat(60)), change("b", null, flat(50))],
    held: ["b"],
  },
  {
    name: "a saving makes room for whoever waits for it",
    current: [running("a", flat(60))],
    changes: [change("a", flat(60), null), change("b", null, flat(90)), change("c", null, flat(10))],
    waits: ["b: a", "c: a"],
  },
  {
    name: "who fits without a saving waits for none",
    current: [running("z", flat(60))],
    changes: [change("z", flat(60), null), change("b", null, flat(40)), change("c", null, flat(10))],
    waits: ["c: z"],
  },
  {
    name: "savings are spent piece by piece",
    current: [running("x", flat(50)), running("y", flat(50))],
    changes: [
      change("x", flat(50), null),
      change("y", flat(50), null),
      change("a", null, flat(30)),
      change("b", null, flat(30)),
      change("c", null, flat(40)),
      change("d", null, flat(1)),
    ],
    held: ["d"],
    waits: ["a: x", "b: x y", "c: y"],
  },
  {
    name: "savings first bring an exceeded budget back, for everybody",
    current: [running("x", flat(50)), running("y", flat(100))],
    changes: [
      change("x", flat(50), null),
      change("y", flat(100), null),
      change("a", null, flat(10)),
      change("b", null, flat(10)),
    ],
    waits: ["a: x y", "b: x y"],
  },
  {
    name: "what costs less is never held, and no dearer one fits where it is still exceeded",
    current: [running("a", flat(600)), running("b", flat(10))],
    changes: [change("a", flat(600), flat(500)), change("b", flat(10), null), change("c", null, flat(5))],
    held: ["c"],
  },
  {
    name: "to auto-stop costs less at the expected hours: never held, and its worst month is taken off",
    current: [running("a", flat(35))],
    changes: [change("a", flat(35), price(10, 34, 229)), change("b", null, flat(1))],
    held: ["b"],
  },
  {
    name: "to always-on lowers the worst month",
    current: [running("a", price(10, 34, 100))],
    changes: [change("a", price(10, 34, 100), flat(35)), change("b", null, flat(65))],
    waits: ["b: a"],
  },
  {
    name: "another team",
    budgets: [TEAM],
    current: [running("a", flat(100))],
    changes: [change("b", null, flat(90), { labels: { team: "art" } })],
  },
  {
    name: "given to somebody whose budget is full",
    budgets: [PERSON],
    current: [running("a", flat(100))],
    changes: [change("b", flat(90), flat(90), { payerBefore: { labels: {}, person: "ann" } })],
    held: ["b"],
  },
  {
    name: "a person in other letters",
    budgets: [PERSON],
    current: [running("a", flat(100))],
    changes: [change("b", null, flat(1))],
    held: ["b"],
  },
  {
    name: "another person",
    budgets: [PERSON],
    current: [running("a", flat(100))],
    changes: [change("b", null, flat(1), { person: "ann" })],
  },
  {
    name: "what one budget holds takes no room of another",
    budgets: [
      { ...ESTATE, monthlyUsd: 50 },
      { ...PERSON, monthlyUsd: 40 },
    ],
    changes: [change("a", null, flat(45)), change("b", null, flat(50), { person: "ann" })],
    held: ["a"],
  },
  { name: "an unknown cost, where something is left", changes: [change("b", null, unknown)] },
  {
    name: "an unknown cost, where nothing is left",
    current: [running("a", flat(100))],
    changes: [change("b", null, unknown), change("a", flat(100), unknown)],
    held: ["a", "b"],
  },
  {
    name: "an unknown cost after a known one makes no room",
    current: [running("a", flat(90))],
    changes: [change("a", flat(90), unknown), change("b", null, flat(50))],
    held: ["b"],
  },
  { name: "the end of an unknown cost", current: [running("a", flat(200))], changes: [change("b", unknown, null)] },
];

test.each(ROWS)("$name", ({ budgets = [ESTATE], current = [], changes, held = [], waits = [] }) => {
  const answer = checkBudgets({ budgets, current, changes });
  expect([...answer.shortages.keys()]).toEqual(held);
  expect([...answer.paidBy].map(([who, whom]) => `${who}: ${whom.join(" ")}`)).toEqual(waits);
  expect([...new Set(answer.standings.flatMap((one) => one.held))].toSorted()).toEqual(held);
});

test.each([
  {
    name: "by how much it is too dear",
    budgets: [TEAM],
    changes: [change("b", null, flat(41.5))],
    message:
      "at the most hours it adds $41.50 a month, and the budget of team=robotics ($100.00 a month) has $40.00 left: $1.50 too much",
    next: "raise spec.budgets[0].monthlyUsd by $1.50",
  },
  {
    name: "each budget that is too small",
    budgets: [{ ...ESTATE, monthlyUsd: 50 }, PERSON],
    changes: [change("b", null, flat(41))],
    message:
      "at the most hours it adds $41.00 a month, and the budget of the estate ($50.00 a month) is over by $10.00 already: $51.00 too much; " +
      "at the most hours it adds $41.00 a month, and the budget of JDoe ($100.00 a month) has $40.00 left: $1.00 too much",
    next: "raise spec.budgets[0].monthlyUsd by $51.00 and raise spec.budgets[1].monthlyUsd by $1.00",
  },
  {
    name: "that nobody knows",
    budgets: [{ ...ESTATE, monthlyUsd: 60 }],
    changes: [change("b", null, unknown)],
    message: "nobody knows what it adds, and the budget of the estate ($60.00 a month) has $0.00 left",
    next: "raise spec.budgets[0].monthlyUsd",
  },
] satisfies { name: string; budgets: Budget[]; changes: CostChange[]; message: string; next: string }[])(
  "a held change says $name",
  ({ budgets, changes, message, next }) => {
    const { shortages } = checkBudgets({ budgets, current: [running("a", flat(60))], changes });
    const rest =
      " in a reviewed change, or ask for less, or remove something first: stopping and deleting are never held";
    expect(budgetBlock(shortages.get("b") ?? [], budgets)).toEqual({ code: "budget", message, next: `${next}${rest}` });
  },
);

const anyPrice = fc.oneof(
  fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)).map(([low, more, most]) => price(low, low + more, low + more + most)),
  fc.constant(unknown),
);

/** Changes of distinct desktops, those that are there among `current`. */
const anyChanges = fc
  .array(
    fc.tuple(
      fc.option(anyPrice),
      fc.option(anyPrice),
      fc.constantFrom("robotics", "art"),
      fc.constantFrom("ann", "bob"),
    ),
    { maxLength: 10 },
  )
  .map((rows) =>
    rows.map(([before, after, team, person], index) =>
      change(`W/${index}`, before, after, { labels: { team }, person }),
    ),
  );
const anyBudgets = fc.array(
  fc.record({
    scope: fc.constantFrom<Budget["scope"]>("estate", { label: ROBOTICS }, { person: "ann" }),
    monthlyUsd: fc.nat(600),
  }),
  { maxLength: 3 },
);

function currentOf(changes: readonly CostChange[]): readonly RunningCost[] {
  return changes.flatMap(({ id, before, labels, person }) =>
    id === null || before === null ? [] : [{ id, price: before, labels, person }],
  );
}

function highOf(one: DesktopPrice | null): number {
  return one?.status === "priced" ? one.monthly.high : 0;
}

test("what costs no more is never held, whatever the budgets", () => {
  fc.assert(
    fc.property(anyBudgets, anyChanges, (budgets, changes) => {
      const { shortages } = checkBudgets({ budgets, current: currentOf(changes), changes });
      for (const { address, before, after } of changes) {
        const isKnown = after?.status !== "not-priced" && before?.status !== "not-priced";
        if (after === null || (isKnown && highOf(after) <= highOf(before))) expect(shortages.has(address)).toBe(false);
      }
    }),
  );
});

const everybodys = fc.array(
  fc.record({
    scope: fc.constantFrom<Budget["scope"]>("estate", { label: ROBOTICS }, { person: "jdoe" }),
    monthlyUsd: fc.nat(600),
  }),
  { minLength: 1, maxLength: 3 },
);
const flatChanges = fc
  .array(fc.tuple(fc.option(fc.nat(200).map(flat)), fc.option(fc.nat(200).map(flat)), fc.boolean()), { maxLength: 10 })
  .map((rows) => rows.map(([before, after, fails], index) => ({ ...change(`W/${index}`, before, after), fails })));

test("whichever changes fail, where one that costs more is done no budget is exceeded", () => {
  fc.assert(
    fc.property(everybodys, flatChanges, (budgets, changes) => {
      const current = currentOf(changes);
      const { shortages, paidBy } = checkBudgets({ budgets, current, changes });
      const failed = new Set(changes.filter(({ fails }) => fails).map(({ address }) => address));
      const done = changes.filter(
        ({ address }) =>
          !shortages.has(address) &&
          !failed.has(address) &&
          (paidBy.get(address) ?? []).every((saver) => !failed.has(saver)),
      );
      const isDearer = done.some(({ before, after }) => highOf(after) > highOf(before));
      const bill = current.reduce((sum, one) => sum + highOf(one.price), 0);
      const after = done.reduce((sum, one) => sum + highOf(one.after) - highOf(one.before), bill);
      const least = Math.min(...budgets.map(({ monthlyUsd }) => monthlyUsd * 1_000_000));
      if (isDearer) expect(after).toBeLessThanOrEqual(least);
      for (const savers of paidBy.values()) expect(savers.filter((saver) => paidBy.has(saver))).toEqual([]);
    }),
  );
});
