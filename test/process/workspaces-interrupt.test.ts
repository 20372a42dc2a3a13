import { expect, test } from "vitest";
import { openChanged } from "../support/changed-desktop.ts";
import {
  actionsOf,
  type Bench,
  desktop,
  directory,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

/** Ctrl-C after virtual seconds of an apply. */
function applyUntil(bench: Bench, seconds: number): ReturnType<Bench["apply"]> {
  const controller = new AbortController();
  bench.after(seconds, () => controller.abort());
  return bench.apply({ signal: controller.signal });
}

test("while desktops are being made: what is ready is reported, the rest is skipped, the next run makes none twice", async () => {
  const bench = await openEstate();
  const names = Array.from({ length: 8 }, (_, index) => `user-${index}`);
  bench.write(directory());
  await bench.apply();
  bench.write(directory(), ...names.map((name) => desktop(name)));
  const report = await applyUntil(bench, 18 * 60);
  const statuses = new Map(outcomesOf(report).map((line) => [line.split(" ")[0], line.split(" ")[1]]));
  expect(new Set(statuses.values())).toEqual(new Set(["done", "skipped"]));
  const skipped = names.find((name) => statuses.get(name) === "skipped") ?? "";
  expect(outcomeOf(report, skipped)).toBe(
    "stopped before it was finished > apply again: it reads what is there and carries on",
  );
  expect(bench.look()).toHaveLength(8);

  bench.pass(600);
  bench.forget();
  const again = await bench.apply();
  expect(new Set(again.outcomes.map(({ status }) => status))).toEqual(new Set(["done"]));
  expect(bench.writes().filter((one) => one !== "CreateTags")).toEqual([]);
  expect(bench.look()).toHaveLength(8);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("between two steps of one change: the first is done, the second is not begun, the next run has the rest", async () => {
  const bench = await openChanged(
    { more: "volumes: { rootGib: 80, userGib: 50 }" },
    { more: "volumes: { rootGib: 175, userGib: 100 }" },
  );
  const report = await applyUntil(bench, 30 * 60);
  expect(outcomesOf(report)).toEqual(["jdoe skipped"]);
  expect(bench.writes()).toEqual(["ModifyWorkspaceProperties"]);
  bench.pass(3600);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["ModifyWorkspaceProperties", "ModifyWorkspaceProperties"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("in the middle of a replacement: the old desktop is gone, and the next run makes the new one", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe"));
  bench.inject({ operation: "CreateWorkspaces", kind: "ends-in-error" });
  await bench.apply();
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  bench.write(directory(), desktop("jdoe", { annotations: `reeve.dev/allow-replace: ${id}` }));
  bench.pass(60);
  expect(outcomesOf(await applyUntil(bench, 120))).toEqual(["jdoe skipped"]);
  expect(bench.look()).toEqual(["jdoe TERMINATING"]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.look()).toEqual(["jdoe AVAILABLE"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("in the middle of a migration: AWS goes on with it, and plans take the new desktop for the old one", async () => {
  const bench = await openChanged({}, {});
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  bench.write(
    directory(),
    desktop("jdoe", { bundle: "bundle: performance", annotations: `reeve.dev/allow-migrate: ${id}` }),
  );
  expect(outcomesOf(await applyUntil(bench, 600))).toEqual(["jdoe skipped"]);
  expect(bench.look()).toEqual(["jdoe PENDING", "jdoe UPDATING"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.pass(3600);
  expect(actionsOf(await bench.plan())).toEqual([]);
  expect(bench.writes()).toEqual(["MigrateWorkspace"]);
});

test("before the first call: nothing is begun", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe"));
  const plan = await bench.plan();
  await expect(bench.apply({ reviewed: plan, signal: AbortSignal.abort(new Error("Ctrl-C")) })).rejects.toThrow(
    "Ctrl-C",
  );
  expect(bench.writes()).toEqual([]);
});
