import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { actionsOf, type Bench, directory, openEstate, outcomesOf } from "../support/workspaces-estate.ts";

/** What `reeve import` would write. */
async function importedInto(bench: Bench): Promise<readonly string[]> {
  const documents = await bench.imported();
  const folder = join(bench.root, "desired-state/imported");
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of documents) writeFileSync(join(folder, `${name}.yaml`), text);
  return documents.map(({ kind, name }) => `${kind}/${name}`);
}

test("what nobody declares is listed, documented and adopted without a change of its settings", async () => {
  const bench = await openEstate({ settings: "regions: [us-west-2]" });
  await bench.make("Ada.Lovelace");
  await bench.make("Grace", { Team: "navy" });
  await bench.make("other", { "reeve.dev/estate": "somebody-else" });
  bench.pass(3600);
  bench.write();
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual([]);
  expect(plan.foreign.map(({ kind, suggestedName }) => `${kind}/${suggestedName}`).toSorted()).toEqual([
    "Workspace/ada.lovelace",
    "Workspace/grace",
    "Workspace/null",
    "WorkspaceDirectory/robco-us-west-2",
  ]);
  const others = plan.foreign.filter(({ suggestedName }) => suggestedName === null);
  expect(others.map(({ what }) => what)).toEqual([expect.stringContaining('of the estate "somebody-else"')]);

  expect(await importedInto(bench)).toEqual([
    "WorkspaceDirectory/robco-us-west-2",
    "Workspace/ada.lovelace",
    "Workspace/grace",
  ]);
  const adoption = await bench.plan();
  expect(actionsOf(adoption)).toEqual(["robco-us-west-2 adopt", "ada.lovelace adopt", "grace adopt"]);
  const paths = adoption.changes.flatMap(({ fields }) => fields.map(({ path }) => path));
  expect(paths.filter((path) => !path.startsWith("tags"))).toEqual([]);
  bench.forget();
  expect(outcomesOf(await bench.apply())).toEqual(["robco-us-west-2 done", "ada.lovelace done", "grace done"]);
  expect(new Set(bench.writes())).toEqual(new Set(["CreateTags"]));
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("desktops of a declared directory are documented under its name, each with a name of its own", async () => {
  const bench = await openEstate();
  await bench.make("ada");
  await bench.make("ada_");
  bench.write(directory());
  bench.pass(3600);
  const documents = await bench.imported();
  expect(new Set(documents.map(({ name }) => name)).size).toBe(2);
  expect(documents.map(({ text }) => /directory: (.*)/.exec(text)?.[1])).toEqual(["oregon", "oregon"]);
});

test("a directory whose document is gone is listed, and import is not said to write what it leaves out", async () => {
  const bench = await openEstate({ settings: "regions: [us-west-2]" });
  bench.write(directory());
  expect(outcomesOf(await bench.apply())).toEqual(["oregon done"]);
  bench.write();
  const { foreign } = await bench.plan();
  expect(foreign.map(({ suggestedName }) => suggestedName)).toEqual([null]);
  expect(foreign[0]?.what).toContain("of a document that is gone: its registration stays");
  expect(await bench.imported()).toEqual([]);
});
