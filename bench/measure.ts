import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** One run of a whole process. */
export interface Run {
  readonly milliseconds: number;
  /** Peak of the Node process itself, in MiB; 0 where the command is no Node program. */
  readonly peakMib: number;
  /** Processor time of that process, which a busy machine does not lengthen; 0 likewise. */
  readonly cpuMilliseconds: number;
  readonly stdout: string;
}

const RSS_HOOK = join(import.meta.dirname, "write-peak-rss.ts");
const figures = mkdtempSync(join(tmpdir(), "reeve-bench-rss-"));
let runs = 0;

/** Runs a command to its end; throws when it fails, since a failed run has no meaning as a figure. */
export function run(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Run {
  runs += 1;
  const peakFile = join(figures, String(runs));
  const [file = "", ...args] = command;
  const began = performance.now();
  const done = spawnSync(file, args, {
    cwd: options.cwd,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { ...process.env, ...options.env, REEVE_BENCH_PEAK: peakFile },
  });
  const milliseconds = performance.now() - began;
  if (done.status !== 0) throw new Error(`${command.join(" ")}: exit ${done.status}\n${done.stderr}${done.stdout}`);
  return { milliseconds, ...readOwnFigures(peakFile), stdout: done.stdout };
}

/** Node's arguments that make a program write its peak memory and processor time at its end. */
export const nodeWithPeak: readonly string[] = [process.execPath, "--import", RSS_HOOK];

function readOwnFigures(file: string): Pick<Run, "peakMib" | "cpuMilliseconds"> {
  try {
    const [kib, cpuMilliseconds = 0] = readFileSync(file, "utf8").split(" ").map(Number);
    return { peakMib: (kib ?? 0) / 1024, cpuMilliseconds };
  } catch {
    return { peakMib: 0, cpuMilliseconds: 0 };
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Two commands in turn, A B A B …, so that a machine that slows down slows both; the median of the pairs' ratios. */
export function pair(
  times: number,
  a: () => number,
  b: () => number,
): { readonly a: number; readonly b: number; readonly ratio: number } {
  const pairs = Array.from({ length: times }, () => ({ a: a(), b: b() }));
  return {
    a: median(pairs.map((one) => one.a)),
    b: median(pairs.map((one) => one.b)),
    ratio: median(pairs.map((one) => one.a / one.b)),
  };
}

/** Rows as a Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}

export function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(1)} ms`;
}

/** The next line of what a process says; throws at its end. */
export function linesOf({ stdout }: ChildProcess): () => Promise<string> {
  if (stdout === null) throw new Error("the stand-in says nothing");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the stand-in ended before it said what it was asked");
    return value;
  };
}
