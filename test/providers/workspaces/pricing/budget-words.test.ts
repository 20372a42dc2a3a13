import { expect, test } from "vitest";
import type { Budget } from "../../../../src/generated/documents.ts";
import { budgetFindings } from "../../../../src/providers/workspaces/pricing/budget-words.ts";
import { checkBudgets, type RunningCost } from "../../../../src/providers/workspaces/pricing/check-budgets.ts";
import { resource } from "../../../support/literals.ts";
import { flat, unknown } from "./prices.ts";

const BUDGETS: readonly Budget[] = [
  { scope: "estate", monthlyUsd: 100 },
  { scope: { label: { team: "robotics" } }, monthlyUsd: 100 },
];

const OLD = "prices are of 2026-05-01";

const ANN = { id: "ann", labels: { team: "robotics" }, person: "ann" };

interface Row {
  readonly name: string;
  readonly price: RunningCost["price"];
  readonly stale: string | null;
  readonly expected: readonly string[];
}

test.each<Row>([
  { name: "prices of today", price: flat(50), stale: null, expected: [] },
  {
    name: "old prices are said once for all budgets",
    price: flat(50),
    stale: OLD,
    expected: [`spec.budgets budgets are judged by old prices: ${OLD}`],
  },
  {
    name: "what is not priced is said at each budget, and no price is old where none is known",
    price: unknown,
    stale: OLD,
    expected: [
      "spec.budgets.0.monthlyUsd the budget of the estate cannot count 1 desktop that is not priced",
      "spec.budgets.1.monthlyUsd the budget of team=robotics cannot count 1 desktop that is not priced",
    ],
  },
])("$name", ({ price, stale, expected }) => {
  const { standings } = checkBudgets({ budgets: BUDGETS, current: [{ ...ANN, price }], changes: [] });
  const found = budgetFindings({ budgets: BUDGETS, standings, stale, unread: [] }, resource("Estate/robco"));
  expect(found.map(({ path, message }) => `${path.join(".")} ${message}`)).toEqual(expected);
});
