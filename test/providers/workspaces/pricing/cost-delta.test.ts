import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  costDelta,
  describeDelta,
  describeTotal,
  totalOfDeltas,
  totalOfPrices,
} from "../../../../src/providers/workspaces/pricing/cost-delta.ts";
import { add, formatUsd, microUsd, parseUsd } from "../../../../src/providers/workspaces/pricing/money.ts";
import type { DesktopPrice } from "../../../../src/providers/workspaces/pricing/price-desktop.ts";
import { price, unknown } from "./prices.ts";

test.each([
  ["a new desktop", null, price(10, 30, 200), "+$30.00 (+$10.00 to +$200.00) a month"],
  ["a deleted one", price(10, 30, 200), null, "-$30.00 (-$10.00 to -$200.00) a month"],
  ["to always-on", price(10, 60, 200), price(35, 35, 35), "-$25.00 (+$25.00 to -$165.00) a month"],
  ["nothing", price(35, 35, 35), price(35, 35, 35), "$0.00 a month"],
  ["to the unknown", price(35, 35, 35), unknown, "not priced: no prices of mars-1"],
  ["from the unknown", unknown, price(35, 35, 35), "not priced: as it is now: no prices of mars-1"],
  ["no more of the unknown", unknown, null, "not priced: as it is now: no prices of mars-1"],
])("%s", (_name, before, after, expected) => {
  expect(describeDelta(costDelta(before, after))).toBe(expected);
});

test("what is not priced stands beside the sum", () => {
  const total = totalOfDeltas([
    costDelta(null, price(10, 30, 200)),
    costDelta(null, unknown),
    costDelta(price(5, 5, 5), null),
  ]);
  expect(describeTotal(total)).toBe("+$25.00 (+$5.00 to +$195.00) a month, +$300.00 a year; 1 not priced");
});

const anyPrice: fc.Arbitrary<DesktopPrice | null> = fc.option(
  fc.oneof(
    fc.tuple(fc.nat(1e6), fc.nat(1e6), fc.nat(1e6)).map(([low, expected, high]) => price(low, expected, high)),
    fc.constant(unknown),
  ),
);

describe("laws", () => {
  test("the total after is the total before and the deltas", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyPrice, anyPrice)), (pairs) => {
        const known = pairs.filter(([a, b]) => a?.status !== "not-priced" && b?.status !== "not-priced");
        const before = totalOfPrices(known.flatMap(([a]) => a ?? [])).monthly;
        const after = totalOfPrices(known.flatMap(([, b]) => b ?? [])).monthly;
        const deltas = totalOfDeltas(pairs.map(([a, b]) => costDelta(a, b)));
        for (const at of ["low", "expected", "high"] as const)
          expect(add(before[at], deltas.monthly[at])).toBe(after[at]);
        expect(deltas.priced + deltas.notPriced).toBe(pairs.length);
        expect(deltas.yearly.expected).toBe(deltas.monthly.expected * 12);
      }),
    );
  });

  test("there and back is nothing", () => {
    fc.assert(
      fc.property(anyPrice, anyPrice, (a, b) => {
        const { monthly } = totalOfDeltas([costDelta(a, b), costDelta(b, a)]);
        expect(monthly).toEqual({ low: 0, expected: 0, high: 0 });
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
