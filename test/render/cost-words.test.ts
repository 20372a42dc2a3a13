import { expect, test } from "vitest";
import type { CostTotal, PlanCost } from "../../src/plan/cost.ts";
import { costLines } from "../../src/render/cost-words.ts";
import { microUsd } from "../../src/support/money.ts";

function total(dollars: number, notPriced: number): CostTotal {
  const amount = microUsd(dollars * 1_000_000);
  const range = { low: amount, expected: amount, high: amount };
  return { monthly: range, yearly: range, notPriced };
}

test.each([
  { what: "nothing costs anything", change: total(0, 0), monthly: "$0.00", beside: "" },
  {
    what: "nothing is priced",
    change: total(0, 2),
    monthly: "not priced",
    beside: "2 changes are not priced and in no figure",
  },
  { what: "some is priced", change: total(5, 1), monthly: "+$5.00", beside: "1 change is not priced and in no figure" },
])("where $what, the sum of the changes says so", ({ change, monthly, beside }) => {
  const cost: PlanCost = { currency: "USD", change, after: total(0, 0), notes: [] };
  expect(costLines(cost, true)[0]).toMatchObject({ monthly, beside });
});
