import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  actionsOf,
  type Bench,
  changeOf,
  directory,
  document,
  findingsOf,
  openEstate,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/workspaces");
const FOLDER = ".reeve/published/locked-down";

async function openWithTemplate(): Promise<Bench> {
  const bench = await openEstate();
  cpSync(FIXTURES, join(bench.root, "policies"), { recursive: true });
  return bench;
}

function policy(settings: string): string {
  const template = "template: { admx: policies/wsp.admx, adml: policies/en-US/wsp.adml }";
  return document("WorkspaceSecurityPolicy", "locked-down", `${settings}, ${template}`);
}

const LOCKED = policy("clipboard: disabled, printing: disabled");

test("a policy is published, kept, changed and taken away; the plan says what it is not", async () => {
  const bench = await openWithTemplate();
  bench.write(directory("oregon", "securityPolicy: locked-down"), LOCKED);
  const first = await bench.plan();
  expect(actionsOf(first)).toEqual(["locked-down create", "oregon adopt"]);
  expect(changeOf(first, "locked-down").impact.join()).toContain("published is not enforced");
  expect(findingsOf(first).filter((line) => line.startsWith("notice"))).not.toEqual([]);
  expect(outcomesOf(await bench.apply())).toContain("locked-down done");
  expect(
    readFileSync(join(bench.root, FOLDER, "Machine/Registry.pol"))
      .subarray(0, 4)
      .toString("latin1"),
  ).toBe("PReg");
  expect(actionsOf(await bench.plan())).toEqual([]);

  bench.write(directory("oregon", "securityPolicy: locked-down"), policy("clipboard: copy-only, printing: disabled"));
  expect(actionsOf(await bench.plan())).toEqual(["locked-down update"]);
  await bench.apply();
  expect(actionsOf(await bench.plan())).toEqual([]);

  bench.write(directory());
  expect(actionsOf(await bench.plan())).toEqual(["locked-down delete"]);
  await bench.apply();
  expect(existsSync(join(bench.root, FOLDER))).toBe(false);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test.each([
  {
    what: "a published file that was edited by hand is written again",
    spoil: (bench: Bench) => writeFileSync(join(bench.root, FOLDER, "GPT.INI"), "[General]\nVersion=9\n"),
    says: ["locked-down update"],
  },
  {
    what: "a template that is no template is an error, and nothing is published",
    spoil: (bench: Bench) => writeFileSync(join(bench.root, "policies/wsp.admx"), "<nothing/>"),
    says: [],
  },
])("$what", async ({ spoil, says }) => {
  const bench = await openWithTemplate();
  bench.write(directory(), LOCKED);
  await bench.apply();
  spoil(bench);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(says);
  expect(plan.blockers.length > 0).toBe(says.length === 0);
});

test("a setting that the template does not know fails closed, at its line", async () => {
  const bench = await openWithTemplate();
  const path = join(bench.root, "policies/wsp.admx");
  const [first = ""] = /<policy name="[^"]*[Cc]lipboard[\s\S]*?<\/policy>/.exec(readFileSync(path, "utf8")) ?? [];
  writeFileSync(path, readFileSync(path, "utf8").replace(first, ""));
  bench.write(directory(), LOCKED);
  const { diagnostics, changes, blockers } = await bench.plan();
  expect(changes.map(({ name }) => name)).toEqual(["oregon"]);
  expect(blockers.map(({ code }) => code)).toEqual(["invalid"]);
  const [error] = diagnostics.filter(({ severity }) => severity === "error");
  expect(error?.message).toContain("Configure clipboard redirection");
  expect(error?.at).toMatchObject({ file: expect.stringContaining("desktops.yaml"), line: expect.any(Number) });
  expect(existsSync(join(bench.root, FOLDER))).toBe(false);
});
