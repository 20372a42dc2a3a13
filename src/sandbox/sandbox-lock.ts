import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { replaceFile } from "../support/replace-file.ts";
import { userError } from "../support/user-error.ts";

/** Who runs the stand-ins of a folder. */
export interface Running {
  readonly pid: number;
  /** Null for the moment between claiming the folder and listening. */
  readonly endpoint: string | null;
  /** The kubeconfig of its clusters, `{cluster}` for the name; empty for the same moment. */
  readonly clusters: string;
  /** True where others may use them; stand-ins inside one command end with it, so others wait. */
  readonly isShared: boolean;
}

const WAIT_MS = 30_000;

/** Stand-ins that answer. */
export interface Listening extends Running {
  readonly endpoint: string;
}

/**
 * Claims a folder for this process: null when it is ours, or who runs it and may be used instead. Waits for a command
 * that has its stand-ins to itself, and takes over from a process that died.
 */
export async function claimSandbox(lock: string, signal?: AbortSignal): Promise<Listening | null> {
  const options = signal === undefined ? {} : { signal };
  for (const until = Date.now() + WAIT_MS; ; await setTimeout(100, undefined, options)) {
    const running = readRunning(lock);
    if (running !== null && (await isAnswering(running))) {
      const { endpoint } = running;
      if (endpoint !== null && (running.isShared || running.pid === process.pid)) return { ...running, endpoint };
      if (Date.now() > until) throw inUse(running.pid);
      continue;
    }
    if (running !== null) rmSync(lock, { force: true });
    if (takeLock(lock)) return null;
  }
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, endpoint: null, clusters: "", isShared: false }), {
      flag: "wx",
      mode: 0o600,
    });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

export function publishSandbox(lock: string, running: Omit<Running, "pid">): void {
  replaceFile(lock, JSON.stringify({ pid: process.pid, ...running }), 0o600);
}

export function releaseSandbox(lock: string): void {
  rmSync(lock, { force: true });
}

function readRunning(lock: string): Running | null {
  try {
    return JSON.parse(readFileSync(lock, "utf8")) as Running;
  } catch {
    return null;
  }
}

/** Process ids are used again, in containers above all: only an answer tells that a stand-in still runs. */
async function isAnswering({ pid, endpoint }: Running): Promise<boolean> {
  if (endpoint === null) return pid !== process.pid && isAlive(pid);
  try {
    const response = await fetch(`${endpoint}/_sandbox/`, { signal: AbortSignal.timeout(2000) });
    return response.ok;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function inUse(pid: number): Error {
  return userError(
    "sandbox-in-use",
    `another reeve (process ${pid}) works on this sandbox`,
    "wait until it has ended, or run `reeve sandbox` so that several can use it",
  );
}
