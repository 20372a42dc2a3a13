import { WorkSpaces } from "@aws-sdk/client-workspaces";
import { describe, expect, test } from "vitest";
import { actionsOf, type Bench, desktop, directory, findingsOf, openEstate } from "../support/workspaces-estate.ts";
import { clientConfig } from "../support/workspaces-sandbox.ts";

/** Pages as they should be, so that calls can be counted. */
const EVEN = { emptyPages: 0, repeatedItems: 0 };

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${String(index).padStart(3, "0")}`);
}

/** So many desktops, made by Reeve and in sync. */
async function openInSync(count: number, more = ""): Promise<Bench> {
  const bench = await openEstate({ rules: EVEN });
  bench.write(directory(), ...names(count).map((name) => desktop(name, { more })));
  await bench.apply();
  bench.pass(600);
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.forget();
  return bench;
}

/** Somebody takes all of Reeve's marker away. */
async function untag({ sandbox, desktop: find, pass }: Bench, user: string): Promise<void> {
  pass(1);
  const client = new WorkSpaces(clientConfig(sandbox.endpoint));
  await client.deleteTags({ ResourceId: find(user).wire.WorkspaceId, TagKeys: ["reeve.dev/estate", "reeve.dev/name"] });
  client.destroy();
}

const CONSTANT = { DescribeWorkspaceDirectories: 1, GetCallerIdentity: 1 };

describe("the calls of a plan of desktops in sync", () => {
  test.each([
    { count: 0, describes: 1, tagPages: 1, bundles: {} },
    { count: 1, describes: 1, tagPages: 1, bundles: { DescribeWorkspaceBundles: 1 } },
    { count: 25, describes: 1, tagPages: 1, bundles: { DescribeWorkspaceBundles: 1 } },
    { count: 26, describes: 2, tagPages: 1, bundles: { DescribeWorkspaceBundles: 1 } },
    { count: 260, describes: 11, tagPages: 3, bundles: { DescribeWorkspaceBundles: 1 } },
  ])("$count: $describes describes, $tagPages pages of tags", async ({ count, describes, tagPages, bundles }) => {
    const bench = await openInSync(count);
    await bench.plan();
    expect(bench.sandbox.log.counts()).toEqual({
      ...CONSTANT,
      ...bundles,
      DescribeWorkspaces: describes,
      GetResources: tagPages,
    });
  });
});

test("who was last connected is asked of those alone whose lifecycle asks, 25 at a time", async () => {
  const bench = await openEstate({ rules: EVEN });
  const watched = names(26).map((name) => desktop(name, { more: "lifecycle: { terminateAfterUnused: 60d }" }));
  bench.write(directory(), ...watched, ...["ann", "bob", "eve"].map((name) => desktop(name)));
  await bench.apply();
  bench.pass(600);
  bench.forget();
  await bench.plan();
  const statuses = bench.sandbox.log.requests.filter(({ operation }) => /ConnectionStatus/.test(operation));
  expect(statuses.map(({ input }) => (input as { WorkspaceIds: readonly string[] }).WorkspaceIds.length)).toEqual([
    25, 1,
  ]);
  expect(bench.sandbox.log.counts()).toMatchObject({ DescribeWorkspaces: 2, GetResources: 1 });
});

test("bundles are asked for where a desktop could mean them", async () => {
  const bench = await openEstate({ rules: EVEN });
  const selector = "bundle: { owner: amazon, name: Standard with Windows 10 (Server 2022 based) (WSP) }";
  const one = desktop("ann", { placement: "directory: virginia", bundle: selector });
  bench.write(directory("oregon"), directory("virginia"), one);
  await bench.plan();
  const asked = bench.sandbox.log.requests.filter(({ operation }) => operation === "DescribeWorkspaceBundles");
  expect(new Set(asked.map(({ region }) => region))).toEqual(new Set(["us-east-1"]));
});

test("regions are read side by side, each at its own pace", async () => {
  const minutesOf = async (...regions: readonly ("oregon" | "virginia" | "ireland")[]): Promise<number> => {
    const bench = await openEstate({ rules: EVEN, settings: "limiter: { perSecond: 0.5, burst: 1 }" });
    bench.write(...regions.map((region) => directory(region)));
    const before = bench.minutes();
    await bench.plan();
    return bench.minutes() - before;
  };
  const alone = await minutesOf("oregon");
  expect(alone).toBeGreaterThan(0);
  expect(await minutesOf("oregon", "virginia", "ireland")).toBe(alone);
});

test.each([
  {
    kind: "denied-iam",
    words:
      /the tagging API does not answer \(AccessDenied: .*\), so tags are read one by one: 31 calls, about 16 seconds/,
  },
  {
    kind: "error-before",
    words:
      /the tagging API does not answer \(InternalFailure: .*\), so tags are read one by one: 31 calls, about 16 seconds/,
  },
] as const)(
  "no tagging API ($kind): tags are read one by one, the plan is right, and says why it is slow",
  async ({ kind, words }) => {
    const bench = await openInSync(30);
    bench.inject({ operation: "GetResources", kind, times: 6 });
    const plan = await bench.plan();
    expect(actionsOf(plan)).toEqual([]);
    expect(bench.sandbox.log.counts()["DescribeTags"]).toBe(31);
    expect(findingsOf(plan)).toEqual([expect.stringMatching(words)]);
    expect(bench.progress).toContain("reading tags one by one in us-west-2 25/31");
  },
);

test("the right that is missing is named", async () => {
  const bench = await openInSync(1, "lifecycle: { terminateAfterUnused: 60d }");
  bench.inject({ operation: "GetResources", kind: "denied-iam" });
  bench.inject({ operation: "DescribeWorkspacesConnectionStatus", kind: "denied-iam" });
  const { diagnostics } = await bench.plan();
  expect(diagnostics.map(({ code, hint }) => `${code}: ${hint}`)).toEqual([
    "last-use-unreadable: allow workspaces:DescribeWorkspacesConnectionStatus for planning",
    "tags-one-by-one: allow tag:GetResources for planning",
  ]);
});

test("a tagging API that answers without knowing desktops: found out by a desktop of ours, and nothing is missed", async () => {
  const bench = await openEstate({ rules: { ...EVEN, taggingCoversDesktops: false } });
  bench.write(directory(), desktop("ann"), desktop("bob"));
  await bench.apply();
  bench.pass(7200);
  bench.write(directory(), desktop("ann"));
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["bob delete"]);
  expect(findingsOf(plan)).toEqual([
    "warning tags-one-by-one: us-west-2: the tagging API does not know desktops, so tags are read one by one: 3 calls, about 2 seconds",
  ]);
});

describe("while the index of tags lags behind", () => {
  const LAG = { ...EVEN, taggingLagSeconds: 3600, staleSeconds: 0 };

  async function openLagging(): Promise<Bench> {
    const bench = await openEstate({ rules: LAG });
    bench.write(directory(), desktop("ann"), desktop("bob"));
    await bench.apply();
    return bench;
  }

  test("what was just made is ours", async () => {
    const bench = await openLagging();
    const plan = await bench.plan();
    expect([actionsOf(plan), plan.foreign]).toEqual([[], []]);
  });

  test("a marker that somebody has just taken away: no document, no deletion", async () => {
    const bench = await openLagging();
    bench.pass(3600);
    await untag(bench, "bob");
    bench.write(directory(), desktop("ann"));
    const plan = await bench.plan();
    expect([actionsOf(plan), plan.foreign.length]).toEqual([[], 1]);
  });

  test("nor where the document says that its time is over", async () => {
    const bench = await openLagging();
    bench.pass(3600);
    await untag(bench, "bob");
    const over = "lifecycle: { expiresAt: 2026-10-01T00:00:00Z, gracePeriod: 0d }";
    bench.write(directory(), desktop("ann"), desktop("bob", { more: over }));
    expect(actionsOf(await bench.plan())).toEqual(["bob adopt !exists-unmarked"]);
  });

  test("a document that went before the index knew: nobody's for now, deleted once it is known", async () => {
    const bench = await openLagging();
    bench.write(directory(), desktop("ann"));
    const early = await bench.plan();
    expect([actionsOf(early), early.foreign.length]).toEqual([[], 1]);
    bench.pass(3600);
    expect(actionsOf(await bench.plan())).toEqual(["bob delete"]);
  });
});

test("a region that cannot be read is said once for each of its directories, and once where it has none", async () => {
  const bench = await openEstate({ rules: EVEN, settings: "regions: [us-west-2, ap-south-1]" });
  bench.write(directory(), desktop("ann"));
  bench.inject({ operation: "DescribeWorkspaceDirectories", kind: "denied-iam", times: 9 });
  const found = findingsOf(await bench.plan());
  expect(found).toEqual([
    expect.stringMatching(/^error workspaces-unreadable: ap-south-1 cannot be read, .* AccessDenied/),
    expect.stringMatching(/^error workspaces-unreadable: us-west-2 cannot be read, .* AccessDenied/),
  ]);
});
