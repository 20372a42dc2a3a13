/** Whether this machine would write a core dump where a test can find it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Puts a program under no limit of core dumps, in the same process. */
export const WITH_CORES = ["bash", "-c", 'ulimit -c unlimited; exec "$0" "$@"'] as const;

const PATTERN = "/proc/sys/kernel/core_pattern";

/** Where cores of programs that run in `cwd` would come to lie; null where a program takes them. */
export function coreFolder(cwd: string): string | null {
  const pattern = readFileSync(PATTERN, "utf8").trim();
  if (pattern.startsWith("|")) return null;
  return isAbsolute(pattern) ? dirname(pattern) : cwd;
}

/** The control: a plain Node with this in its memory dies of `signal`; true where its core is found, and holds it. */
export async function leavesCore(cwd: string, secret: string, signal: "SIGABRT" | "SIGSEGV"): Promise<boolean> {
  mkdirSync(cwd, { recursive: true });
  const folder = coreFolder(cwd);
  if (folder === null) return false;
  const before = new Set(readdirSync(folder));
  const script = "process.stdin.once('data', (text) => { globalThis.kept = String(text); console.log('kept') })";
  const [file, ...args] = [...WITH_CORES, process.execPath, "-e", `${script}; setInterval(() => 0, 1000)`] as const;
  const child = spawn(file, args, { cwd, stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.write(secret);
  await once(child.stdout, "data");
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
  const fresh = readdirSync(folder).filter((name) => !before.has(name));
  const found = fresh.some((name) => holds(join(folder, name), [Buffer.from(secret)]) !== null);
  for (const name of fresh) rmSync(join(folder, name));
  return found;
}

const CHUNK = 8 * 2 ** 20;

/** The first of the texts that the file holds, however large it is; null where it holds none. */
export function holds(path: string, texts: readonly Buffer[]): Buffer | null {
  const longest = Math.max(...texts.map(({ length }) => length));
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(CHUNK + longest);
  try {
    for (let at = 0, size = statSync(path).size; at < size; at += CHUNK) {
      const part = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, at));
      const found = texts.find((text) => part.includes(text));
      if (found !== undefined) return found;
    }
    return null;
  } finally {
    closeSync(file);
  }
}

/** Command lines and environments of what a process has started and that still runs. */
export async function seenOfChildren(pid: number, milliseconds: number): Promise<string> {
  const seen = new Set<string>();
  for (const end = Date.now() + milliseconds; Date.now() < end; await setTimeout(5))
    for (const child of descendants(pid))
      for (const name of ["cmdline", "environ"]) seen.add(read(`/proc/${child}/${name}`));
  return [...seen].join("\n");
}

function descendants(pid: number): readonly string[] {
  const children = read(`/proc/${pid}/task/${pid}/children`)
    .trim()
    .split(" ")
    .filter((one) => one !== "");
  return children.flatMap((child) => [child, ...descendants(Number(child))]);
}

/** Processes come and go. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
