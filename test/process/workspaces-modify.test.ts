import { expect, test } from "vitest";
import { edits, openChanged } from "../support/changed-desktop.ts";
import {
  actionsOf,
  changeOf,
  type DesktopWords,
  desktop,
  directory,
  openEstate,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const UBUNTU = "bundle: ubuntu";

interface EditRow {
  readonly name: string;
  readonly before?: DesktopWords;
  readonly after: DesktopWords;
  readonly fields: readonly unknown[];
  readonly disruption: string;
  readonly waitsFor: readonly string[];
  readonly impact: readonly string[];
  readonly sent: readonly unknown[];
}

const RESTART = "jdoe: the desktop restarts and its user is cut off";
const SPACE = "jdoe: the space shows after the next restart";
const USER_FIRST = "its user volume to 100 GiB first, which a larger root volume needs: up to 2 hours";

test.each<EditRow>([
  {
    name: "a larger compute type",
    after: { more: "compute: power" },
    fields: [{ path: "compute", before: "standard", after: "power" }],
    disruption: "interrupts",
    waitsFor: [
      "its new hardware: up to 1 hour; AWS takes one change every 6 hours, and a smaller type once in 30 days",
    ],
    impact: [RESTART],
    sent: [{ ComputeTypeName: "POWER" }],
  },
  {
    name: "a larger user volume",
    before: { more: "volumes: { rootGib: 80, userGib: 50 }" },
    after: { more: "volumes: { rootGib: 80, userGib: 100 }" },
    fields: [{ path: "volumes.userGib", before: 50, after: 100 }],
    disruption: "none",
    waitsFor: ["its user volume: up to 2 hours; AWS takes one change every 6 hours"],
    impact: [SPACE],
    sent: [{ UserVolumeSizeGib: 100 }],
  },
  {
    name: "both volumes: the user volume first, since AWS takes no other pair in between",
    before: { more: "volumes: { rootGib: 80, userGib: 50 }" },
    after: { more: "volumes: { rootGib: 175, userGib: 100 }" },
    fields: [
      { path: "volumes.rootGib", before: 80, after: 175 },
      { path: "volumes.userGib", before: 50, after: 100 },
    ],
    disruption: "none",
    waitsFor: [USER_FIRST, "its root volume: up to 2 hours; AWS takes one change every 6 hours"],
    impact: [SPACE],
    sent: [{ UserVolumeSizeGib: 100 }, { RootVolumeSizeGib: 175 }],
  },
  {
    name: "always-on instead of auto-stop",
    after: { more: "running: { mode: always-on }" },
    fields: [{ path: "running", before: "auto-stop after 1h", after: "always-on" }],
    disruption: "none",
    waitsFor: [],
    impact: [],
    sent: [{ RunningMode: "ALWAYS_ON" }],
  },
  {
    name: "auto-stop instead of always-on",
    before: { more: "running: { mode: always-on }" },
    after: { more: "running: { mode: auto-stop, afterIdle: 2h }" },
    fields: [{ path: "running", before: "always-on", after: "auto-stop after 2h" }],
    disruption: "none",
    waitsFor: [],
    impact: [],
    sent: [{ RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 120 }],
  },
  {
    name: "another time-out",
    after: { more: "running: { mode: auto-stop, afterIdle: 4h }" },
    fields: [{ path: "running", before: "auto-stop after 1h", after: "auto-stop after 4h" }],
    disruption: "none",
    waitsFor: [],
    impact: [],
    sent: [{ RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 240 }],
  },
  {
    name: "everything at once, one property a call, each after the one before has come to rest",
    before: { bundle: UBUNTU, more: "volumes: { rootGib: 80, userGib: 50 }" },
    after: {
      bundle: UBUNTU,
      more: "compute: power, volumes: { rootGib: 175, userGib: 100 }, running: { mode: always-on }, tags: { Team: a }",
    },
    fields: [
      { path: "compute", before: "performance", after: "power" },
      { path: "volumes.rootGib", before: 80, after: 175 },
      { path: "volumes.userGib", before: 50, after: 100 },
      { path: "running", before: "auto-stop after 1h", after: "always-on" },
      { path: "tags.Team", before: null, after: "a" },
    ],
    disruption: "interrupts",
    waitsFor: [
      USER_FIRST,
      "its root volume: up to 2 hours; AWS takes one change every 6 hours",
      "its new hardware: up to 1 hour; AWS takes one change every 6 hours, and a smaller type once in 30 days",
    ],
    impact: [RESTART, SPACE],
    sent: [
      { RunningMode: "ALWAYS_ON" },
      { UserVolumeSizeGib: 100 },
      { RootVolumeSizeGib: 175 },
      { ComputeTypeName: "POWER" },
    ],
  },
])("$name", async ({ name: _name, before = {}, after, sent, ...expected }) => {
  const bench = await openChanged(before, after);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["jdoe update"]);
  const { fields, disruption, waitsFor, impact } = changeOf(plan, "jdoe");
  expect({ fields, disruption, waitsFor, impact }).toEqual(expected);
  const report = await bench.apply({ reviewed: plan });
  expect(outcomesOf(report)).toEqual(["jdoe done"]);
  expect(edits(bench)).toEqual(sent);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("tags alone are one call, and other people's tags stay", async () => {
  const bench = await openChanged({}, { more: "tags: { Team: robotics, Project: x }" });
  bench.edit("jdoe", "Tags.Owner", "eve");
  expect(changeOf(await bench.plan(), "jdoe")).toMatchObject({ action: "update", disruption: "none", waitsFor: [] });
  await bench.apply();
  expect(bench.writes()).toEqual(["CreateTags"]);
  expect(bench.desktop("jdoe").tags).toMatchObject({ Owner: "eve", Team: "robotics", Project: "x" });
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a blueprint's change shows as a change of each of its desktops, in one call each", async () => {
  const bench = await openEstate();
  const blueprint = (hours: number): string =>
    [
      "apiVersion: reeve.dev/v1",
      "kind: WorkspaceBlueprint",
      "metadata: { name: desk }",
      `spec: { bundle: standard, running: { mode: auto-stop, afterIdle: ${hours}h } }`,
      "",
    ].join("\n");
  const desks = ["ann", "ben"].map((name) => desktop(name, { bundle: "blueprint: desk" }));
  bench.write(directory(), blueprint(1), ...desks);
  await bench.apply();
  bench.forget();
  bench.write(directory(), blueprint(3), ...desks);
  expect(actionsOf(await bench.plan())).toEqual(["ann update", "ben update"]);
  await bench.apply();
  expect(edits(bench)).toHaveLength(2);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a user volume that grows twice: what has to wait for the second time is said before the first", async () => {
  const bench = await openChanged(
    { more: "volumes: { rootGib: 80, userGib: 50 }" },
    { more: "compute: power, volumes: { rootGib: 175, userGib: 200 }" },
  );
  expect(changeOf(await bench.plan(), "jdoe").waitsFor).toEqual([
    USER_FIRST,
    "its root volume: up to 2 hours; AWS takes one change every 6 hours",
    "its user volume to 200 GiB, which AWS takes 6 hours after the first: apply again then",
    "its new hardware: up to 1 hour; AWS takes one change every 6 hours, and a smaller type once in 30 days",
  ]);
});

test("volumes never shrink: held at the line that asks for it, and nothing else is", async () => {
  const bench = await openChanged(
    { more: "volumes: { rootGib: 175, userGib: 200 }" },
    { more: "volumes: { rootGib: 175, userGib: 100 }, tags: { a: b }" },
  );
  const plan = await bench.plan();
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  expect(actionsOf(plan)).toEqual(["jdoe update"]);
  expect(plan.diagnostics).toMatchObject([
    {
      severity: "held",
      code: "volume-shrink",
      message: `${id} of jdoe has a user volume of 200 GiB, and volumes never shrink to 100`,
      hint: "write userGib: 200",
      at: { file: "desired-state/desktops.yaml" },
    },
  ]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(edits(bench)).toEqual([]);
});

test.each([
  { to: "graphics-g4dn", next: "write compute: standard, or name a bundle of that hardware and annotate the document" },
  { to: "generalpurpose-4xlarge", next: "write volumes: { rootGib: 175, userGib: 100 } too: they grow first" },
])("hardware that AWS does not change a desktop to is held: $to", async ({ to, next }) => {
  const bench = await openChanged({}, { more: `compute: ${to}` });
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["jdoe update !compute-move"]);
  expect(changeOf(plan, "jdoe").blocked?.next).toContain(next);
});

test("what users may choose for themselves is no drift", async () => {
  const bench = await openEstate();
  const selfService = "selfService: { changeComputeType: true, increaseVolumeSize: true, switchRunningMode: true }";
  bench.write(
    directory("oregon", selfService),
    desktop("jdoe", { more: "compute: standard, volumes: { rootGib: 80, userGib: 50 }" }),
  );
  await bench.apply();
  bench.edit("jdoe", "ComputeTypeName", "POWER");
  bench.edit("jdoe", "UserVolumeSizeGib", "100");
  bench.edit("jdoe", "RunningMode", "ALWAYS_ON");
  bench.pass(60);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual([]);
  expect(plan.ignored.map(({ path }) => path)).toEqual(["compute", "running", "volumes.userGib"]);
});

test("fifty at once: one change each, and looks that are shared", async () => {
  const bench = await openEstate();
  const names = Array.from({ length: 50 }, (_, index) => `user-${String(index).padStart(2, "0")}`);
  bench.write(directory(), ...names.map((name) => desktop(name)));
  await bench.apply();
  bench.pass(60);
  bench.forget();
  bench.write(directory(), ...names.map((name) => desktop(name, { more: "running: { mode: always-on }" })));
  const report = await bench.apply();
  expect(new Set(report.outcomes.map(({ status }) => status))).toEqual(new Set(["done"]));
  const { ModifyWorkspaceProperties: changes, DescribeWorkspaces: looks = 0 } = bench.sandbox.log.counts();
  expect(changes).toBe(50);
  // The plan's own are in it.
  expect(looks).toBeLessThan(50);
  expect(bench.sandbox.log.requests.filter(({ error }) => error !== null)).toEqual([]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});
