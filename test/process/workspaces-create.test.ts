import { expect, test } from "vitest";
import { TAGS } from "../../src/providers/workspaces/markers.ts";
import {
  actionsOf,
  type Bench,
  changeOf,
  desktop,
  directory,
  findingsOf,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

function names(count: number, prefix = "user"): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(2, "0")}`);
}

/** How many desktops each CreateWorkspaces call asked for. */
function batches(bench: Bench): readonly number[] {
  return bench.sent("CreateWorkspaces").map(({ Workspaces }) => (Workspaces as readonly unknown[]).length);
}

/** An estate whose directory is Reeve's already. */
async function openSettled(...documents: readonly string[]): Promise<Bench> {
  const bench = await openEstate({ rules: { invisibleSeconds: 60 } });
  bench.write(directory());
  await bench.apply();
  bench.forget();
  bench.write(directory(), ...documents);
  return bench;
}

test("one desktop: planned with its fields and waits, made in one call, timed, and the next plan is empty", async () => {
  const bench = await openSettled(desktop("jdoe", { more: "compute: performance, tags: { Project: RoboticsAI }" }));
  const plan = await bench.plan();
  expect(bench.writes()).toEqual([]);
  expect(actionsOf(plan)).toEqual(["jdoe create"]);
  expect(changeOf(plan, "jdoe")).toMatchObject({
    fields: [
      { path: "user", before: null, after: "jdoe" },
      { path: "region", before: null, after: "us-west-2" },
      { path: "directory", before: null, after: "oregon" },
      { path: "bundle", before: null, after: "wsb-wstandarduswest2" },
      { path: "compute", before: null, after: "performance" },
      { path: "running", before: null, after: "auto-stop after 1h" },
      { path: 'tags["Project"]', before: null, after: "RoboticsAI" },
    ],
    reason: "declared for jdoe, and not there yet",
    disruption: "none",
    impact: [],
    waitsFor: ["its provisioning: about 20 minutes"],
    dependsOn: [],
  });
  const report = await bench.apply({ reviewed: plan });
  expect(outcomesOf(report)).toEqual(["jdoe done"]);
  expect(outcomeOf(report, "jdoe")).toMatch(/^ws-\w+ is ready after 1\d min$/);
  expect(bench.writes()).toEqual(["CreateWorkspaces", "CreateTags"]);
  expect(bench.sent("CreateWorkspaces")[0]).toMatchObject({
    Workspaces: [
      {
        DirectoryId: "d-9067012345",
        UserName: "jdoe",
        BundleId: "wsb-wstandarduswest2",
        WorkspaceProperties: {
          RunningMode: "AUTO_STOP",
          RunningModeAutoStopTimeoutInMinutes: 60,
          ComputeTypeName: "PERFORMANCE",
          Protocols: ["WSP"],
        },
      },
    ],
  });
  expect(bench.desktop("jdoe").tags).toMatchObject({
    Project: "RoboticsAI",
    [TAGS.estate]: "robco",
    [TAGS.name]: "jdoe",
    [TAGS.createdAt]: expect.stringMatching(/^2026-10-20T08:/),
    [TAGS.readyAfter]: expect.stringMatching(/^\d+$/),
  });
  expect(bench.progress).toContain("waiting for desktops in us-west-2 to be ready 0/1");
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("sixty in one directory are three calls of 25, 25 and 10, followed together, and the next plan is empty", async () => {
  const bench = await openSettled(...names(60).map((name) => desktop(name)));
  const report = await bench.apply();
  expect(new Set(report.outcomes.map(({ status }) => status))).toEqual(new Set(["done"]));
  expect(batches(bench)).toEqual([25, 25, 10]);
  expect(bench.look()).toEqual(names(60).map((name) => `${name} AVAILABLE`));
  expect(bench.progress).toContain("waiting for desktops in us-west-2 to be ready 60/60");
  // Provisioning, not one wait after another.
  expect(bench.minutes()).toBeLessThan(45);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("each region has calls of its own", async () => {
  const bench = await openEstate();
  const there = (name: string): string => desktop(name, { placement: "directory: ireland" });
  bench.write(
    directory(),
    directory("ireland"),
    ...names(3, "west").map((name) => desktop(name)),
    ...names(2, "east").map(there),
  );
  await bench.apply();
  expect(batches(bench).toSorted((a, b) => a - b)).toEqual([2, 3]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a batch with bad items: the others are made, each bad one is told apart and says what to do", async () => {
  const bench = await openSettled(...["good", "nobody", "marked", "foreign", "also-good"].map((name) => desktop(name)));
  bench.region().missingUsers.push("nobody");
  const plan = await bench.plan();
  // Too new for any read to show them, so that only the creation meets them.
  await bench.make("marked", { [TAGS.estate]: "robco", [TAGS.name]: "marked" });
  await bench.make("foreign", { Owner: "eve" });
  const report = await bench.apply({ reviewed: plan });
  expect(outcomesOf(report)).toEqual([
    "also-good done",
    "foreign failed conflict",
    "good done",
    "marked done",
    "nobody failed invalid",
  ]);
  expect(outcomeOf(report, "nobody")).toMatch(/^ResourceNotFound.User: .* > make the user in the directory first/);
  expect(outcomeOf(report, "foreign")).toMatch(/without the marker of this document.* > plan again/);
  expect(bench.desktop("foreign").tags).toEqual({ Owner: "eve" });
  // What was claimed is what somebody made: its running mode differs.
  expect(actionsOf(await bench.plan())).toEqual(["foreign adopt !exists-unmarked", "marked update", "nobody create"]);
});

test("a quota that refuses the whole call: each of its desktops is denied, nothing is tried again", async () => {
  const bench = await openSettled(...names(30).map((name) => desktop(name)));
  bench.region().quota = 25;
  const report = await bench.apply();
  const denied = report.outcomes.filter((one) => one.status === "failed" && one.failure === "denied");
  expect(denied.map(({ address }) => address)).toEqual(
    names(30)
      .slice(25)
      .map((name) => `Workspace/${name}`),
  );
  expect(outcomeOf(report, "user-29")).toMatch(/^ResourceLimitExceeded: .* > ask AWS for a higher quota/);
  expect(bench.sandbox.log.counts()["CreateWorkspaces"]).toBe(2);
  expect(bench.look()).toHaveLength(25);
});

test("a quota that refuses item by item: the others are made", async () => {
  const bench = await openEstate({ rules: { quotaRefuses: "item" } });
  bench.write(directory());
  await bench.apply();
  bench.region().quota = 2;
  bench.write(directory(), ...names(3).map((name) => desktop(name)));
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["user-00 done", "user-01 done", "user-02 failed denied"]);
  expect(outcomeOf(report, "user-02")).toMatch(/^ResourceLimitExceeded.WorkSpace: .* > ask AWS for a higher quota/);
});

test("a bundle that AWS retires between plan and creation: the desktop's own failure", async () => {
  const bench = await openSettled(desktop("ann"), desktop("ben", { bundle: "bundle: power" }));
  bench.when("making 2 desktops", () => Reflect.deleteProperty(bench.region().bundles, "wsb-wpoweruswest2"));
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["ann done", "ben failed gone"]);
  expect(outcomeOf(report, "ben")).toMatch(/^ResourceNotFound.Bundle: /);
});

test("a declared quota holds back what is beyond it before the first call", async () => {
  const bench = await openEstate({ settings: "quota: { us-west-2: 2 }" });
  bench.write(directory(), ...names(3).map((name) => desktop(name)));
  expect(actionsOf(await bench.plan())).toEqual([
    "oregon adopt",
    "user-00 create",
    "user-01 create",
    "user-02 create !quota",
  ]);
  await bench.apply();
  expect(batches(bench)).toEqual([2]);
});

test.each([
  { kind: "drop-after", why: "the connection broke after the write" },
  { kind: "error-after", why: "500 after the write" },
  { kind: "truncated", why: "the answer was cut short" },
  { kind: "drop-before", why: "the connection broke before the write" },
  { kind: "error-before", why: "500 before the write" },
] as const)("an answer that is lost ($why): every desktop is made once and claimed", async ({ kind }) => {
  const bench = await openSettled(...names(3).map((name) => desktop(name)));
  bench.inject({ operation: "CreateWorkspaces", kind });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(names(3).map((name) => `${name} done`));
  expect(bench.look()).toEqual(names(3).map((name) => `${name} AVAILABLE`));
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a desktop that ends in ERROR says why; the plan proposes to replace it, and does so once its id is named", async () => {
  const bench = await openSettled(desktop("jdoe"));
  bench.inject({ operation: "CreateWorkspaces", kind: "ends-in-error" });
  const report = await bench.apply();
  const broken = bench.desktop("jdoe").wire.WorkspaceId;
  expect(outcomesOf(report)).toEqual(["jdoe failed invalid"]);
  expect(outcomeOf(report, "jdoe")).toContain("ended in ERROR: InternalServerError: There was an issue joining");
  bench.pass(60);
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["jdoe replace !replace-not-allowed"]);
  expect(changeOf(plan, "jdoe").blocked?.next).toContain(`reeve.dev/allow-replace: ${broken}`);
  expect(plan.diagnostics.map(({ code, hint }) => `${code}: ${hint}`)).toEqual([
    "desktop-unwell: mend what it says; only a new desktop works again",
  ]);
  bench.write(directory(), desktop("jdoe", { annotations: `reeve.dev/allow-replace: ${broken}` }));
  bench.forget();
  expect(actionsOf(await bench.plan())).toEqual(["jdoe replace"]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["TerminateWorkspaces", "CreateWorkspaces", "CreateTags"]);
  expect(bench.desktop("jdoe").wire.WorkspaceId).not.toBe(broken);
  expect(actionsOf(await bench.plan())).toEqual([]);
});
test("every answer is lost: what was made is claimed by its marker", async () => {
  const bench = await openSettled(...names(2).map((name) => desktop(name)));
  bench.inject({ operation: "CreateWorkspaces", kind: "drop-after", times: 6 });
  expect(outcomesOf(await bench.apply())).toEqual(["user-00 done", "user-01 done"]);
  expect(bench.look()).toEqual(["user-00 AVAILABLE", "user-01 AVAILABLE"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("nothing was made and no answer came: it is said so, and the next run makes them", async () => {
  const bench = await openSettled(desktop("jdoe"));
  bench.inject({ operation: "CreateWorkspaces", kind: "drop-before", times: 6 });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["jdoe failed retryable"]);
  expect(outcomeOf(report, "jdoe")).toMatch(/is not known: the answer was lost and none shows > apply again/);
  expect(bench.look()).toEqual([]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
});

test("desktops that end in ERROR one after another stop their making in that directory", async () => {
  const bench = await openSettled(...names(120).map((name) => desktop(name)));
  bench.inject({ operation: "CreateWorkspaces", kind: "ends-in-error", times: 9 });
  const report = await bench.apply();
  expect(batches(bench)).toEqual([25, 25, 25, 25]);
  expect(bench.look()).toHaveLength(100);
  expect(outcomeOf(report, "user-99")).toMatch(/in a row ended in ERROR in oregon: no more are made there > mend/);
  const plan = await bench.plan();
  expect(changeOf(plan, "user-99").blocked?.code).toBe("failing-directory");
  expect(findingsOf(plan).some((line) => line.includes("is ERROR"))).toBe(true);
});
