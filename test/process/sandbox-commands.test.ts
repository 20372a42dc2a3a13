import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { programArguments, type Ran, type Running, runReeve, startReeve } from "../support/reeve.ts";

const ESTATE = `apiVersion: reeve.dev/v1
kind: Estate
metadata: { name: robco }
spec:
  providers:
    workspaces:
      accountId: "123456789012"
      role:
        plan: arn:aws:iam::123456789012:role/reeve-plan
        apply: arn:aws:iam::123456789012:role/reeve-apply
`;

const DESKTOPS = `apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: oregon, annotations: { reeve.dev/adopt: "true" } }
spec:
  region: us-west-2
  directoryId: d-9067012345
  bundles: { standard: wsb-wstandarduswest2 }
---
apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: alice }
spec:
  user: alice
  placement: { directory: oregon }
  bundle: standard
  running: { mode: always-on }
  lifecycle: { terminateAfterUnused: 30d }
---
apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: bob }
spec: { user: bob, placement: { directory: oregon }, bundle: standard }
`;

/** What a desk of somebody who works with AWS has set: none of it may be used. */
const OTHER_ACCOUNT = {
  AWS_PROFILE: "production",
  AWS_ROLE_ARN: "arn:aws:iam::999999999999:role/production",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent/token",
  AWS_ENDPOINT_URL_WORKSPACES: "http://127.0.0.1:9",
  AWS_ACCESS_KEY_ID: "AKIAREAL",
  AWS_SECRET_ACCESS_KEY: "real",
  AWS_SESSION_TOKEN: "real",
  AWS_USE_FIPS_ENDPOINT: "true",
};

let cwd = "";
const started: Running[] = [];
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "reeve-sandbox-"));
  mkdirSync(join(cwd, "desired-state"));
  writeFileSync(join(cwd, "desired-state/reeve.yaml"), ESTATE);
  writeFileSync(join(cwd, "desired-state/desktops.yaml"), DESKTOPS);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(end));
  rmSync(cwd, { recursive: true, force: true });
});

function start(...words: readonly string[]): Running {
  const running = startReeve(words, { cwd, environment: OTHER_ACCOUNT });
  started.push(running);
  return running;
}

/** Ctrl-C, unless it has ended. */
function end({ pid, ended }: Running): Promise<Ran> {
  try {
    process.kill(-pid, "SIGINT");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
  return ended;
}

/** Waits until both desktops are on their way; an apply that ends before that fails the test with what it said. */
async function untilMaking(apply: Running): Promise<void> {
  const early = apply.ended.then(({ stdout, stderr }) => {
    throw new Error(`the apply ended before it was stopped:\n${stdout}${stderr}`);
  });
  await Promise.race([until(() => saved().length === 2), early]);
}

function reeve(...words: readonly string[]): Promise<Ran> {
  return runReeve(words, { cwd, environment: OTHER_ACCOUNT });
}

function verdict({ stdout }: Ran): string | undefined {
  return stdout.split("\n")[0];
}

/** The desktops of us-west-2 as the sandbox has saved them. */
function saved(): readonly (readonly [string, string])[] {
  const file = join(cwd, ".reeve/sandbox/workspaces/us-west-2.json");
  if (!existsSync(file)) return [];
  const { desktops } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly desktops: Readonly<
      Record<string, { readonly wire: { readonly UserName: string; readonly State: string } }>
    >;
  };
  return Object.values(desktops)
    .map(({ wire }) => [wire.UserName, wire.State] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function until(isThere: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isThere())) await new Promise((done) => setTimeout(done, 20));
}

/** The real `reeve sandbox`, once it answers. */
async function startSandbox(
  ...flags: readonly string[]
): Promise<{ readonly running: Running; readonly endpoint: string }> {
  const running = start("sandbox", ...flags);
  const lock = join(cwd, ".reeve/sandbox/running.json");
  const endpointOf = (): string | null =>
    existsSync(lock) ? (JSON.parse(readFileSync(lock, "utf8")) as { readonly endpoint: string | null }).endpoint : null;
  await until(() => endpointOf() !== null);
  return { running, endpoint: endpointOf() ?? "" };
}

test("in one command each: plan, apply, an empty plan, a list; drift by hand is seen and mended", async () => {
  expect(verdict(await reeve("plan", "--sandbox"))).toBe("Plan for robco: 2 to create, 1 to adopt, 0 unchanged");
  const applied = await reeve("apply", "--sandbox", "--auto-approve");
  expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining("3 changes, 3 done")]);
  const empty = await reeve("plan", "--sandbox", "--detailed-exitcode");
  expect([empty.code, verdict(empty)]).toEqual([0, "Plan for robco: no changes, 3 unchanged"]);
  expect((await reeve("list", "--sandbox", "--only", "Workspace/*")).stdout).toMatch(/alice +Available /);
  await reeve("sandbox", "workspaces", "edit", "bob", "RunningMode=ALWAYS_ON");
  const drift = await runReeve(["plan", "--detailed-exitcode"], { cwd, environment: { REEVE_SANDBOX: "1" } });
  expect([drift.code, verdict(drift)]).toEqual([2, "Plan for robco: 1 to update, 2 unchanged"]);
  expect((await reeve("apply", "--sandbox", "--auto-approve")).code).toBe(0);
  expect(verdict(await reeve("plan", "--sandbox"))).toBe("Plan for robco: no changes, 3 unchanged");
});

test("one time for all: what the console moves, commands see, inside one process and in another", async () => {
  await reeve("apply", "--sandbox", "--auto-approve");
  const warnings = async (): Promise<readonly boolean[]> => {
    const seen: boolean[] = [];
    const look = async (): Promise<void> => {
      const { stdout } = await reeve("plan", "--sandbox");
      seen.push(stdout.includes("its user has not connected for long"));
    };
    await reeve("sandbox", "workspaces", "login", "alice");
    await reeve("sandbox", "workspaces", "act", "logout", "alice");
    await look();
    await reeve("sandbox", "workspaces", "advance", "31d");
    await look();
    return seen;
  };
  expect(await warnings()).toEqual([false, true]);
  const { running, endpoint } = await startSandbox("--factor", "0");
  expect(await warnings()).toEqual([false, true]);
  const { requests } = (await (await fetch(`${endpoint}/_sandbox/requests`)).json()) as {
    readonly requests: readonly { readonly operation: string; readonly isWrite: boolean }[];
  };
  const asked = new Set(requests.map(({ operation }) => operation));
  expect([asked.has("AssumeRole"), asked.has("DescribeWorkspaces")]).toEqual([true, true]);
  expect(requests.filter(({ isWrite }) => isWrite)).toEqual([]);
  await end(running);
});

test("Ctrl-C while a sandbox elsewhere makes desktops: it says so, and the next run makes nothing twice", async () => {
  const { running } = await startSandbox("--factor", "30");
  const first = start("apply", "--sandbox", "--auto-approve");
  await untilMaking(first);
  const stopped = await end(first);
  expect([stopped.code, stopped.stderr]).toEqual([130, expect.stringContaining("Stopping at the next safe point")]);
  expect(saved()).toEqual([
    ["alice", "PENDING"],
    ["bob", "PENDING"],
  ]);
  expect((await end(running)).code).toBe(0);
  const again = await reeve("apply", "--sandbox", "--auto-approve");
  expect([again.code, saved().length]).toEqual([0, 2]);
  expect(verdict(await reeve("plan", "--sandbox"))).toBe("Plan for robco: no changes, 3 unchanged");
});

test("Ctrl-C with the sandbox inside the command: its state is kept and its folder is free", async () => {
  await reeve("sandbox", "workspaces", "fault", "CreateWorkspaces", "slow");
  const first = start("apply", "--sandbox", "--auto-approve");
  await untilMaking(first);
  expect((await end(first)).code).toBe(130);
  expect(existsSync(join(cwd, ".reeve/sandbox/running.json"))).toBe(false);
  const again = await reeve("apply", "--sandbox", "--auto-approve");
  expect([again.code, saved().length]).toEqual([0, 2]);
  expect(verdict(await reeve("plan", "--sandbox"))).toBe("Plan for robco: no changes, 3 unchanged");
});

test("the folder is free after an error, too", async () => {
  writeFileSync(join(cwd, "desired-state/desktops.yaml"), "kind: [\n");
  expect((await reeve("plan", "--sandbox")).code).toBe(1);
  expect(existsSync(join(cwd, ".reeve/sandbox/running.json"))).toBe(false);
});

test("a folder without an estate is left as it is found", async () => {
  rmSync(join(cwd, "desired-state"), { recursive: true });
  const { code, stderr } = await reeve("plan", "--sandbox");
  expect([code, stderr, readdirSync(cwd)]).toEqual([1, expect.stringContaining("[no-state-directory]"), []]);
});

test("who reads nothing of a plan stops nothing: no error, and the folder is free", () => {
  const line = `set -o pipefail; "$0" "$@" plan --sandbox | true; echo $?`;
  const { stdout, stderr } = spawnSync("bash", ["-c", line, process.execPath, ...programArguments("cli")], {
    cwd,
    encoding: "utf8",
  });
  expect([stdout, stderr]).toEqual(["0\n", expect.not.stringContaining("EPIPE")]);
  expect(existsSync(join(cwd, ".reeve/sandbox/running.json"))).toBe(false);
});

test("without credentials the plan says what to do", async () => {
  const environment = {
    HOME: cwd,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
  const { code, stdout } = await runReeve(["plan"], { cwd, environment });
  expect([code, stdout]).toEqual([1, expect.stringMatching(/sign in to AWS .*--sandbox/)]);
});

test.each([
  { words: "plan --sandbox --out plan.json", next: "Next: reeve apply --sandbox plan.json" },
  { words: "plan --sandbox --only Workspace*/*", next: "Next: reeve apply --sandbox --only 'Workspace*/*'" },
  { words: "plan --sandbox --state desired-state", next: "Next: reeve apply --sandbox --state desired-state" },
])("$words says how it is applied in the same world", async ({ words, next }) => {
  writeFileSync(join(cwd, "desired-state/desktops.yaml"), DESKTOPS);
  const { stdout } = await runReeve(words.split(" "), { cwd });
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(next);
});

test("one kind is listed by its name", async () => {
  writeFileSync(join(cwd, "desired-state/desktops.yaml"), DESKTOPS);
  const list = (kind: string): Promise<Ran> => runReeve(["list", kind, "--sandbox"], { cwd });
  const { code, stdout } = await list("WorkspaceDirectory");
  expect([code, stdout.split("\n").filter((line) => /^[A-Z]\w+$/.test(line))]).toEqual([0, ["WorkspaceDirectory"]]);
  expect(await list("Workspce")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('did you mean "Workspace"?'),
  });
  expect((await list("Workspace/bob")).stderr).toContain("write --only 'Workspace/bob'");
});
