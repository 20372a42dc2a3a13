import { expect, test } from "vitest";
import { edits, openChanged } from "../support/changed-desktop.ts";
import {
  actionsOf,
  changeOf,
  desktop,
  directory,
  findingsOf,
  HOUR,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

test("a desktop younger than six hours: deferred until an instant, still in the next plan, and done after it", async () => {
  const bench = await openChanged({}, { more: "compute: power" }, { age: HOUR / 2 });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
  expect(outcomeOf(report, "jdoe")).toMatch(
    /^not now: OperationInProgress: .* > apply again after 2026-10-20T14:\d\dZ: AWS changes none younger than 6 hours$/,
  );
  expect(actionsOf(await bench.plan())).toEqual(["jdoe update"]);
  bench.pass(6 * HOUR);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a second change within the cool-down is deferred, whatever AWS calls it", async () => {
  for (const coolDownError of [
    "OperationInProgressException",
    "ResourceUnavailableException",
    "InvalidResourceStateException",
  ] as const) {
    const bench = await openChanged({}, { more: "compute: performance" }, { rules: { coolDownError } });
    await bench.apply();
    bench.write(directory(), desktop("jdoe", { more: "compute: power" }));
    const report = await bench.apply();
    expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
    expect(outcomeOf(report, "jdoe")).toMatch(/^not now: .* > apply again later: .* 6 hours after the last, 30 days/);
    expect(actionsOf(await bench.plan())).toEqual(["jdoe update"]);
  }
});

test("what comes before a deferred step is done, and the rest is what the next plan holds", async () => {
  const bench = await openChanged(
    { more: "volumes: { rootGib: 80, userGib: 50 }" },
    { more: "volumes: { rootGib: 175, userGib: 200 }" },
  );
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
  expect(edits(bench)).toEqual([{ UserVolumeSizeGib: 100 }, { RootVolumeSizeGib: 175 }]);
  expect(changeOf(await bench.plan(), "jdoe").fields).toEqual([{ path: "volumes.userGib", before: 100, after: 200 }]);
  bench.pass(6 * HOUR);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test.each(["drop-after", "error-after", "truncated"] as const)(
  "a lost answer of a change (%s) is waited for",
  async (kind) => {
    const bench = await openChanged({}, { more: "compute: power" });
    bench.inject({ operation: "ModifyWorkspaceProperties", kind });
    expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
    expect(edits(bench)).toHaveLength(1);
    expect(actionsOf(await bench.plan())).toEqual([]);
  },
);

test("a change that somebody else has under way is not taken for Reeve's own", async () => {
  const bench = await openChanged({}, { more: "compute: power" });
  bench.inject({ operation: "ModifyWorkspaceProperties", kind: "operation-in-progress" });
  const report = await bench.apply();
  expect(outcomeOf(report, "jdoe")).toMatch(/^not now: OperationInProgress/);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
});

test("a change that AWS fails to carry out is a failure, found in the next plan too", async () => {
  const bench = await openChanged({}, { more: "compute: power" });
  bench.inject({ operation: "ModifyWorkspaceProperties", kind: "ends-in-error" });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
  expect(outcomeOf(report, "jdoe")).toMatch(/AWS could not change its compute type/);
  bench.pass(60);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["jdoe update"]);
  expect(findingsOf(plan).some((line) => line.includes("modification-failed"))).toBe(true);
});
