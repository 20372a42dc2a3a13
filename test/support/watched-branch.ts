/** The real daemon over a real branch: a repository, hosts of their own, and what they keep of the world in a file. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach } from "vitest";
import { type Running, runReeve, startReeve } from "./reeve.ts";
import { estateFile, hubFile, peerFile } from "./state-files.ts";

const ESTATE = estateFile("  providers: { wireguard: {} }\n  safety: { modes: { WireGuardPeer: correct } }\n");

export let root: string;
const running: Running[] = [];

/** Each test of a file has a repository, and what has been started is ended after it. */
export function eachWithRepository(): void {
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
}

export function git(...args: readonly string[]): string {
  mkdirSync(join(root, "origin"), { recursive: true });
  const who = ["-c", "user.name=ada", "-c", "user.email=ada@x.test"];
  return execFileSync("git", [...who, ...args], { cwd: join(root, "origin"), encoding: "utf8" }).trim();
}

/** Gives the new commit. */
export function push(files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "origin", path)), { recursive: true });
    writeFileSync(join(root, "origin", path), text);
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", "change");
  return git("rev-parse", "HEAD");
}

export function kill(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The settings of a host of its own. */
export function settings(host = "one", more = ""): string {
  const file = join(root, `${host}.yaml`);
  const repository = `repository: { url: ${join(root, "origin")}, poll: 1s }`;
  writeFileSync(file, `${repository}\nfolder: ${join(root, host)}\ninterval: 2s\nstopWithin: 20s\n${more}\n`);
  return file;
}

export function watch(host = "one", more = ""): Running {
  const started = startReeve(["watch", "--config", settings(host, more)], { cwd: root });
  running.push(started);
  return started;
}

export const once = () => runReeve(["watch", "--once", "--config", settings()], { cwd: root });
export const status = () => runReeve(["watch", "status", "--config", settings()], { cwd: root });
export const conf = (): string =>
  existsSync(join(root, "live/wg0.conf")) ? readFileSync(join(root, "live/wg0.conf"), "utf8") : "";

export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 100_000;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`it did not come to that\n${conf()}`);
    await setTimeout(100);
  }
}
