import { type ChildProcess, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { hostCommand } from "../../src/providers/wireguard/host-command.ts";
import { changingScript, readingScript } from "../../src/providers/wireguard/hub-script.ts";
import type { Hub } from "../../src/providers/wireguard/model.ts";

export interface ShellRun {
  readonly hub: Hub;
  readonly root: string;
  readonly verb: "read" | "write" | "retire";
  readonly input: string;
  /** What PATH is while it runs. */
  readonly path?: string;
  /** The shell and its first arguments; /bin/sh when left out. */
  readonly shell?: readonly [string, ...string[]];
}

/** Runs the hub's script as the transport does, and gives its raw output: what tests of secrets look at. */
export function runShell(run: ShellRun): SpawnSyncReturns<string> {
  const command = hostCommand({
    host: run.hub.spec.host,
    script: run.verb === "read" ? readingScript() : changingScript(),
    verb: run.verb,
    root: run.root,
    environment: { ...process.env, ...(run.path === undefined ? {} : { PATH: run.path }) },
    controlFolder: "",
  });
  const [file, ...first] = run.shell ?? [command.file];
  return spawnSync(file ?? command.file, [...first, ...command.args], {
    env: command.environment,
    input: run.input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
}

/** Every program outside the shell that the script may call on a `file` host. */
export const PROGRAMS = [
  "awk",
  "cat",
  "chmod",
  "cmp",
  "flock",
  "grep",
  "ln",
  "mkdir",
  "mv",
  "readlink",
  "rm",
  "sed",
  "sha256sum",
  "sleep",
  "sort",
  "stat",
  "sync",
  "wc",
  "xargs",
] as const;

/** A folder to use as PATH that holds just these programs, from this machine or as applets of busybox. */
export function folderOfPrograms(folder: string, from: "machine" | "busybox"): string {
  mkdirSync(folder, { recursive: true });
  for (const program of PROGRAMS) {
    // Debian's busybox has no flock.
    const target = from === "busybox" && program !== "flock" ? whereIs("busybox") : whereIs(program);
    symlinkSync(target, join(folder, program));
  }
  return folder;
}

/**
 * Stand-ins for every program: each counts itself, and the one that is number `killAt` kills the script and all its
 * children with SIGKILL, as a power cut would.
 */
export function folderOfKillers(folder: string, programs: readonly string[] = [...PROGRAMS, "wg"]): string {
  mkdirSync(folder, { recursive: true });
  for (const program of programs) {
    const lines = [
      "#!/bin/sh",
      `echo ${program} >>${folder}/.calls`,
      `read -r at <${folder}/.kill-at`,
      "n=0",
      `while read -r line; do n=$((n + 1)); done <${folder}/.calls`,
      '[ "$n" -lt "$at" ] || kill -9 0',
      `exec ${whereIs(program)} "$@"`,
      "",
    ];
    writeFileSync(join(folder, program), lines.join("\n"));
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

/** From now on, the call of this number kills. */
export function armKillers(folder: string, killAt: number): void {
  writeFileSync(join(folder, ".calls"), "");
  writeFileSync(join(folder, ".kill-at"), `${killAt}\n`);
}

export function whereIs(program: string): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${program} is not installed here`);
  return found;
}

/** What is in a folder beside the files named. */
export function leftovers(folder: string, expected: readonly string[]): readonly string[] {
  return readdirSync(folder).filter((name) => !expected.includes(name));
}

/** Kills a child's process group and waits for its end. */
export async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exit;
}
