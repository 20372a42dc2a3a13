import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Pace, writeClusterPace, writeGrants } from "./grants-estate.ts";
import { linesOf, ms, nodeWithPeak, type Run, run, table } from "./measure.ts";

export interface GrantsBenchmark {
  readonly cli: string;
  readonly sizes: readonly number[];
  /** Folders to remove at the end. */
  readonly folders: string[];
}

/** What stands for no limit at all. */
const FREE: Pace = { qps: 1000, burst: 1000, concurrency: 32 };
const PAGE = 500;
/** Kinds that are listed, each with one page at least, and what is asked once: discovery, the parent object. */
const CONSTANT = 45;
const MOST_SECONDS = 8;
const MOST_MIB = 512;
const MOST_GROWTH = 1.1;
const WORLD = join(import.meta.dirname, "grants-world.ts");

interface Counts {
  readonly requests: number;
  readonly dryRuns: number;
  readonly writes: number;
  readonly objects: number;
}

interface Figures {
  readonly size: number;
  readonly counts: Counts;
  readonly free: Run;
  readonly paced: Run;
}

/** Plans of grants in sync: how many requests they take, and how long without and with the limiter. */
export async function benchGrants(benchmark: GrantsBenchmark): Promise<string> {
  const figures: Figures[] = [];
  for (const size of benchmark.sizes) figures.push(await measure(benchmark, size));
  return [
    "## Workstation grants in sync\n",
    table(
      ["grants", "objects in the cluster", "requests of a plan", "aim", "of them dry runs", "one a object"],
      figures.map(requestRow),
    ),
    table(
      ["grants", "plan, no limiter", "of it processor time", "its growth", "peak", "plan, 20 requests a second"],
      figures.map((one, index) => timeRow(one, figures[index - 1])),
    ),
    `Aims: ${MOST_SECONDS} s and ${MOST_MIB} MiB without the limiter; processor time grows at most ${MOST_GROWTH} times as fast as the objects.\n`,
  ].join("\n");
}

async function measure({ cli, folders }: GrantsBenchmark, size: number): Promise<Figures> {
  const folder = writeGrants(size);
  folders.push(folder);
  const world = spawn(process.execPath, [WORLD, join(folder, "world")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = linesOf(world);
  try {
    const env = { REEVE_KUBECONFIG_LAB: readFileSync(await lines(), "utf8") };
    const reeve = (...args: string[]): Run =>
      run([...nodeWithPeak, cli, ...args, "--log-level", "quiet"], { cwd: folder, env });
    const plan = (): Run => reeve("plan", "--detailed-exitcode");
    const count = async (): Promise<Counts> => {
      world.stdin?.write("\n");
      return JSON.parse(await lines()) as Counts;
    };
    writeClusterPace(folder, FREE);
    reeve("apply", "--auto-approve");
    await count();
    plan();
    const counts = await count();
    const runs = [plan(), plan(), plan()];
    const [, free = plan()] = runs.toSorted((a, b) => a.milliseconds - b.milliseconds);
    writeClusterPace(folder, null);
    return { size, counts, free, paced: plan() };
  } finally {
    const isOver = once(world, "exit");
    world.stdin?.end();
    await isOver;
  }
}

function requestRow({ size, counts: { requests, dryRuns, objects } }: Figures): readonly string[] {
  const aim = Math.ceil(objects / PAGE) + CONSTANT;
  return [
    String(size),
    String(objects),
    String(requests),
    `objects/${PAGE} + ${CONSTANT} = ${aim}: ${met(requests <= aim)}`,
    `${dryRuns}: ${met(dryRuns === 0)}`,
    `${(objects / requests).toFixed(0)} times as many`,
  ];
}

function timeRow({ size, counts, free, paced }: Figures, before: Figures | undefined): readonly string[] {
  const growth = before === undefined ? null : free.cpuMilliseconds / before.free.cpuMilliseconds;
  const most = before === undefined ? 0 : (counts.objects / before.counts.objects) * MOST_GROWTH;
  return [
    String(size),
    `${ms(free.milliseconds)}: ${met(free.milliseconds <= MOST_SECONDS * 1000)}`,
    ms(free.cpuMilliseconds),
    growth === null
      ? ""
      : `${growth.toFixed(1)} for ${(most / MOST_GROWTH).toFixed(1)}x objects: ${met(growth <= most)}`,
    `${Math.round(free.peakMib)} MiB: ${met(free.peakMib <= MOST_MIB)}`,
    ms(paced.milliseconds),
  ];
}

function met(isMet: boolean): string {
  return isMet ? "met" : "not met";
}
