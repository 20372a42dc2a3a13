import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { systemTestsMissing } from "../support/system.ts";
import { type Bench, BUNDLE, DIRECTORY, openBench } from "../support/workspaces-sandbox.ts";

const missing = systemTestsMissing("awscli");

interface Said {
  readonly code: number | null;
  readonly json: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

/** Debian's awscli, a client that nobody here wrote. Not spawnSync: the stand-in runs in this process. */
async function aws(bench: Bench, ...words: readonly string[]): Promise<Said> {
  const child = spawn("/usr/bin/aws", ["--endpoint-url", bench.sandbox.endpoint, "--output", "json", ...words], {
    env: {
      PATH: "/usr/bin:/bin",
      HOME: "/nonexistent",
      AWS_ACCESS_KEY_ID: "REEVESANDBOX",
      AWS_SECRET_ACCESS_KEY: "reeve-sandbox",
      AWS_DEFAULT_REGION: "us-west-2",
      AWS_MAX_ATTEMPTS: "1",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (texts.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (texts.stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  const json = texts.stdout.trim() === "" ? {} : (JSON.parse(texts.stdout) as Said["json"]);
  return { code, json, stderr: texts.stderr };
}

function rows(said: Said, member: string): readonly Readonly<Record<string, unknown>>[] {
  return said.json[member] as readonly Readonly<Record<string, unknown>>[];
}

test.skipIf(missing !== null)("awscli creates, pages, tags, stops, starts, modifies and terminates", async () => {
  await using bench = await openBench();
  const workspaces = (...words: readonly string[]): Promise<Said> => aws(bench, "workspaces", ...words);
  const item = (user: string): object => ({
    DirectoryId: DIRECTORY,
    UserName: user,
    BundleId: BUNDLE,
    WorkspaceProperties: { RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 60 },
    Tags: [{ Key: "team", Value: "robotics" }],
  });
  for (const start of [0, 25]) {
    const items = Array.from({ length: 25 }, (_, index) => item(`user-${start + index}`));
    const made = await workspaces("create-workspaces", "--workspaces", JSON.stringify(items));
    expect([rows(made, "PendingRequests").length, rows(made, "FailedRequests")]).toEqual([25, []]);
  }
  const again = await workspaces("create-workspaces", "--workspaces", JSON.stringify([item("USER-1")]));
  expect(rows(again, "FailedRequests")[0]?.["ErrorCode"]).toBe("ResourceExists.WorkSpace");
  bench.sandbox.advance(1200);

  const all = rows(await workspaces("describe-workspaces"), "Workspaces");
  expect([all.length, new Set(all.map(({ State }) => State))]).toEqual([50, new Set(["AVAILABLE"])]);
  const firstPage = await workspaces("describe-workspaces", "--max-items", "10");
  expect([rows(firstPage, "Workspaces").length, typeof firstPage.json["NextToken"]]).toEqual([10, "string"]);
  const found = await workspaces("describe-workspaces", "--directory-id", DIRECTORY, "--user-name", "User-7");
  const id = String(rows(found, "Workspaces")[0]?.["WorkspaceId"]);

  expect((await workspaces("create-tags", "--resource-id", id, "--tags", "Key=owner,Value=ann")).code).toBe(0);
  expect((await workspaces("delete-tags", "--resource-id", id, "--tag-keys", "team")).code).toBe(0);
  expect(rows(await workspaces("describe-tags", "--resource-id", id), "TagList")).toEqual([
    { Key: "owner", Value: "ann" },
  ]);
  const tagged = await aws(bench, "resourcegroupstaggingapi", "get-resources", "--tag-filters", "Key=owner");
  expect(rows(tagged, "ResourceTagMappingList").length).toBe(1);

  const stop = await workspaces("stop-workspaces", "--stop-workspace-requests", JSON.stringify([{ WorkspaceId: id }]));
  expect(rows(stop, "FailedRequests")).toEqual([]);
  bench.sandbox.advance(120);
  const stopped = await workspaces("describe-workspaces", "--workspace-ids", id);
  expect(rows(stopped, "Workspaces")[0]?.["State"]).toBe("STOPPED");
  expect(
    rows(
      await workspaces("start-workspaces", "--start-workspace-requests", JSON.stringify([{ WorkspaceId: id }])),
      "FailedRequests",
    ),
  ).toEqual([]);
  bench.sandbox.advance(120);

  const early = await workspaces(
    "modify-workspace-properties",
    "--workspace-id",
    id,
    "--workspace-properties",
    "ComputeTypeName=POWER",
  );
  expect(early.stderr).toContain("OperationInProgressException");
  const mode = await workspaces(
    "modify-workspace-properties",
    "--workspace-id",
    id,
    "--workspace-properties",
    "RunningMode=ALWAYS_ON",
  );
  expect(mode.code).toBe(0);
  const status = await workspaces("describe-workspaces-connection-status", "--workspace-ids", id);
  expect(rows(status, "WorkspacesConnectionStatus")[0]?.["ConnectionState"]).toBe("DISCONNECTED");

  const end = await workspaces(
    "terminate-workspaces",
    "--terminate-workspace-requests",
    JSON.stringify([{ WorkspaceId: id }]),
  );
  expect(rows(end, "FailedRequests")).toEqual([]);
  bench.sandbox.advance(400);
  expect(rows(await workspaces("describe-workspaces", "--workspace-ids", id), "Workspaces")).toEqual([]);
});

test.skipIf(missing !== null)("awscli knows who it is, reads bundles and directories, and is throttled", async () => {
  await using bench = await openBench({ rules: { throttle: { perSecond: 2, burst: 5 } } });
  expect((await aws(bench, "sts", "get-caller-identity")).json["Account"]).toBe("123456789012");
  const bundles = await aws(bench, "workspaces", "describe-workspace-bundles", "--owner", "AMAZON");
  expect(rows(bundles, "Bundles").length).toBe(15);
  const directories = await aws(bench, "workspaces", "describe-workspace-directories");
  expect(rows(directories, "Directories").map(({ DirectoryId }) => DirectoryId)).toEqual([DIRECTORY]);
  bench.sandbox.inject({ operation: "DescribeWorkspaces", kind: "throttled" });
  const refused = await aws(bench, "workspaces", "describe-workspaces");
  expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining("ThrottlingException")]);
});

test.skipIf(missing !== null)(
  "awscli assumes a role, and reads from CloudWatch when a user was connected",
  async () => {
    await using bench = await openBench();
    const role = "arn:aws:iam::210987654321:role/reeve";
    const assumed = await aws(bench, "sts", "assume-role", "--role-arn", role, "--role-session-name", "reeve");
    expect(assumed.json["AssumedRoleUser"]).toMatchObject({
      Arn: "arn:aws:sts::210987654321:assumed-role/reeve/reeve",
    });
    const [id = ""] = await bench.create("jdoe");
    bench.sandbox.advance(7200);
    const act = (name: string): Promise<Response> =>
      fetch(`${bench.sandbox.endpoint}/_sandbox/act`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ act: name, desktop: "jdoe" }),
      });
    await act("login");
    bench.sandbox.advance(3600);
    await act("logout");
    const { now } = bench.sandbox;
    const words = [
      ["cloudwatch", "get-metric-statistics", "--namespace", "AWS/WorkSpaces", "--metric-name", "UserConnected"],
      ["--dimensions", `Name=WorkspaceId,Value=${id}`, "--period", "3600", "--statistics", "Maximum"],
      ["--start-time", new Date(now().getTime() - 4 * 3_600_000).toISOString(), "--end-time", now().toISOString()],
    ];
    const statistics = await aws(bench, ...words.flat());
    const points = rows(statistics, "Datapoints").map(({ Timestamp, Maximum, Unit }) => [Timestamp, Maximum, Unit]);
    expect(points.length).toBeGreaterThan(1);
    expect(points).toContainEqual([expect.stringMatching(/T\d\d:00:00\+00:00$/), 1, "Count"]);
  },
);
