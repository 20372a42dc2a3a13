import { expect, test } from "vitest";
import { TAGS } from "../../src/providers/workspaces/markers.ts";
import { openChanged } from "../support/changed-desktop.ts";
import {
  actionsOf,
  changeOf,
  desktop,
  directory,
  findingsOf,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

test("PCoIP becomes DCV: found, planned, woken for it and read back", async () => {
  const bench = await openChanged({}, {});
  bench.edit("jdoe", "Protocols", "PCOIP");
  bench.pass(60);
  const plan = await bench.plan();
  expect(findingsOf(plan)).toEqual([expect.stringContaining("warning protocol-pcoip: ")]);
  expect(changeOf(plan, "jdoe")).toMatchObject({
    action: "update",
    disruption: "interrupts",
    fields: [{ path: "protocol", before: "PCOIP", after: "WSP" }],
    reason: "it does not speak DCV, the only protocol that stays",
  });
  expect(bench.desktop("jdoe").wire.State).toBe("STOPPED");
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["StartWorkspaces", "ModifyWorkspaceProperties"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a stopped desktop that somebody made always-on goes back to auto-stop and sleeps on", async () => {
  const bench = await openChanged({}, {});
  const { wire } = bench.desktop("jdoe");
  Object.assign(wire, {
    State: "STOPPED",
    WorkspaceProperties: { ...wire.WorkspaceProperties, RunningMode: "ALWAYS_ON" },
  });
  const plan = await bench.plan();
  expect(changeOf(plan, "jdoe").fields).toEqual([
    { path: "running", before: "always-on", after: "auto-stop after 1h" },
  ]);
  expect(plan.diagnostics.map(({ hint }) => hint)).toEqual([
    "an always-on desktop does not stop by itself: find out who stopped it",
  ]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["ModifyWorkspaceProperties"]);
  expect(bench.look()).toEqual(["jdoe STOPPED"]);
});

test("administrator maintenance on and off again; meanwhile only tags are written", async () => {
  const bench = await openChanged({}, { more: "maintenance: true" }, { age: 60 });
  expect(changeOf(await bench.plan(), "jdoe")).toMatchObject({
    disruption: "interrupts",
    impact: ["jdoe: nobody can log in during maintenance"],
  });
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.look()).toEqual(["jdoe ADMIN_MAINTENANCE"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.write(directory(), desktop("jdoe", { more: "maintenance: true, compute: power" }));
  expect(actionsOf(await bench.plan())).toEqual(["jdoe update !hands-off"]);
  bench.write(directory(), desktop("jdoe", { more: "maintenance: true, tags: { Team: a }" }));
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  bench.write(directory(), desktop("jdoe", { more: "maintenance: false, tags: { Team: a }" }));
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.look()).toEqual(["jdoe AVAILABLE"]);
  expect(bench.writes()).toEqual(["ModifyWorkspaceState", "CreateTags", "ModifyWorkspaceState"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("desiredState stopped stops what runs, thirty in two calls; auto-stop's own waking is no drift", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `user-${String(index).padStart(2, "0")}`);
  const bench = await openEstate();
  bench.write(directory(), ...names.map((name) => desktop(name)));
  await bench.apply();
  bench.pass(60);
  bench.forget();
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.write(directory(), ...names.map((name) => desktop(name, { more: "desiredState: stopped" })));
  const plan = await bench.plan();
  expect(changeOf(plan, "user-00")).toMatchObject({
    action: "stop",
    fields: [{ path: "state", before: "running", after: "stopped" }],
    disruption: "interrupts",
    impact: ["user-00: whoever is connected is cut off"],
  });
  const report = await bench.apply({ reviewed: plan });
  expect(new Set(report.outcomes.map(({ status }) => status))).toEqual(new Set(["done"]));
  expect(bench.writes()).toEqual(["StopWorkspaces", "StopWorkspaces"]);
  expect(bench.progress).toContain("waiting for 30 desktops to stop 30/30");
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a stop that AWS refuses is that desktop's failure alone", async () => {
  const bench = await openEstate();
  const desks = (more: string) => ["ann", "ben"].map((name) => desktop(name, { more }));
  bench.write(directory(), ...desks(""));
  await bench.apply();
  bench.write(directory(), ...desks("desiredState: stopped"));
  const plan = await bench.plan();
  bench.after(1, () => bench.edit("ben", "RunningMode", "ALWAYS_ON"));
  const report = await bench.apply({ reviewed: plan });
  expect(outcomesOf(report)).toEqual(["ann done", "ben failed invalid"]);
  expect(outcomeOf(report, "ben")).toMatch(/^InvalidRunningMode.WorkSpace: /);
});

test("what is under way is waited for before the change that was reviewed", async () => {
  const bench = await openChanged({}, { more: "running: { mode: auto-stop, afterIdle: 2h }" }, { age: 60 });
  bench.act("stop", "jdoe");
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.progress.some((line) => line.includes("to come to rest"))).toBe(true);
});

test.each([
  ["SUSPENDED", "jdoe update !hands-off"],
  ["UNHEALTHY", "jdoe update !hands-off"],
  ["A_WORD_OF_TOMORROW", "jdoe update !hands-off"],
])("a desktop that is %s is left alone, and found", async (state, action) => {
  const bench = await openChanged({}, { more: "compute: power" });
  bench.edit("jdoe", "State", state);
  bench.pass(60);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual([action]);
  expect(findingsOf(plan).some((line) => line.includes(`is ${state}`))).toBe(true);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe held"]);
  expect(bench.writes()).toEqual([]);
});

test("a desktop that nobody timed is timed when it is seen ready", async () => {
  const bench = await openChanged({}, {});
  bench.edit("jdoe", `Tags.${TAGS.readyAfter}`, "");
  bench.pass(60);
  const plan = await bench.plan();
  expect(changeOf(plan, "jdoe")).toMatchObject({ reason: "how long it took is not recorded yet", disruption: "none" });
  await bench.apply();
  expect(bench.writes()).toEqual(["CreateTags"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});
