import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { environmentFor } from "../src/sandbox/sandbox-environment.ts";
import { writeDesktops, writePace } from "./desktops-estate.ts";
import { ms, nodeWithPeak, type Run, run, table } from "./measure.ts";

export interface DesktopsBenchmark {
  readonly cli: string;
  readonly sizes: readonly number[];
  /** The largest number of desktops that is planned at AWS's pace for real; beyond, the time is computed from the calls. */
  readonly pacedUpTo: number;
  /** Folders to remove at the end. */
  readonly folders: string[];
}

/** What AWS grants an account and region, and what stands for no limit at all. */
const AWS = { perSecond: 2, burst: 5 };
const FREE = { perSecond: 1000, burst: 1000 };

/** Calls of a plan that do not grow with the number of desktops: whose account, directories, bundles. */
const CONSTANT = 10;
const MOST_SECONDS = 4;
const MOST_MIB = 400;
const MOST_GROWTH = 1.1;
const WORLD = join(import.meta.dirname, "desktops-world.ts");

interface Figures {
  readonly size: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly free: Run;
  /** At AWS's pace; null where it was not waited for. */
  readonly paced: Run | null;
}

/** Plans of desktops in sync: how many calls they take, and how long without and with the limiter. */
export async function benchDesktops(benchmark: DesktopsBenchmark): Promise<string> {
  const figures: Figures[] = [];
  for (const size of benchmark.sizes) figures.push(await measure(benchmark, size));
  return [
    "## Desktops in sync\n",
    table(["desktops", "calls of a plan", "aim", "one read and one tag read each"], figures.map(callRow)),
    table(
      [
        "desktops",
        "plan, no limiter",
        "of it processor time",
        "its growth",
        "peak",
        "plan, 2 calls a second",
        "one by one, 2 calls a second",
      ],
      figures.map((one, index) => timeRow(one, figures[index - 1])),
    ),
    `Aims: ${MOST_SECONDS} s and ${MOST_MIB} MiB without the limiter; processor time grows at most ${MOST_GROWTH} times as fast as the estate.`,
    `Times marked ~ are computed: calls to WorkSpaces less a burst of ${AWS.burst}, at ${AWS.perSecond} a second.\n`,
  ].join("\n");
}

async function measure({ cli, pacedUpTo, folders }: DesktopsBenchmark, size: number): Promise<Figures> {
  const folder = writeDesktops(size);
  folders.push(folder);
  const reeve = (endpoint: string, ...args: string[]): Run =>
    run([...nodeWithPeak, cli, ...args, "--log-level", "quiet"], { cwd: folder, env: environmentFor(endpoint) });
  const plan = (endpoint: string): Run => reeve(endpoint, "plan", "--detailed-exitcode");
  writePace(folder, FREE);
  const free = await inWorld({ folder, size, pace: "free" }, async (endpoint) => {
    reeve(endpoint, "apply", "--auto-approve");
    const before = await countCalls(endpoint);
    plan(endpoint);
    const calls = difference(await countCalls(endpoint), before);
    const runs = [plan(endpoint), plan(endpoint), plan(endpoint)];
    const [, middle = plan(endpoint)] = runs.toSorted((a, b) => a.milliseconds - b.milliseconds);
    return { calls, free: middle };
  });
  if (size > pacedUpTo) return { size, ...free, paced: null };
  writePace(folder, AWS);
  const paced = await inWorld({ folder, size, pace: "throttled" }, async (endpoint) => plan(endpoint));
  return { size, ...free, paced };
}

interface WorldOptions {
  readonly folder: string;
  readonly size: number;
  readonly pace: "free" | "throttled";
}

async function inWorld<Out>(
  { folder, size, pace }: WorldOptions,
  act: (endpoint: string) => Promise<Out>,
): Promise<Out> {
  const world = spawn(process.execPath, [WORLD, join(folder, "world"), String(size), pace], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    return await act(await firstLine(world));
  } finally {
    const isOver = once(world, "exit");
    world.stdin.end();
    await isOver;
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout !== null) for await (const line of createInterface({ input: stdout })) return line;
  throw new Error("the stand-in ended before it said where it is");
}

async function countCalls(endpoint: string): Promise<Readonly<Record<string, number>>> {
  // A connection that is kept would be closed by the other side while a command runs and nobody here looks.
  const answer = await fetch(`${endpoint}/_sandbox/`, { headers: { connection: "close" } });
  const { counts } = (await answer.json()) as { readonly counts: Readonly<Record<string, number>> };
  return counts;
}

function difference(after: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) {
  const grown = Object.entries(after).map(
    ([operation, count]) => [operation, count - (before[operation] ?? 0)] as const,
  );
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}

function callRow({ size, calls }: Figures): readonly string[] {
  const sum = sumOf(calls);
  const aim = Math.ceil(size / 25) + Math.ceil(size / 100) + CONSTANT;
  const parts = Object.entries(calls).map(([operation, count]) => `${count} ${operation}`);
  return [
    String(size),
    `${sum}: ${parts.join(", ")}`,
    `n/25 + n/100 + ${CONSTANT} = ${aim}: ${met(sum <= aim)}`,
    `${2 * size}: ${((2 * size) / sum).toFixed(0)} times as many`,
  ];
}

function timeRow({ size, calls, free, paced }: Figures, before: Figures | undefined): readonly string[] {
  const ofWorkspaces = sumOf(calls) - (calls["GetResources"] ?? 0) - (calls["GetCallerIdentity"] ?? 0);
  const computed = `~${ms(secondsAtAwsPace(ofWorkspaces) * 1000)}`;
  const growth = before === undefined ? null : free.cpuMilliseconds / before.free.cpuMilliseconds;
  const most = before === undefined ? 0 : (size / before.size) * MOST_GROWTH;
  return [
    String(size),
    `${ms(free.milliseconds)}: ${met(free.milliseconds <= MOST_SECONDS * 1000)}`,
    ms(free.cpuMilliseconds),
    growth === null
      ? ""
      : `${growth.toFixed(1)} for ${size / (before?.size ?? size)}x desktops: ${met(growth <= most)}`,
    `${Math.round(free.peakMib)} MiB: ${met(free.peakMib <= MOST_MIB)}`,
    paced === null ? computed : `${ms(paced.milliseconds)} (${computed})`,
    `~${ms(secondsAtAwsPace(2 * size) * 1000)}`,
  ];
}

function secondsAtAwsPace(calls: number): number {
  return Math.max(0, calls - AWS.burst) / AWS.perSecond;
}

function sumOf(calls: Readonly<Record<string, number>>): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

function met(isMet: boolean): string {
  return isMet ? "met" : "not met";
}
