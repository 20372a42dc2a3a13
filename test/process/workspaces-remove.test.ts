import { expect, test } from "vitest";
import { TAGS } from "../../src/providers/workspaces/markers.ts";
import {
  actionsOf,
  type Bench,
  changeOf,
  DAY,
  desktop,
  directory,
  findingsOf,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${String(index).padStart(2, "0")}`);
}

/** These desktops are there; then only the directory is declared. */
async function openUndeclared(...documents: readonly string[]): Promise<Bench> {
  const bench = await openEstate();
  bench.write(directory(), ...documents);
  await bench.apply();
  bench.pass(60);
  bench.forget();
  bench.write(directory());
  return bench;
}

test("a removed document: planned with its loss, ended, and not made again", async () => {
  const bench = await openUndeclared(desktop("jdoe"));
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  const plan = await bench.plan();
  expect(changeOf(plan, "jdoe")).toMatchObject({
    action: "delete",
    reason: "its document is gone",
    disruption: "destroys",
    impact: [`jdoe loses ${id} and everything on it, for good`],
  });
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["jdoe done"]);
  expect(bench.sent("TerminateWorkspaces")).toEqual([{ TerminateWorkspaceRequests: [{ WorkspaceId: id }] }]);
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.pass(600);
  expect(bench.look()).toEqual([]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("thirty go in two calls", async () => {
  const bench = await openUndeclared(...names(30).map((name) => desktop(name)));
  const report = await bench.apply();
  expect(new Set(report.outcomes.map(({ status }) => status))).toEqual(new Set(["done"]));
  expect(bench.writes()).toEqual(["TerminateWorkspaces", "TerminateWorkspaces"]);
});

test("a document that comes back before its desktop is gone: the end is waited for, then it is made anew", async () => {
  const bench = await openUndeclared(desktop("jdoe"));
  await bench.apply();
  bench.forget();
  bench.write(directory(), desktop("jdoe"));
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["jdoe create"]);
  expect(changeOf(plan, "jdoe").reason).toContain("earlier desktop is on its way out and is waited for");
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["CreateWorkspaces", "CreateTags"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("protection outlives its document; it ends only by a reviewed change", async () => {
  const bench = await openUndeclared(desktop("jdoe", { more: "lifecycle: { protection: true }" }));
  expect(actionsOf(await bench.plan())).toEqual(["jdoe delete !protected"]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe held"]);
  expect(bench.writes()).toEqual([]);
  bench.write(directory(), desktop("jdoe", { more: "lifecycle: { protection: false }" }));
  expect(changeOf(await bench.plan(), "jdoe").fields).toEqual([
    { path: `tags["${TAGS.protected}"]`, before: "true", after: "false" },
  ]);
  await bench.apply();
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.write(directory());
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["CreateTags", "TerminateWorkspaces"]);
});

test("a SUSPENDED desktop is not ended", async () => {
  const bench = await openUndeclared(desktop("jdoe"));
  bench.act("suspend", "jdoe");
  bench.pass(60);
  expect(actionsOf(await bench.plan())).toEqual(["jdoe delete !hands-off"]);
});

test("one that is suspended after the plan is refused by AWS, the other goes", async () => {
  const bench = await openUndeclared(desktop("ann"), desktop("ben"));
  const plan = await bench.plan();
  bench.after(1, () => bench.act("suspend", "ann"));
  const report = await bench.apply({ reviewed: plan });
  expect(outcomesOf(report)).toEqual(["ann failed retryable", "ben done"]);
  expect(outcomeOf(report, "ann")).toContain("is SUSPENDED: it cannot terminate now");
});

test("a desktop that is gone meanwhile is done", async () => {
  const bench = await openUndeclared(desktop("ann"), desktop("ben"));
  const plan = await bench.plan();
  bench.after(1, () => {
    bench.act("vanish", "ann");
    bench.act("delete", "ben");
  });
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["ann done", "ben done"]);
});

test.each(["drop-after", "error-after", "truncated", "drop-before"] as const)(
  "a lost answer of the end (%s) is looked up",
  async (kind) => {
    const bench = await openUndeclared(desktop("jdoe"));
    bench.inject({ operation: "TerminateWorkspaces", kind });
    expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
    expect(bench.look()).toEqual(["jdoe TERMINATING"]);
  },
);

test("other people's desktops are listed and never touched; another estate's marker is an error", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe"));
  await bench.apply();
  await bench.make("eve", { Owner: "eve" });
  await bench.make("mallory", { [TAGS.estate]: "other", [TAGS.name]: "mallory" });
  bench.pass(DAY);
  bench.forget();
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual([]);
  expect(plan.foreign.map(({ what, where }) => `${what.replace(/ws-\w+/, "ID")} in ${where}`).toSorted()).toEqual([
    "ID of eve (AVAILABLE, standard, always-on) in us-west-2/oregon",
    'ID of mallory (AVAILABLE, standard, always-on), of the estate "other" in us-west-2/oregon',
  ]);
  bench.write(directory(), desktop("jdoe"), desktop("eve"), desktop("mallory"));
  const claimed = await bench.plan();
  expect(actionsOf(claimed)).toEqual(["eve adopt !exists-unmarked"]);
  expect(findingsOf(claimed)).toEqual([
    expect.stringMatching(/^error foreign-marker: ws-\w+ of mallory belongs to the estate "other"/),
  ]);
  await bench.apply();
  expect(bench.writes()).toEqual([]);
});

test("a desktop that is there becomes Reeve's by annotation, with what differs, and is made no second time", async () => {
  const bench = await openEstate();
  bench.write(directory());
  await bench.apply();
  const id = await bench.make("eve", { Owner: "eve" });
  bench.pass(DAY);
  bench.forget();
  bench.write(directory(), desktop("eve", { annotations: 'reeve.dev/adopt: "true"', more: "tags: { Team: a }" }));
  const plan = await bench.plan();
  expect(changeOf(plan, "eve")).toMatchObject({
    action: "adopt",
    reason: `declared, and already there as ${id} without Reeve's marker: it becomes Reeve's`,
  });
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["eve done"]);
  expect(bench.writes()).toEqual(["CreateTags", "ModifyWorkspaceProperties"]);
  expect(bench.desktop("eve").tags).toMatchObject({
    Owner: "eve",
    Team: "a",
    [TAGS.estate]: "robco",
    [TAGS.name]: "eve",
  });
  expect(actionsOf(await bench.plan())).toEqual([]);
});
