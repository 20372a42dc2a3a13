import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkSpaces } from "@aws-sdk/client-workspaces";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { type Running, runReeve, startReeve } from "../support/reeve.ts";
import { BUNDLE, clientConfig, DIRECTORY, openBench } from "../support/workspaces-sandbox.ts";

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "reeve-sandbox-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const create = { Workspaces: [{ DirectoryId: DIRECTORY, UserName: "jdoe", BundleId: BUNDLE }] };

/** Starts the real `reeve sandbox` and waits until it answers. */
async function startSandbox(
  port: number,
  ...flags: readonly string[]
): Promise<{ readonly running: Running; endpoint: string }> {
  const running = startReeve(["sandbox", "--port", String(port), ...flags], { cwd });
  const endpoint = `http://127.0.0.1:${port}`;
  const isUp = (): Promise<boolean> =>
    fetch(`${endpoint}/_sandbox/`).then(
      (response) => response.ok,
      () => false,
    );
  for (let tries = 0; tries < 100 && !(await isUp()); tries += 1) await new Promise((done) => setTimeout(done, 100));
  return { running, endpoint };
}

function kill({ pid }: Running): void {
  process.kill(-pid, "SIGKILL");
}

async function freePort(): Promise<number> {
  await using bench = await openBench();
  return Number(new URL(bench.sandbox.endpoint).port);
}

test("what a client was told survives kill -9, and the next sandbox takes the folder over", async () => {
  const port = await freePort();
  const first = await startSandbox(port, "--factor", "0");
  const client = new WorkSpaces(clientConfig(first.endpoint));
  const { PendingRequests = [] } = await client.createWorkspaces(create);
  kill(first.running);
  await first.running.ended;
  const second = await startSandbox(port, "--factor", "0");
  const advanced = await runReeve(["sandbox", "workspaces", "advance", "1h"], { cwd });
  expect(advanced.stdout).toMatch(/^it is now 20/);
  const id = PendingRequests[0]?.WorkspaceId ?? "";
  const { Workspaces: found = [] } = await client.describeWorkspaces({ WorkspaceIds: [id] });
  client.destroy();
  expect(found.map(({ UserName, State }) => [UserName, State])).toEqual([["jdoe", "AVAILABLE"]]);
  process.kill(-second.running.pid, "SIGINT");
  expect((await second.running.ended).code).toBe(0);
  expect(readdirSync(join(cwd, ".reeve", "sandbox"))).toEqual(["kubernetes", "workspaces"]);
});

test("a second `reeve sandbox` of the same folder is refused; what it exports leads to the first", async () => {
  const port = await freePort();
  const first = await startSandbox(port);
  const second = await runReeve(["sandbox"], { cwd });
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining("[sandbox-runs]")]);
  const attached = await openSandbox(join(cwd, ".reeve", "sandbox"));
  expect(attached.environment["AWS_ENDPOINT_URL"]).toBe(first.endpoint);
  await attached.close();
  kill(first.running);
  const { stdout } = await first.running.ended;
  expect(stdout).toContain(`export AWS_ENDPOINT_URL=${first.endpoint}\nexport `);
  expect(stdout).toContain("unset AWS_PROFILE\n");
});

test("inside one command: ready within two seconds, and the clock stands still between commands", async () => {
  const folder = join(cwd, ".reeve", "sandbox");
  const sandbox = await openSandbox(folder);
  const client = new WorkSpaces(clientConfig(sandbox.endpoint));
  await client.createWorkspaces(create);
  const states: (string | undefined)[] = [];
  for (let tries = 0; tries < 8 && states.at(-1) !== "AVAILABLE"; tries += 1) {
    await new Promise((done) => setTimeout(done, 500));
    const { Workspaces = [] } = await client.describeWorkspaces({ DirectoryId: DIRECTORY });
    states.push(Workspaces[0]?.State);
  }
  expect(states.at(-1)).toBe("AVAILABLE");
  expect(states.length).toBeLessThanOrEqual(4);
  client.destroy();
  await sandbox.close();
  const look = async (): Promise<string> => (await runReeve(["sandbox", "workspaces", "list"], { cwd })).stdout;
  const before = await look();
  expect(before).toContain("jdoe  AVAILABLE");
  expect(await look()).toBe(before);
});

test("the console: edit by hand, act, faults, refusals that say what is known", async () => {
  const say = (...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    runReeve(["sandbox", "workspaces", ...words], { cwd });
  const sandbox = await openSandbox(join(cwd, ".reeve", "sandbox"), { factor: 0 });
  const client = new WorkSpaces(clientConfig(sandbox.endpoint));
  await client.createWorkspaces(create);
  client.destroy();
  await sandbox.close();
  await say("advance", "1h");
  expect((await say("edit", "jdoe", "RunningMode=AUTO_STOP")).stdout).toMatch(
    /^ws-[0-9a-z]{9} of jdoe is AVAILABLE\n$/,
  );
  expect((await say("advance", "2h")).code).toBe(0);
  expect((await say("list")).stdout).toMatch(/jdoe {2}STOPPED {2}AUTO_STOP {2}STANDARD\n/);
  expect((await say("login", "jdoe")).stdout).toMatch(/is STARTING\n$/);
  expect((await say("act", "user-switches-mode", "jdoe")).stderr).toContain("SwitchRunningMode must be ENABLED");
  expect((await say("fault", "CreateWorkspaces", "drop-after", "--nth", "2")).stdout).toBe(
    "CreateWorkspaces: drop-after, once, after 1 more\n",
  );
  expect((await say("fault", "CreateWorkspaces", "drop")).stderr).toContain("[unknown-fault]");
  expect((await say("edit", "nobody", "State=ERROR")).stderr).toContain("[unknown-desktop]");
  expect((await say("advance", "soon")).stderr).toContain("for example 30m");
  expect((await say("quota", "7")).stdout).toMatch(/^us-east-1: \d+ desktops of 7$/m);
  expect((await say("reset")).code).toBe(0);
  expect((await say("list")).stdout).not.toContain("jdoe");
});
