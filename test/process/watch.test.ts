/** The real program over real git: what happens to the branch, to the host and to the process costs nothing that was applied. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { runReeve } from "../support/reeve.ts";
import { peerFile } from "../support/state-files.ts";
import {
  conf,
  eachWithRepository,
  git,
  kill,
  once,
  push,
  root,
  settings,
  status,
  until,
  watch,
} from "../support/watched-branch.ts";

eachWithRepository();

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
  const planned = await runReeve(["plan", "--state", join(root, "origin/desired-state")], {
    cwd: root,
    environment: { REEVE_WATCH_CONFIG: settings() },
  });
  expect(planned.stderr).toContain(": moving the hub");
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
