import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CostRange, changeCost, type MonthlyCost, planCost, totalOf } from "../../src/plan/cost.ts";
import { add, formatUsd, microUsd, parseUsd } from "../../src/support/money.ts";

function cost(low: number, expected: number, high: number): CostRange {
  return { low: microUsd(low), expected: microUsd(expected), high: microUsd(high) };
}

test.each([
  { name: "a new one", before: null, after: cost(10, 30, 200), monthly: [10, 30, 200] },
  { name: "a deleted one", before: cost(10, 30, 200), after: null, monthly: [-10, -30, -200] },
  { name: "dearer in a quiet month", before: cost(10, 60, 200), after: cost(35, 35, 35), monthly: [25, -25, -165] },
  { name: "nothing", before: cost(35, 35, 35), after: cost(35, 35, 35), monthly: [0, 0, 0] },
  { name: "to the unknown", before: cost(35, 35, 35), after: "not-priced" as const, monthly: null },
  { name: "from the unknown", before: "not-priced" as const, after: cost(35, 35, 35), monthly: null },
  { name: "no more of the unknown", before: "not-priced" as const, after: null, monthly: null },
])("$name", ({ before, after, monthly }) => {
  const change = changeCost({ before, after }, "no prices of mars-1");
  expect(change.monthly).toEqual(monthly === null ? null : cost(monthly[0] ?? 0, monthly[1] ?? 0, monthly[2] ?? 0));
  expect(change.yearly?.high ?? null).toBe(monthly === null ? null : (monthly[2] ?? 0) * 12);
  expect(change.notPriced).toBe(monthly === null ? "no prices of mars-1" : null);
});

const anyCost: fc.Arbitrary<MonthlyCost> = fc.oneof(
  fc.tuple(fc.nat(1e12), fc.nat(1e12), fc.nat(1e12)).map(([low, expected, high]) => cost(low, expected, high)),
  fc.constant(null),
  fc.constant("not-priced" as const),
);

const isKnown = (one: MonthlyCost) => one !== "not-priced";

describe("laws", () => {
  test("what all costs after the changes is what is left of it, and the sum of the deltas is the way there", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyCost, anyCost)), fc.array(anyCost), (pairs, untouched) => {
        const now = [...pairs.map(([before]) => before), ...untouched];
        const changes = pairs.map(([before, after]) => changeCost({ before, after }, "unknown"));
        const { change, after } = planCost([{ now, notes: [] }], changes);
        const stays = [...pairs.map(([, one]) => one), ...untouched];
        expect(after).toEqual(totalOf(stays));
        expect(change.notPriced).toBe(pairs.filter((pair) => !pair.every(isKnown)).length);
        if (!pairs.flat().every(isKnown)) return;
        for (const at of ["low", "expected", "high"] as const)
          expect(add(totalOf(now).monthly[at], change.monthly[at])).toBe(after.monthly[at]);
        expect(change.yearly.expected).toBe(change.monthly.expected * 12);
      }),
    );
  });

  test("there and back is nothing", () => {
    fc.assert(
      fc.property(anyCost, anyCost, (a, b) => {
        const there = changeCost({ before: a, after: b }, null);
        const back = changeCost({ before: b, after: a }, null);
        expect(planCost([], [there, back]).change.monthly).toEqual(cost(0, 0, 0));
      }),
    );
  });

  test("printed dollars read back to the same amount, and fractions are refused", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (amount) => {
        expect(parseUsd(formatUsd(microUsd(amount)).replaceAll(/[$,]/g, ""))).toBe(amount);
      }),
    );
    expect(() => microUsd(0.5)).toThrow("whole number");
    expect([parseUsd(0.1), parseUsd(20_000), parseUsd(1e-7), parseUsd(19.99)]).toEqual([100_000, 2e10, 0, 19_990_000]);
    expect(() => parseUsd("1,5")).toThrow("not an amount");
  });
});
