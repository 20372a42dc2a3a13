import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readReviewedPlan } from "../../src/apply/reviewed-plan.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { renderJson } from "../../src/render/json.ts";
import {
  actionsOf,
  type Bench,
  changeOf,
  desktop,
  directory,
  findingsOf,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const HOURS = "hoursPerMonth: { expected: 80, high: 200 }";

/** A desktop in Virginia, where the book has prices: $33.75 a month, $69.75 at the most hours. */
function virginian(name: string, more?: string): string {
  return desktop(name, { placement: "directory: virginia", ...(more === undefined ? {} : { more }) });
}

/** `there` are made; from then on the estate's budget is what the test says. */
async function openBudgeted(monthlyUsd: number, there: readonly string[]): Promise<Bench> {
  const bench = await openEstate({
    settings: HOURS,
    more: `  budgets: [{ scope: estate, monthlyUsd: ${monthlyUsd} }]`,
  });
  bench.write(directory("virginia"), ...there.map((name) => virginian(name)));
  await bench.apply();
  bench.forget();
  return bench;
}

/** As `reeve plan --out` writes it and `reeve apply FILE` reads it. */
async function throughFile(plan: Plan): Promise<Plan> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-cost-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "plan.json"), renderJson(plan));
  return readReviewedPlan(join(folder, "plan.json"));
}

test("a plan with cost goes through its file and is carried out", async () => {
  const bench = await openBudgeted(1000, ["ann"]);
  bench.write(directory("virginia"), virginian("ann"), virginian("bob"));
  const plan = await bench.plan();
  expect(changeOf(plan, "bob").cost?.monthly).toEqual({ low: 9_750_000, expected: 33_750_000, high: 69_750_000 });
  expect(plan.cost?.after.monthly.expected).toBe(67_500_000);
  const reviewed = await throughFile(plan);
  expect(reviewed).toEqual(JSON.parse(renderJson(plan)));
  expect(outcomesOf(await bench.apply({ reviewed }))).toEqual(["bob done"]);
});

test("a desktop in place of another, where only one fits the budget: the one goes before the other comes", async () => {
  const bench = await openBudgeted(100, ["zoe"]);
  bench.write(directory("virginia"), virginian("bob"));
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["zoe delete", "bob create"]);
  expect(changeOf(plan, "bob").dependsOn).toEqual(["Workspace/zoe"]);
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["zoe done", "bob done"]);
  expect(bench.writes()).toEqual(["TerminateWorkspaces", "CreateWorkspaces", "CreateTags"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a saving that fails is not spent", async () => {
  const bench = await openBudgeted(100, ["zoe"]);
  bench.write(directory("virginia"), virginian("bob"));
  bench.inject({ operation: "TerminateWorkspaces", kind: "error-before", times: 20 });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["zoe failed retryable", "bob skipped"]);
  expect(outcomeOf(report, "bob")).toMatch(/^depends on Workspace\/zoe, which was not done > /);
  expect(bench.look()).toEqual(["zoe AVAILABLE"]);
});

test("stopped between the two, the same reviewed plan carries on", async () => {
  const bench = await openBudgeted(100, ["zoe"]);
  bench.write(directory("virginia"), virginian("bob"));
  const reviewed = await bench.plan();
  // The call and its five retries.
  bench.inject({ operation: "CreateWorkspaces", kind: "error-before", times: 6 });
  expect(outcomesOf(await bench.apply({ reviewed }))).toEqual(["zoe done", "bob failed retryable"]);
  expect(outcomesOf(await bench.apply({ reviewed }))).toEqual(["bob done", "zoe done"]);
  expect(bench.look()).toEqual(["bob AVAILABLE"]);
});

test("what fits is made and the rest is held; stopping and deleting go ahead under an exceeded budget", async () => {
  const bench = await openBudgeted(150, ["ann"]);
  bench.write(directory("virginia"), virginian("ann", "desiredState: stopped"), virginian("bob"), virginian("cid"));
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["ann stop", "bob create", "cid create !budget"]);
  expect(findingsOf(plan)).toContain(
    "held budget-exceeded: the budget of the estate holds back 1 change that costs more: $69.75 of $150.00 a month now, at the most hours; $139.50 after this plan",
  );
  expect(plan.diagnostics.find(({ code }) => code === "budget-exceeded")?.at).toEqual({
    file: "desired-state/reeve.yaml",
    line: 7,
    column: 42,
  });
  expect(outcomesOf(await bench.apply())).toEqual(["ann done", "bob done", "cid held"]);
});

test("a budget that was lowered after the review holds the change all the same", async () => {
  const roomy = await openBudgeted(100, []);
  roomy.write(directory("virginia"), virginian("bob"));
  const reviewed = await roomy.plan();
  const tight = await openBudgeted(50, []);
  tight.write(directory("virginia"), virginian("bob"));
  const report = await tight.apply({ reviewed });
  expect(outcomesOf(report)).toEqual(["bob held"]);
  expect(outcomeOf(report, "bob")).toMatch(
    /^at the most hours it adds \$69\.75 a month, .* has \$50\.00 left: \$19\.75 too much > raise/,
  );
  expect(tight.writes()).toEqual([]);
});

test("desktops of a region without prices are counted beside the sums, never as nothing", async () => {
  const bench = await openEstate({ settings: HOURS, more: "  budgets: [{ scope: estate, monthlyUsd: 100 }]" });
  bench.write(directory(), desktop("ann"), desktop("bob"));
  const plan = await bench.plan();
  expect(changeOf(plan, "ann").cost).toMatchObject({ monthly: null, notPriced: "no prices of us-west-2" });
  expect(plan.cost?.after.notPriced).toBe(2);
  expect(findingsOf(plan)).toContain(
    "warning budget-not-priced: the budget of the estate cannot count 2 desktops that are not priced",
  );
});

test("reeve list says what a desktop costs", async () => {
  const bench = await openBudgeted(1000, ["ann"]);
  const [found] = (await bench.standings()).filter(({ address }) => address === "Workspace/ann");
  expect(found?.details["cost"]).toBe("$33.75 a month ($9.75 at 0 h, $69.75 at 200 h; 80 h assumed)");
});
