/** The real program over real git: what happens to the branch, to the host and to the process costs nothing that was applied. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startKubernetesSandbox } from "../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { postgresMissing, startPostgres } from "../support/postgres.ts";
import { type Running, runReeve, startReeve } from "../support/reeve.ts";
import { estateFile, hubFile, peerFile } from "../support/state-files.ts";

const ESTATE = estateFile("  providers: { wireguard: {} }\n  safety: { modes: { WireGuardPeer: correct } }\n");

let root: string;
const running: Running[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "reeve-watch-"));
  mkdirSync(join(root, "live"), { mode: 0o700 });
  git("init", "--quiet", "--initial-branch=main");
  push({
    "desired-state/reeve.yaml": ESTATE,
    "desired-state/hub.yaml": hubFile(join(root, "live")),
    ...peerFile("alice", 20),
  });
});
afterEach(async () => {
  for (const { pid, ended } of running.splice(0)) {
    kill(pid);
    await ended;
  }
  rmSync(root, { recursive: true, force: true });
});

function git(...args: readonly string[]): string {
  mkdirSync(join(root, "origin"), { recursive: true });
  const who = ["-c", "user.name=ada", "-c", "user.email=ada@x.test"];
  return execFileSync("git", [...who, ...args], { cwd: join(root, "origin"), encoding: "utf8" }).trim();
}

/** Gives the new commit. */
function push(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "origin", path)), { recursive: true });
    writeFileSync(join(root, "origin", path), text);
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", "change");
  return git("rev-parse", "HEAD");
}

function kill(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The settings of a host of its own. */
function settings(host = "one", more = ""): string {
  const file = join(root, `${host}.yaml`);
  const repository = `repository: { url: ${join(root, "origin")}, poll: 1s }`;
  writeFileSync(file, `${repository}\nfolder: ${join(root, host)}\ninterval: 2s\nstopWithin: 20s\n${more}\n`);
  return file;
}

function watch(host = "one", more = ""): Running {
  const started = startReeve(["watch", "--config", settings(host, more)], { cwd: root });
  running.push(started);
  return started;
}

const once = () => runReeve(["watch", "--once", "--config", settings()], { cwd: root });
const status = () => runReeve(["watch", "status", "--config", settings()], { cwd: root });
const conf = (): string =>
  existsSync(join(root, "live/wg0.conf")) ? readFileSync(join(root, "live/wg0.conf"), "utf8") : "";

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 100_000;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`it did not come to that\n${conf()}`);
    await setTimeout(100);
  }
}

test("a branch that is rewound, rewritten, broken or gone leaves the last good commit in force", async () => {
  const first = git("rev-parse", "HEAD");
  const good = push(peerFile("bob", 21));
  expect(await once()).toMatchObject({ code: 0 });
  git("reset", "--quiet", "--hard", first);
  expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining("code=rewound") });
  expect(conf()).toContain("# reeve-peer: bob");
  git("reset", "--quiet", "--hard", good);
  push({ "desired-state/peers/bob.yaml": "kind: WireGuardPeer\nmetada" });
  expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining("code=broken") });
  renameSync(join(root, "origin"), join(root, "elsewhere"));
  writeFileSync(join(root, "live/wg0.conf"), conf().replace(/AllowedIPs = .*/, "AllowedIPs = 10.8.0.99/32"));
  expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining("code=unreachable") });
  expect(conf()).toContain("# reeve-peer: bob");
  renameSync(join(root, "elsewhere"), join(root, "origin"));
  git("reset", "--quiet", "--hard", first);
  expect((await status()).stdout).toContain(`at ${good}`);
  await runReeve(["watch", "accept", first, "--config", settings()], { cwd: root });
  expect(await once()).toMatchObject({ code: 0 });
  expect(conf()).not.toContain("# reeve-peer: bob");
});

test("what is merged on top of an accepted commit is followed, though that one was broken, and is applied", async () => {
  const first = git("rev-parse", "HEAD");
  push(peerFile("bob", 21));
  expect(await once()).toMatchObject({ code: 0 });
  git("reset", "--quiet", "--hard", first);
  const broken = push({ "desired-state/peers/carl.yaml": "kind: WireGuardPeer\nmetada" });
  await runReeve(["watch", "accept", broken, "--config", settings()], { cwd: root });
  expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining("code=broken") });
  push(peerFile("carl", 22));
  expect(await once()).toMatchObject({ code: 0 });
  expect([conf().includes("bob"), conf().includes("carl")]).toEqual([false, true]);
  push(peerFile("dora", 23));
  expect(await once()).toMatchObject({ code: 0 });
  git("reset", "--quiet", "--hard", first);
  expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining("code=rewound") });
});

test("one daemon a folder, and nobody pauses one that is not there", async () => {
  watch();
  await until(() => conf().includes("alice"));
  expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining("[watched-already]") });
  const second = watch();
  await setTimeout(1500);
  process.kill(second.pid, "SIGTERM");
  expect(await second.ended).toMatchObject({ code: 0, stderr: expect.stringContaining("event=standby") });
  for (const words of [["pause", "why"], ["resume"], ["accept", "a".repeat(40)]]) {
    const ran = await runReeve(["watch", ...words], { cwd: root });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("[no-daemon]") });
  }
});

test("what Reeve keeps on a host goes into no commit, and a commit that has it is told so", async () => {
  await runReeve(["plan"], { cwd: join(root, "origin") });
  expect(git("status", "--porcelain")).toBe("");
  push({ "peers.txt": "x" });
  git("add", "--force", ".reeve");
  git("commit", "--quiet", "--message", "all of it");
  expect(await once()).toMatchObject({ code: 1, stderr: expect.stringContaining("has .reeve in it") });
});

test("it follows commits, says so to whoever asks, and stops when it is told to", async () => {
  const daemon = watch();
  await until(() => conf().includes("alice"));
  push(peerFile("bob", 21));
  await until(() => conf().includes("bob"));
  await runReeve(["watch", "pause", "moving the hub", "--config", settings()], { cwd: root });
  const held = push(peerFile("carl", 22));
  await until(async () => (await status()).stdout.includes(`at ${held}`));
  const shown = await status();
  expect(shown.stdout).toContain(": moving the hub");
  expect(conf()).not.toContain("carl");
  await runReeve(["watch", "resume", "--config", settings()], { cwd: root });
  await until(() => conf().includes("carl"));
  process.kill(daemon.pid, "SIGTERM");
  const ended = await daemon.ended;
  expect(ended).toMatchObject({ code: 0, stdout: "" });
  expect(ended.stderr.trim().split("\n").at(-1)).toContain("event=stopped");
  expect((await status()).stdout).toContain("the daemon does not run");
});

test("a state directory that is a link is copied, wherever it leads, and followed when it is turned", async () => {
  const turn = (name: string): void => {
    rmSync(join(root, "state"), { force: true });
    symlinkSync(name, join(root, "state"));
  };
  cpSync(join(root, "origin/desired-state"), join(root, "rev-1"), { recursive: true });
  cpSync(join(root, "origin/desired-state"), join(root, "rev-2"), { recursive: true });
  rmSync(join(root, "rev-2/peers"), { recursive: true });
  turn("rev-1");
  const look = () => runReeve(["watch", "--once", "--state", "state"], { cwd: root });
  expect(await look()).toMatchObject({ code: 0 });
  expect(conf()).toContain("alice");
  turn("rev-2");
  expect(await look()).toMatchObject({ code: 0 });
  expect(conf()).not.toContain("alice");
});

test("killed at any moment, the next start goes on: nothing is made twice, nothing is lost", async () => {
  for (let round = 0; round < 5; round += 1) {
    push(peerFile(`peer-${round}`, 100 + round));
    const daemon = watch();
    await setTimeout(900 + 350 * round);
    kill(daemon.pid);
    await daemon.ended;
  }
  expect(await once()).toMatchObject({ code: 0 });
  const names = [...conf().matchAll(/^# reeve-peer: (.*)$/gm)].map(([, name]) => name ?? "");
  expect(new Set(names)).toEqual(new Set(["alice", "peer-0", "peer-1", "peer-2", "peer-3", "peer-4"]));
  expect(names).toHaveLength(6);
  expect(await once()).toMatchObject({ code: 0, stdout: "Plan for robco: no changes, 7 unchanged\n" });
});

test.skipIf(!canMount())("a full disk ends nothing: it is said, and once there is room all goes on", async () => {
  const disk = join(root, "one");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]);
  try {
    expect(await once()).toMatchObject({ code: 0 });
    fill(join(disk, "fill"));
    push(peerFile("bob", 21));
    expect(await once()).toMatchObject({ code: 1, stderr: expect.stringMatching(/event=trouble[^]*event=round/) });
    expect(conf()).not.toContain("bob");
    rmSync(join(disk, "fill"));
    expect(await once()).toMatchObject({ code: 0 });
    expect(conf()).toContain("# reeve-peer: bob");
  } finally {
    execFileSync("umount", [disk]);
  }
});

/** Where it may not, the table of the daemon's unit tests has a folder that cannot be written. */
function canMount(): boolean {
  const may =
    process.getuid?.() === 0 &&
    /^CapEff:\s+[0-9a-f]*[2367abef][0-9a-f]{5}$/m.test(readFileSync("/proc/self/status", "utf8"));
  if (!may) process.stderr.write("SKIPPED: a full disk needs root and the right to mount\n");
  return may;
}

function fill(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(4096), { flag: "a" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}

interface Shared {
  /** Settings of both hosts, and the folders of each. */
  readonly lease: string;
  readonly hosts: readonly [string, string];
  close(): Promise<void>;
}

const SHARED = {
  "a Lease": async (): Promise<Shared> => {
    const cluster = await startKubernetesSandbox();
    writeFileSync(join(root, "kubeconfig"), cluster.kubeconfig);
    const place = `kubeconfig: ${join(root, "kubeconfig")}, namespace: default, name: reeve, duration: 9s`;
    return { lease: `lease: { kubernetes: { ${place} } }`, hosts: ["one", "two"], close: cluster.close };
  },
  "an advisory lock": async (): Promise<Shared> => {
    const { url, close } = await startPostgres();
    writeFileSync(join(root, "url"), url, { mode: 0o600 });
    const place = `urlFrom: { file: ${join(root, "url")} }, name: robco`;
    return { lease: `lease: { postgres: { ${place} } }`, hosts: ["one", "two"], close };
  },
  "a file, on one host": async (): Promise<Shared> => {
    return { lease: "", hosts: ["one", "one"], close: async () => undefined };
  },
};
const withoutPostgres = postgresMissing("two daemons with an advisory lock");

test.each(
  Object.entries(SHARED)
    .filter(([name]) => !(withoutPostgres && name === "an advisory lock"))
    .map(([name, open]) => ({ name, open })),
)(
  "two daemons share $name: their applies never meet, nothing is made twice, and where one is killed the other goes on",
  async ({ open }) => {
    const { lease, hosts, close } = await open();
    try {
      let first = watch(hosts[0], lease);
      watch(hosts[1], lease);
      for (let index = 0; index < 4; index += 1) {
        push(peerFile(`peer-${index}`, 100 + index));
        if (index % 2 === 1) {
          kill(first.pid);
          await first.ended;
          first = watch(hosts[0], lease);
        }
        await until(() => conf().includes(`peer-${index}`));
      }
      kill(first.pid);
      push(peerFile("last", 120));
      await until(() => conf().includes("last"));
      const runs = [...new Set(hosts)].flatMap(runsOf).toSorted((a, b) => (a.begin < b.begin ? -1 : 1));
      expect(runs.length).toBeGreaterThanOrEqual(5);
      expect(runs.filter((run, index) => index > 0 && run.begin <= (runs[index - 1]?.end ?? ""))).toEqual([]);
      const names = [...conf().matchAll(/^# reeve-peer: (.*)$/gm)].map(([, name]) => name ?? "");
      expect(names.toSorted()).toEqual(["alice", "last", "peer-0", "peer-1", "peer-2", "peer-3"]);
    } finally {
      await close();
    }
  },
  240_000,
);

/** From the first line of each apply in a host's journal to its last. */
function runsOf(host: string): readonly { readonly begin: string; readonly end: string }[] {
  const path = join(root, host, "own/journal.jsonl");
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  const parsed = lines.map((line) => JSON.parse(line) as { readonly run: string; readonly at: string });
  return [...Map.groupBy(parsed, ({ run }) => run).values()].map((run) => {
    return { begin: run[0]?.at ?? "", end: run.at(-1)?.at ?? "" };
  });
}
