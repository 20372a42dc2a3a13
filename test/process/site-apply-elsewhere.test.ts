/** Commits are applied elsewhere, as by GitHub Actions: the daemon serves what is merged once that apply asks, and no sooner. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { mintToken } from "../../src/watch/listener/tokens.ts";
import { freePort } from "../support/free-port.ts";
import { preloadArgument, type Running, runReeve, startReeve } from "../support/reeve.ts";
import { estateFile } from "../support/state-files.ts";

let root = "";
let daemon: Running;
let server = "";
const { token, hash } = mintToken();

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "reeve-elsewhere-"));
  const [page, sites] = [await freePort(), await freePort()];
  server = `http://127.0.0.1:${sites}`;
  git("init", "--quiet", "--initial-branch=main");
  push({
    "desired-state/reeve.yaml": estateFile(
      `  providers: { sites: { server: "${server}", tokenFrom: { env: SITES_TOKEN } } }\n`,
    ),
    "desired-state/clinic.yaml": clinic("60s"),
  });
  const settings = [
    `repository: { url: ${join(root, "origin")}, poll: 1h }`,
    `folder: ${join(root, "daemon")}`,
    "apply: drift-only",
    "interval: 1h",
    `sites: { port: ${sites} }`,
    `listen: { port: ${page}, tokens: [{ name: actions, hash: "${hash}", scopes: [read, operate] }] }`,
  ];
  writeFileSync(join(root, "watch.yaml"), `${settings.join("\n")}\n`);
  daemon = startReeve(["watch", "--config", join(root, "watch.yaml")], { cwd: root });
  await vi.waitFor(async () => expect((await fetch(`${server}/readyz`)).status).toBe(200), {
    timeout: 60_000,
    interval: 200,
  });
});
afterAll(async () => {
  process.kill(daemon.pid, "SIGTERM");
  expect(await daemon.ended).toMatchObject({ code: 0 });
  rmSync(root, { recursive: true, force: true });
});

function git(...args: readonly string[]): void {
  mkdirSync(join(root, "origin"), { recursive: true });
  execFileSync("git", ["-c", "user.name=ada", "-c", "user.email=ada@x.test", ...args], { cwd: join(root, "origin") });
}

function push(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "origin", path)), { recursive: true });
    writeFileSync(join(root, "origin", path), text);
  }
  git("add", "desired-state");
  git("commit", "--quiet", "--message", "change");
}

function clinic(poll: string): string {
  return `apiVersion: reeve.dev/v1
kind: Partner
metadata: { name: nepa-it }
spec: { brandName: NEPA IT Solutions, primaryColor: "#2563EB" }
---
apiVersion: reeve.dev/v1
kind: ApplianceSite
metadata: { name: clinic }
spec:
  partner: nepa-it
  apiEndpoint: https://mgmt.example.net
  settings: { pollInterval: ${poll} }
  appliances: [{ name: front-desk, mac: "84:3A:5B:91:B6:61" }]
`;
}

/** As a runner: a checkout of the branch, and a token in its environment. */
const reeve = (...args: readonly string[]) =>
  runReeve(args, { cwd: join(root, "origin"), environment: { SITES_TOKEN: token } });

async function served(): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${server}/api/operator/sites/clinic/document`, { headers })).text();
}

test("what is merged is served when the apply asks for it, and then nothing is left to do", async () => {
  expect(await reeve("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
  push({ "desired-state/clinic.yaml": clinic("45s") });
  expect(await reeve("plan", "--detailed-exitcode")).toMatchObject({ code: 2 });
  expect(await served()).toContain('"pollInterval":"60s"');
  const applied = await reeve("apply", "--auto-approve");
  expect(applied, applied.stdout).toMatchObject({ code: 0, stdout: expect.stringContaining("ApplianceSite/clinic") });
  expect(await served()).toContain('"pollInterval":"45s"');
  expect(await reeve("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
});

test("a daemon that is paused serves nothing new: the apply says what to look at", async () => {
  const config = ["--config", join(root, "watch.yaml")];
  await runReeve(["watch", "pause", "moving", ...config], { cwd: root });
  push({ "desired-state/clinic.yaml": clinic("50s") });
  const held = await runReeve(["apply", "--auto-approve"], {
    cwd: join(root, "origin"),
    // For the minute that an apply waits.
    environment: { SITES_TOKEN: token, NODE_OPTIONS: preloadArgument("fast-time") },
  });
  expect(held, held.stdout).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("has not loaded these documents"),
  });
  expect(await served()).toContain('"pollInterval":"45s"');
  await runReeve(["watch", "resume", ...config], { cwd: root });
  expect(await reeve("apply", "--auto-approve")).toMatchObject({ code: 0 });
  expect(await served()).toContain('"pollInterval":"50s"');
});
