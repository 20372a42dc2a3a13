import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { join, resolve } from "node:path";
import { inject } from "vitest";

/** Node's own arguments, for the program (`cli`) or the action. */
export function programArguments(entry: "cli" | "action"): readonly string[] {
  return ["--disable-warning=ExperimentalWarning", join(inject("program"), `${entry}.js`)];
}

/** The argument that loads one of the tests' own modules before the program. */
export function preloadArgument(name: "fast-time" | "hurried-timers" | "record-spawns"): string {
  return `--import=${join(inject("program"), "preloads", `${name}.js`)}`;
}

export interface Ran {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ran>;
}

export interface ReeveOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Put before `node`: `ip netns exec …`, which runs it in the same process. */
  readonly prefix?: readonly string[];
  /** Told the process id before it can do anything. */
  readonly begun?: (pid: number) => void;
}

/** Starts the real program, in a process group of its own, so that whoever kills its group kills nothing else. */
export function startReeve(args: readonly string[], options: ReeveOptions): Running {
  const [file, ...rest] = [...(options.prefix ?? []), process.execPath, ...programArguments("cli"), ...args];
  const { NODE_OPTIONS: _options, FORCE_COLOR: _colour, ...inherited } = process.env;
  const child = spawn(file ?? process.execPath, rest, {
    cwd: options.cwd,
    env: { ...inherited, NO_COLOR: "1", ...options.environment },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = child.pid ?? 0;
  options.begun?.(pid);
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (texts.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (texts.stderr += text));
  const ended = once(child, "close").then(([code]) => ({
    code: code as number | null,
    stdout: texts.stdout,
    stderr: nameSources(texts.stderr),
  }));
  return { pid, ended };
}

export function runReeve(args: readonly string[], options: ReeveOptions): Promise<Ran> {
  return startReeve(args, options).ended;
}

/** Places in the bundle become places in the sources. Node would do so itself, at a seventh of the cost of each start. */
function nameSources(text: string): string {
  const program = inject("program");
  return text.replaceAll(/(?:file:\/\/)?(\/[^\s():]+\.js):(\d+):(\d+)/g, (place, file: string, line, column) => {
    if (!file.startsWith(program)) return place;
    const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")) as SourceMapPayload);
    const origin = map.findOrigin(Number(line), Number(column));
    return "fileName" in origin
      ? `${resolve(file, "..", origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}`
      : place;
  });
}
