import { WorkSpaces } from "@aws-sdk/client-workspaces";
import { expect, test } from "vitest";
import type { FaultKind } from "../../src/sandbox/workspaces/world.ts";
import { BUNDLE, clientConfig, DIRECTORY, openBench, outcomeOf } from "../support/workspaces-sandbox.ts";

function users(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${index}`);
}

function request(UserName: string, over: object = {}): { DirectoryId: string; UserName: string; BundleId: string } {
  return { DirectoryId: DIRECTORY, UserName, BundleId: BUNDLE, ...over };
}

test("two calls a second, five at once, a region; refused with ThrottlingException, and the log knows", async () => {
  let now = 1_000_000;
  await using bench = await openBench({ realNow: () => now, rules: { throttle: { perSecond: 2, burst: 5 } } });
  const describe = (): Promise<string> => outcomeOf(bench.client.describeWorkspaces({}));
  const first = [
    await describe(),
    await describe(),
    await describe(),
    await describe(),
    await describe(),
    await describe(),
  ];
  expect(first).toEqual(["ok", "ok", "ok", "ok", "ok", "ThrottlingException"]);
  const ireland = new WorkSpaces({ ...clientConfig(bench.sandbox.endpoint), region: "eu-west-1" });
  expect(await outcomeOf(ireland.describeWorkspaces({}))).toBe("ok");
  ireland.destroy();
  now += 1000;
  expect([await describe(), await describe(), await describe()]).toEqual(["ok", "ok", "ThrottlingException"]);
  expect(bench.sandbox.log.counts()).toEqual({ DescribeWorkspaces: 10 });
  expect(bench.sandbox.log.peakPerSecond()).toBe(7);
});

test.each([
  { kind: "drop-before", made: 0, error: "TimeoutError|ECONNRESET|Error" },
  { kind: "drop-after", made: 1, error: "TimeoutError|ECONNRESET|Error" },
  { kind: "error-before", made: 0, error: "InternalFailure" },
  { kind: "error-after", made: 1, error: "InternalFailure" },
  { kind: "truncated", made: 1, error: "SyntaxError" },
  { kind: "throttled", made: 0, error: "ThrottlingException" },
  { kind: "operation-in-progress", made: 0, error: "OperationInProgressException" },
  { kind: "resource-unavailable", made: 0, error: "ResourceUnavailableException" },
  { kind: "denied-iam", made: 0, error: "AccessDeniedException" },
  { kind: "denied-region", made: 0, error: "AccessDeniedException" },
  { kind: "denied-new-customers", made: 0, error: "AccessDeniedException" },
  { kind: "slow", made: 1, error: "ok" },
  { kind: "ends-in-error", made: 1, error: "ok" },
] as const)("the second create meets $kind: $made made", async ({ kind, made, error }) => {
  await using bench = await openBench();
  bench.sandbox.inject({ operation: "CreateWorkspaces", kind: kind satisfies FaultKind, nth: 2, milliseconds: 20 });
  const create = (user: string): Promise<string> =>
    outcomeOf(bench.client.createWorkspaces({ Workspaces: [request(user)] }));
  expect(await create("first")).toBe("ok");
  expect(await create("second")).toMatch(new RegExp(`^(${error})$`));
  expect(await create("third")).toBe("ok");
  const desktops = Object.values(bench.sandbox.world.regions["us-west-2"]?.desktops ?? {});
  expect(desktops.filter(({ wire }) => wire.UserName === "second").length).toBe(made);
  expect(bench.sandbox.log.writes().length).toBe(2 + made);
  expect(bench.sandbox.log.requests[1]?.faults).toEqual([kind]);
});

test("the SDK sends a create three times on its own when the connection breaks: nothing is made twice", async () => {
  await using bench = await openBench();
  bench.sandbox.inject({ operation: "CreateWorkspaces", kind: "drop-after", times: 2 });
  const client = new WorkSpaces({ ...clientConfig(bench.sandbox.endpoint), maxAttempts: 3 });
  const { FailedRequests, PendingRequests } = await client.createWorkspaces({ Workspaces: [request("jdoe")] });
  client.destroy();
  expect(PendingRequests).toEqual([]);
  expect(FailedRequests?.[0]?.ErrorCode).toBe("ResourceExists.WorkSpace");
  expect(bench.sandbox.log.counts()).toEqual({ CreateWorkspaces: 3 });
});

test("states and members that no client knows, a repeated token, an empty page", async () => {
  await using bench = await openBench();
  for (const start of [0, 25]) await bench.create(...users(50).slice(start, start + 25));
  const { sandbox, client } = bench;
  sandbox.inject({ operation: "DescribeWorkspaces", kind: "unknown-enum" });
  sandbox.inject({ operation: "DescribeWorkspaces", kind: "unknown-field" });
  const strange = (await client.describeWorkspaces({})).Workspaces?.[0];
  expect([strange?.State, strange !== undefined && "NewMember" in strange]).toEqual(["HIBERNATING", false]);
  sandbox.inject({ operation: "DescribeWorkspaces", kind: "empty-page" });
  const empty = await client.describeWorkspaces({});
  expect([empty.Workspaces?.length, empty.NextToken?.length]).toEqual([0, 64]);
  sandbox.inject({ operation: "DescribeWorkspaces", kind: "repeated-token" });
  const repeated = await client.describeWorkspaces({ NextToken: empty.NextToken });
  expect(repeated.NextToken).toBe(empty.NextToken);
});
