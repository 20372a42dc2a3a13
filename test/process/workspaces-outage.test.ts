import { expect, test } from "vitest";
import type { FaultRequest } from "../../src/sandbox/workspaces/faults.ts";
import { openChanged } from "../support/changed-desktop.ts";
import { actionsOf, desktop, directory, openEstate, outcomeOf, outcomesOf } from "../support/workspaces-estate.ts";

/** What reads may do while somebody waits: none of it is a reason to give up, or to take a desktop for ready. */
const READS: readonly Omit<FaultRequest, "operation">[] = [
  { kind: "error-before", times: 40 },
  { kind: "drop-before", times: 12 },
  { kind: "truncated", times: 12 },
  { kind: "throttled", times: 12 },
  { kind: "unknown-enum", times: 6 },
  { kind: "unknown-field", times: 6 },
  { kind: "empty-page", times: 6 },
];

test.each(READS)(
  "$times reads in a row that go wrong ($kind) while desktops are made are waited out",
  async (fault) => {
    const bench = await openEstate();
    bench.write(directory());
    await bench.apply();
    bench.write(directory(), desktop("ann"), desktop("ben"));
    bench.after(120, () => bench.inject({ operation: "DescribeWorkspaces", ...fault }));
    expect(outcomesOf(await bench.apply())).toEqual(["ann done", "ben done"]);
    expect(bench.look()).toEqual(["ann AVAILABLE", "ben AVAILABLE"]);
    bench.pass(60);
    expect(actionsOf(await bench.plan())).toEqual([]);
  },
);

test.each(READS)(
  "$times reads in a row that go wrong ($kind) while a desktop is changed are waited out",
  async (fault) => {
    const bench = await openChanged({}, { more: "compute: power" });
    bench.after(120, () => bench.inject({ operation: "DescribeWorkspaces", ...fault }));
    expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
    bench.pass(60);
    expect(actionsOf(await bench.plan())).toEqual([]);
  },
);

test("rights that are lost while desktops are made: each says so, none is lost, the next run carries on", async () => {
  const bench = await openEstate();
  bench.write(directory());
  await bench.apply();
  bench.write(directory(), desktop("ann"), desktop("ben"));
  bench.after(120, () => bench.inject({ operation: "DescribeWorkspaces", kind: "denied-iam" }));
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["ann failed denied", "ben failed denied"]);
  expect(outcomeOf(report, "ann")).toMatch(/^AccessDenied: /);
  bench.pass(1800);
  expect(outcomesOf(await bench.apply())).toEqual(["ann done", "ben done"]);
  expect(bench.look()).toEqual([expect.stringMatching(/^ann /), expect.stringMatching(/^ben /)]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("an outage that lasts: what was ordered is reported as not ready, and the next run finds it", async () => {
  const bench = await openEstate();
  bench.write(directory());
  await bench.apply();
  bench.write(directory(), desktop("jdoe"));
  bench.after(120, () => bench.inject({ operation: "DescribeWorkspaces", kind: "error-before", times: 10_000 }));
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
  bench.sandbox.world.faults.length = 0;
  bench.pass(60);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.look()).toHaveLength(1);
});

test("too fast for AWS: the same call again, later and slower", async () => {
  const bench = await openEstate();
  bench.write(directory());
  await bench.apply();
  bench.write(directory(), desktop("jdoe"));
  bench.inject({ operation: "CreateWorkspaces", kind: "throttled", times: 4 });
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.sandbox.log.counts()["CreateWorkspaces"]).toBe(5);
});
