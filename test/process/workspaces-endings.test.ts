import { expect, test } from "vitest";
import {
  actionsOf,
  DAY,
  desktop,
  directory,
  document,
  findingsOf,
  openEstate,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const ESTATE = "reeve.dev/ended/";

function notes(tags: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(tags).filter((key) => key.startsWith(ESTATE));
}

test("a desktop that is too old is ended once its grace is over, and not made again while its document stays", async () => {
  const bench = await openEstate();
  const aged = desktop("ada", { more: "lifecycle: { maxLifetime: 30d, gracePeriod: 7d }" });
  bench.write(directory(), aged);
  expect(outcomesOf(await bench.apply())).toEqual(["oregon done", "ada done"]);

  bench.pass(31 * DAY);
  const warned = await bench.plan();
  expect(actionsOf(warned)).toEqual([]);
  expect(findingsOf(warned).join("\n")).toContain("its maxLifetime is over; it is to be deleted at 2026-11-26T");

  bench.pass(7 * DAY);
  const planned = await bench.plan();
  expect(actionsOf(planned)).toEqual(["ada delete"]);
  expect(planned.changes[0]?.disruption).toBe("destroys");
  bench.forget();
  expect(outcomesOf(await bench.apply({ reviewed: planned }))).toEqual(["ada done"]);
  expect(bench.writes()).toEqual(["CreateTags", "TerminateWorkspaces"]);

  bench.pass(DAY);
  expect(bench.look()).toEqual([]);
  const after = await bench.plan();
  expect(actionsOf(after)).toEqual([]);
  expect(findingsOf(after).join("\n")).toContain("its desktop was ended at 2026-11-2");
  expect((await bench.standings()).map(({ state }) => state)).toContain("Ended");
});

test.each([
  { what: "its document goes", next: [] as readonly string[], changes: ["oregon update"] },
  {
    what: "its document asks for a new first day",
    next: [
      desktop("ada", { more: "lifecycle: { terminateAfterUnused: 20d, gracePeriod: 1d }, startDate: 2027-03-01" }),
    ],
    changes: ["oregon update", "ada create"],
  },
  { what: "its document no longer ends it", next: [desktop("ada")], changes: ["oregon update", "ada create"] },
])("the note of an ended desktop is taken away when $what", async ({ next, changes }) => {
  const bench = await openEstate();
  bench.write(directory(), desktop("ada", { more: "lifecycle: { terminateAfterUnused: 20d, gracePeriod: 1d }" }));
  await bench.apply();
  bench.act("login", "ada");
  bench.act("logout", "ada");
  bench.pass(22 * DAY);
  expect(outcomesOf(await bench.apply())).toEqual(["ada done"]);
  bench.pass(DAY);
  expect(notes(bench.region().directories["d-9067012345"]?.tags ?? {})).toEqual([`${ESTATE}ada`]);

  bench.write(directory(), ...next);
  expect(actionsOf(await bench.plan())).toEqual(changes);
  await bench.apply();
  bench.pass(DAY);
  expect(notes(bench.region().directories["d-9067012345"]?.tags ?? {})).toEqual([]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("killed between the note and the end, the next run ends the desktop", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("ada", { more: "lifecycle: { maxLifetime: 30d, gracePeriod: 1d }" }));
  await bench.apply();
  bench.pass(32 * DAY);
  bench.inject({ operation: "TerminateWorkspaces", kind: "drop-before", nth: 1, times: 6 });
  expect(outcomesOf(await bench.apply())).toEqual(["ada failed retryable"]);
  expect(bench.look()).toEqual([expect.stringMatching(/^ada (AVAILABLE|STOPPED)$/)]);
  bench.sandbox.world.faults.length = 0;
  bench.pass(60);
  expect(outcomesOf(await bench.apply())).toEqual(["ada done"]);
  bench.pass(DAY);
  expect(bench.look()).toEqual([]);
});

test("a directory that is full of notes holds back the next end, and says what to do", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("ada", { more: "lifecycle: { maxLifetime: 30d, gracePeriod: 1d }" }));
  await bench.apply();
  const tags: Record<string, string> = bench.region().directories["d-9067012345"]?.tags ?? {};
  const gone = Array.from({ length: 25 }, (_, index) => `gone-${index}`);
  for (const name of gone) tags[`${ESTATE}${name}`] = "2026-10-20T08:00:00Z";
  const others = gone.map((name) => desktop(name, { more: "lifecycle: { maxLifetime: 30d }" }));
  bench.write(directory(), desktop("ada", { more: "lifecycle: { maxLifetime: 30d, gracePeriod: 1d }" }), ...others);
  bench.pass(32 * DAY);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["ada delete !still-declared"]);
  expect(plan.changes[0]?.blocked?.next).toContain("remove the documents of desktops that have ended");
});

test("a reserve's desktop ends by its blueprint's lifecycle like any other", async () => {
  const bench = await openEstate();
  const blueprint = document(
    "WorkspaceBlueprint",
    "basic",
    "bundle: standard, lifecycle: { terminateAfterUnused: 20d, gracePeriod: 1d }",
  );
  const reserve = document(
    "WorkspaceReserve",
    "new",
    "users: [zoe], ceiling: 1, blueprint: basic, placement: { directory: oregon }",
  );
  bench.write(directory(), blueprint, reserve);
  await bench.apply();
  bench.act("login", "zoe");
  bench.act("logout", "zoe");
  bench.pass(22 * DAY);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["new.zoe delete"]);
  await bench.apply();
  bench.pass(DAY);
  expect(actionsOf(await bench.plan())).toEqual([]);
});
