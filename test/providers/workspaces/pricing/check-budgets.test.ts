import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Budget,
  type CostChange,
  checkBudgets,
  type RunningCost,
} from "../../../../src/providers/workspaces/pricing/check-budgets.ts";
import type { DesktopPrice } from "../../../../src/providers/workspaces/pricing/price-desktop.ts";
import { price, unknown } from "./prices.ts";

const ROBOTICS = { team: "robotics" };

function change(
  address: string,
  before: DesktopPrice | null,
  after: DesktopPrice | null,
  extra: Partial<CostChange> = {},
): CostChange {
  return { address, before, after, labels: ROBOTICS, person: "jdoe", ...extra };
}

function running(address: string, cost: DesktopPrice, extra: Partial<RunningCost> = {}): RunningCost {
  return { address, price: cost, labels: ROBOTICS, person: "jdoe", ...extra };
}

const ESTATE: Budget = { scope: "estate", monthlyUsd: 100 };
const TEAM: Budget = { scope: { label: ROBOTICS }, monthlyUsd: 100 };
const PERSON: Budget = { scope: { person: "JDoe" }, monthlyUsd: 100 };
const isFree = (cost: DesktopPrice) => cost.status === "priced" && cost.monthly.high === 0;
const flat = (usd: number) => price(usd, usd, usd);

test.each([
  {
    name: "room",
    budget: ESTATE,
    current: [running("W/a", flat(60))],
    changes: [change("W/b", null, flat(40))],
    blocked: [],
  },
  {
    name: "no room",
    budget: ESTATE,
    current: [running("W/a", flat(60))],
    changes: [change("W/b", null, flat(41))],
    blocked: ["W/b"],
  },
  {
    name: "the worst month counts",
    budget: ESTATE,
    current: [],
    changes: [change("W/b", null, price(1, 2, 101))],
    blocked: ["W/b"],
  },
  {
    name: "room made by a deletion",
    budget: ESTATE,
    current: [running("W/a", flat(60))],
    changes: [change("W/a", flat(60), null), change("W/b", null, flat(90))],
    blocked: [],
  },
  {
    name: "a deletion is never blocked",
    budget: ESTATE,
    current: [running("W/a", flat(600))],
    changes: [change("W/a", flat(600), flat(500)), change("W/b", flat(10), null), change("W/c", null, flat(5))],
    blocked: ["W/c"],
  },
  {
    name: "another team",
    budget: TEAM,
    current: [running("W/a", flat(100))],
    changes: [change("W/b", null, flat(90), { labels: { team: "art" } })],
    blocked: [],
  },
  {
    name: "moved into the team",
    budget: TEAM,
    current: [running("W/a", flat(100))],
    changes: [change("W/b", flat(90), flat(90), { payerBefore: { labels: {}, person: "jdoe" } })],
    blocked: ["W/b"],
  },
  {
    name: "a person in other letters",
    budget: PERSON,
    current: [running("W/a", flat(100))],
    changes: [change("W/b", null, flat(1))],
    blocked: ["W/b"],
  },
  {
    name: "another person",
    budget: PERSON,
    current: [running("W/a", flat(100))],
    changes: [change("W/b", null, flat(1), { person: "ann" })],
    blocked: [],
  },
  {
    name: "an unknown cost, warned of",
    budget: ESTATE,
    current: [],
    changes: [change("W/b", null, unknown)],
    blocked: [],
  },
  {
    name: "an unknown cost makes no room",
    budget: ESTATE,
    current: [running("W/a", flat(100))],
    changes: [change("W/a", flat(100), unknown), change("W/b", null, flat(50))],
    blocked: ["W/a", "W/b"],
  },
] satisfies { name: string; budget: Budget; current: RunningCost[]; changes: CostChange[]; blocked: string[] }[])(
  "$name",
  ({ budget, current, changes, blocked }) => {
    expect(checkBudgets({ budgets: [budget], current, changes })[0]?.blocked).toEqual(blocked);
  },
);

describe("says", () => {
  const say = (changes: CostChange[], extra = {}) =>
    checkBudgets({ budgets: [TEAM], current: [running("W/a", flat(60))], changes, ...extra })[0]?.message;

  test("nothing where all is well", () => expect(say([])).toBeNull());
  test("what is exceeded, by what, and what is held", () =>
    expect(say([change("W/b", null, flat(41.5)), change("W/c", null, unknown)])).toBe(
      "budget of label team=robotics exceeded: $101.50 of $100.00 a month, $60.00 now; 2 held; 1 not priced and not counted",
    ));
  test("what is not counted", () =>
    expect(say([change("W/c", null, unknown)])).toBe(
      "budget of label team=robotics: $60.00 of $100.00 a month, $60.00 now; 1 not priced and not counted",
    ));
  test("that an unknown cost is denied where the estate says so", () =>
    expect(say([change("W/c", null, unknown)], { unpriced: "deny" })).toBe(
      "budget of label team=robotics: 1 held, their cost is not known",
    ));
});

test("what costs less is never blocked, and an exceeded budget blocks everything that costs more", () => {
  const cost = fc.option(fc.oneof(fc.nat(200).map(flat), fc.constant(unknown)));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cost, cost), { maxLength: 8 }),
      fc.constantFrom("warn", "deny"),
      (pairs, unpriced) => {
        const changes = pairs.map(([before, after], index) => change(`W/${index}`, before, after));
        const current = changes.flatMap(({ address, before }) => (before === null ? [] : [running(address, before)]));
        const [standing] = checkBudgets({ budgets: [ESTATE], current, changes, unpriced });
        for (const { address, before, after } of changes) {
          const isCheaper =
            after === null ||
            (after.status === "priced" && before?.status === "priced" && after.monthly.high <= before.monthly.high);
          if (isCheaper) expect(standing?.blocked).not.toContain(address);
          else if (standing?.isExceeded === true && !isFree(after)) expect(standing.blocked).toContain(address);
        }
      },
    ),
  );
});
