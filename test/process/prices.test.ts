import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Plan } from "../../src/plan/plan.ts";
import { type Sold, servePriceList, windows } from "../support/price-list-server.ts";
import { runReeve } from "../support/reeve.ts";

const SOLD: readonly Sold[] = [
  { sku: "A1", usd: "12.00", unit: "Month", attributes: windows("Standard", "AutoStop", "-AutoStop-User") },
  { sku: "A2", usd: "0.35", unit: "Hour", attributes: windows("Standard", "AutoStop", "-AutoStop-Usage") },
  { sku: "A3", usd: "44", unit: "Month", attributes: windows("Standard Plus", "AlwaysOn", "") },
];

const DESKTOPS = `apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: oregon, annotations: { reeve.dev/adopt: "true" } }
spec: { region: us-west-2, directoryId: d-9067012345, bundles: { standard: wsb-wstandarduswest2 } }
---
apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: alice }
spec: { user: alice, placement: { directory: oregon }, bundle: standard }
`;

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "reeve-prices-"));
  mkdirSync(join(cwd, "desired-state"));
  writeFileSync(join(cwd, "desired-state/desktops.yaml"), DESKTOPS);
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** The plan on the sandbox, with these price files named in reeve.yaml. */
async function planWith(prices: string): Promise<Plan> {
  const settings = `workspaces: { accountId: "123456789012", prices: [${prices}] }`;
  const reeve = `apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\nspec: { providers: { ${settings} } }\n`;
  writeFileSync(join(cwd, "desired-state/reeve.yaml"), reeve);
  const { stdout } = await runReeve(["plan", "--sandbox", "--format", "json"], { cwd });
  return JSON.parse(stdout) as Plan;
}

test("prices of a region are taken from AWS's list, and a plan that names their file counts with them", async () => {
  const from = await servePriceList("us-west-2", SOLD);
  const { code, stdout, stderr } = await runReeve(["prices", "us-west-2", "--from", from], { cwd });
  expect([code, stderr]).toEqual([
    0,
    "note: left out, as Reeve has no word for it: Standard Plus, Windows, licence Included\n",
  ]);
  expect(stdout).toBe(
    "prices/us-west-2.json: 2 prices of us-west-2\nNext: name it in spec.providers.workspaces.prices of reeve.yaml, and commit both\n",
  );
  const file = JSON.parse(readFileSync(join(cwd, "prices/us-west-2.json"), "utf8"));
  expect(file.sources.aws.what).toContain("version 20261101000000, published 2026-11-01T00:00:00Z: http://127.0.0.1:");
  expect(file.prices).toContainEqual(
    expect.objectContaining({ sku: "A1", microUsd: 12_000_000, meter: "auto-stop-month" }),
  );

  const cost = (plan: Plan) => plan.changes.find(({ name }) => name === "alice")?.cost;
  expect(cost(await planWith(""))).toMatchObject({ monthly: null, notPriced: "no prices of us-west-2" });
  expect(cost(await planWith("prices/us-west-2.json"))?.monthly).toEqual({
    low: 12_000_000,
    expected: 40_000_000,
    high: 267_500_000,
  });
});

test.each([
  ["a region that the list does not have", ["eu-central-1"], "has no region eu-central-1"],
  ["no region", ["Frankfurt"], "Frankfurt is no region"],
  ["nothing", [], "which region?"],
])("reeve prices with %s says what to do", async (_name, operands, says) => {
  const from = await servePriceList("us-west-2", SOLD);
  const { code, stderr } = await runReeve(["prices", ...operands, "--from", from], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain(says);
});

test("a server that is not there is told apart from a list that is none", async () => {
  const gone = await runReeve(["prices", "us-west-2", "--from", "http://127.0.0.1:9/index.json"], { cwd });
  expect(gone.stderr).toContain("http://127.0.0.1:9/index.json does not answer");
  const wrong = (await servePriceList("us-west-2", SOLD)).replace("index.json", "elsewhere.json");
  expect((await runReeve(["prices", "us-west-2", "--from", wrong], { cwd })).stderr).toContain("answers 404");
});

test.each([
  ["prices/none.json", "there is no such file"],
  ["../prices.json", "it leads out of the repository"],
  ["desired-state/desktops.yaml", "it is not JSON"],
])("a price file that cannot be used is an error at its line: %s", async (path, says) => {
  const plan = await planWith(path);
  const lines = readFileSync(join(cwd, "desired-state/reeve.yaml"), "utf8").split("\n");
  const column = lines[3]?.indexOf(path) ?? 0;
  expect(plan.diagnostics).toContainEqual({
    severity: "error",
    code: "price-file",
    message: `${path}: ${says}`,
    hint: "write it with reeve prices, or take it out of the list",
    address: "Estate/robco",
    at: { file: "desired-state/reeve.yaml", line: 4, column: column + 1 },
  });
  expect(plan.blockers.map(({ code }) => code)).toEqual(["invalid"]);
});
