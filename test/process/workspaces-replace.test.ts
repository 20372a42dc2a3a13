import { expect, test } from "vitest";
import { TAGS } from "../../src/providers/workspaces/markers.ts";
import { edits, openChanged } from "../support/changed-desktop.ts";
import {
  actionsOf,
  changeOf,
  DAY,
  desktop,
  directory,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const KEY = "arn:aws:kms:us-west-2:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
const ENCRYPTED = `volumes: { rootGib: 80, userGib: 50, encryption: { keyFrom: "${KEY}" } }`;

test("encryption cannot come later: refused until an annotation names the very desktop", async () => {
  const bench = await openChanged({}, { more: ENCRYPTED });
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  const plan = await bench.plan();
  expect(changeOf(plan, "jdoe")).toMatchObject({
    action: "replace",
    reason: "its volumes are not encrypted as declared, which only a new desktop can be",
    disruption: "destroys",
    impact: [`jdoe loses ${id} and everything on it, for good`],
    waitsFor: [`the end of ${id}: about 5 minutes`, "its provisioning: up to 60 minutes with an encrypted root volume"],
    blocked: {
      code: "replace-not-allowed",
      next: `to destroy it and make a new one, annotate the document reeve.dev/allow-replace: ${id}`,
    },
  });
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["jdoe held"]);

  bench.write(directory(), desktop("jdoe", { annotations: "reeve.dev/allow-replace: ws-another1", more: ENCRYPTED }));
  expect(actionsOf(await bench.plan())).toEqual(["jdoe replace !replace-not-allowed"]);

  bench.write(directory(), desktop("jdoe", { annotations: `reeve.dev/allow-replace: ${id}`, more: ENCRYPTED }));
  expect(actionsOf(await bench.plan())).toEqual(["jdoe replace"]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["TerminateWorkspaces", "CreateWorkspaces", "CreateTags"]);
  expect(bench.desktop("jdoe").wire).toMatchObject({
    VolumeEncryptionKey: KEY,
    RootVolumeEncryptionEnabled: true,
    UserVolumeEncryptionEnabled: true,
  });
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a protected desktop is not replaced, whatever the annotation says", async () => {
  const bench = await openChanged({ more: "lifecycle: { protection: true }" }, {});
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  bench.write(
    directory(),
    desktop("jdoe", {
      annotations: `reeve.dev/allow-replace: ${id}`,
      more: `${ENCRYPTED}, lifecycle: { protection: true }`,
    }),
  );
  expect(actionsOf(await bench.plan())).toEqual(["jdoe replace !protected"]);
});

test("protection ends by a change of its own: what it held back is in the next plan", async () => {
  const bench = await openChanged({ more: "lifecycle: { protection: true }" }, {});
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  bench.write(
    directory(),
    desktop("jdoe", { annotations: `reeve.dev/allow-replace: ${id}`, more: `${ENCRYPTED}, tags: { a: b }` }),
  );
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["jdoe update"]);
  expect(changeOf(plan, "jdoe").fields.map(({ path }) => path)).toEqual(["tags.a", 'tags["reeve.dev/protected"]']);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.desktop("jdoe").wire.WorkspaceId).toBe(id);
  expect(actionsOf(await bench.plan())).toEqual(["jdoe replace"]);
});

test("a protected desktop does not move while its protection ends", async () => {
  const bench = await openChanged({ more: "lifecycle: { protection: true }" }, {});
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  const moved = { placement: "directory: virginia", annotations: `reeve.dev/allow-replace: ${id}` };
  bench.write(directory(), directory("virginia"), desktop("jdoe", moved));
  expect(actionsOf(await bench.plan())).toContain("jdoe replace !protected");
});

test("another directory is another desktop: a move is a replacement across regions, asked for by its id", async () => {
  const bench = await openEstate();
  bench.write(directory(), directory("virginia"), desktop("jdoe"));
  await bench.apply();
  bench.pass(DAY);
  bench.forget();
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  const moved = (annotations?: string) =>
    desktop("jdoe", { placement: "directory: virginia", ...(annotations === undefined ? {} : { annotations }) });
  bench.write(directory(), directory("virginia"), moved());
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["jdoe replace !replace-not-allowed"]);
  expect(changeOf(plan, "jdoe").reason).toContain("a desktop moves neither to another directory nor to another user");
  bench.write(directory(), directory("virginia"), moved(`reeve.dev/allow-replace: ${id}`));
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["TerminateWorkspaces", "CreateWorkspaces", "CreateTags"]);
  expect(Object.keys(bench.region("us-west-2").desktops)).toEqual([]);
  expect(Object.keys(bench.region("us-east-1").desktops)).toHaveLength(1);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a replacement whose old desktop AWS does not end makes no new one", async () => {
  const bench = await openChanged({}, {});
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  bench.write(directory(), desktop("jdoe", { annotations: `reeve.dev/allow-replace: ${id}`, more: ENCRYPTED }));
  const plan = await bench.plan();
  bench.after(1, () => bench.act("suspend", "jdoe"));
  const report = await bench.apply({ reviewed: plan });
  expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
  expect(outcomeOf(report, "jdoe")).toContain("is SUSPENDED");
  expect(bench.look()).toEqual(["jdoe SUSPENDED"]);
});

test("another bundle is left alone until a migration is asked for by id; it keeps tags and gets a new id", async () => {
  const bench = await openChanged(
    { more: "tags: { Team: a }" },
    { bundle: "bundle: performance", more: "tags: { Team: a }" },
  );
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual([]);
  expect(plan.ignored).toMatchObject([
    { path: "bundle", why: expect.stringContaining(`to migrate it, annotate reeve.dev/allow-migrate: ${id}`) },
  ]);
  const migrating = desktop("jdoe", {
    bundle: "bundle: performance",
    more: "tags: { Team: a }",
    annotations: `reeve.dev/allow-migrate: ${id}`,
  });
  bench.write(directory(), migrating);
  expect(changeOf(await bench.plan(), "jdoe")).toMatchObject({
    action: "update",
    disruption: "destroys",
    fields: [{ path: "bundle", before: "wsb-wstandarduswest2", after: "wsb-wperformanceuswest2" }],
    waitsFor: ["its migration: up to 1 hour"],
  });
  const report = await bench.apply();
  expect(outcomeOf(report, "jdoe")).toMatch(new RegExp(`^${id} has become ws-`));
  bench.pass(600);
  expect(bench.desktop("jdoe").wire.WorkspaceId).not.toBe(id);
  expect(bench.desktop("jdoe").tags).toMatchObject({ Team: "a", [TAGS.estate]: "robco", [TAGS.name]: "jdoe" });
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("hardware that a migration brings is not asked for again; what it leaves is set after it", async () => {
  const bench = await openChanged({ more: "compute: standard" }, {});
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  const more = "compute: performance, running: { mode: auto-stop, afterIdle: 2h }";
  const annotations = `reeve.dev/allow-migrate: ${id}`;
  bench.write(directory(), desktop("jdoe", { bundle: "bundle: performance", more, annotations }));
  expect(changeOf(await bench.plan(), "jdoe").fields.map(({ path }) => path)).toEqual(["bundle", "compute", "running"]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(edits(bench)).toEqual([{ RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 120 }]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a plan right after a migration, while the old desktop is on its way out, is empty", async () => {
  const bench = await openChanged({}, { bundle: "bundle: performance" });
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  bench.write(
    directory(),
    desktop("jdoe", { bundle: "bundle: performance", annotations: `reeve.dev/allow-migrate: ${id}` }),
  );
  await bench.apply();
  expect(bench.look()).toEqual(["jdoe AVAILABLE", "jdoe TERMINATING"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a migration that fails and says nothing is found out, and stays in the plan", async () => {
  const bench = await openChanged({}, {});
  const { WorkspaceId: id } = bench.desktop("jdoe").wire;
  bench.write(
    directory(),
    desktop("jdoe", { bundle: "bundle: performance", annotations: `reeve.dev/allow-migrate: ${id}` }),
  );
  bench.inject({ operation: "MigrateWorkspace", kind: "silent-failure" });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
  expect(outcomeOf(report, "jdoe")).toMatch(
    /came to nothing within 75 minutes, and AWS does not say why; it is as it was >/,
  );
  expect(actionsOf(await bench.plan())).toEqual(["jdoe update"]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
});

test.each(["drop-after", "error-after", "truncated"] as const)(
  "a migration whose answer is lost (%s) is not begun twice",
  async (kind) => {
    const bench = await openChanged({}, {});
    const { WorkspaceId: id } = bench.desktop("jdoe").wire;
    bench.write(
      directory(),
      desktop("jdoe", { bundle: "bundle: performance", annotations: `reeve.dev/allow-migrate: ${id}` }),
    );
    bench.inject({ operation: "MigrateWorkspace", kind });
    expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
    expect(bench.writes()).toEqual(["MigrateWorkspace"]);
    bench.pass(600);
    expect(bench.look()).toEqual([expect.stringMatching(/^jdoe (AVAILABLE|STOPPED)$/)]);
    expect(actionsOf(await bench.plan())).toEqual([]);
  },
);
