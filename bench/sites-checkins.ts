import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linesOf, ms, table } from "./measure.ts";
import { type Client, enrolledOf, makeMachines, openClient, type Pair, prepare, type Told } from "./sites-client.ts";
import type { WorldFigures } from "./sites-world.ts";

export interface SitesBenchmark {
  readonly sizes: readonly number[];
  /** Simulated minutes of the smallest size, for the memory. */
  readonly minutes: number;
  /** Folders to remove at the end. */
  readonly folders: string[];
}

const POLL_SECONDS = 60;
const LOAD_MINUTES = 10;
const PACED_SECONDS = 10;
const MOST_TIMES_BARE = 5;
const LEAST_RESERVE = 5;
const MOST_GROWTH = 1.3;
const MOST_MEMORY_GROWTH = 1.1;
const WORLD = join(import.meta.dirname, "sites-world.ts");

interface World {
  readonly machines: readonly Told[];
  readonly client: Client;
  pass(seconds: number): Promise<WorldFigures>;
  close(): Promise<void>;
}

interface Load {
  readonly size: number;
  readonly perSecond: number;
  /** All at once, and at the pace of their poll interval: milliseconds. */
  readonly rushed: readonly number[];
  readonly paced: readonly Pair[];
  readonly cpuMilliseconds: number;
  readonly residentMib: number;
}

/** What a site server bears, with every check-in durable before it is answered. */
export async function benchCheckins({ sizes, minutes, folders }: SitesBenchmark): Promise<string> {
  const loads: Load[] = [];
  for (const size of sizes) loads.push(await measureLoad(await openWorld(size, folders), size));
  const [smallest = 1000] = sizes;
  const heaps = await measureMemory(await openWorld(smallest, folders), minutes);
  const growth = (heaps.at(-1) ?? 0) / (heaps[0] ?? 1);
  return [
    "## Check-ins of appliances\n",
    table(
      [
        "appliances",
        "need, a second",
        "can, a second",
        "reserve",
        "p99 when rushed",
        "p50, p99 at the need",
        "of a bare answer",
      ],
      loads.map(rateRow),
    ),
    table(
      ["appliances", "server's processor time a check-in", "its growth", "resident"],
      loads.map((one, index) => costRow(one, loads[index - 1])),
    ),
    `Heap in use over ${minutes} simulated minutes of ${smallest} appliances, from the tenth on: ${heaps.map((heap) => heap.toFixed(1)).join(", ")} MiB, ${growth.toFixed(2)} times: ${met(growth <= MOST_MEMORY_GROWTH)}\n`,
    `Aims: ${LEAST_RESERVE} times the need; p99 at the need at most ${MOST_TIMES_BARE} times that of an answer that reads and writes nothing; processor time a check-in grows at most ${MOST_GROWTH} times, memory over time ${MOST_MEMORY_GROWTH} times.\n`,
  ].join("\n");
}

async function openWorld(size: number, folders: string[]): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-bench-sites-"));
  folders.push(folder);
  const machines = await makeMachines(size);
  const keys = join(folder, "keys.json");
  writeFileSync(keys, JSON.stringify(enrolledOf(machines)));
  const world: ChildProcess = spawn(process.execPath, ["--expose-gc", WORLD, folder, keys], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = linesOf(world);
  const client = openClient(await lines());
  const pass = async (seconds: number): Promise<WorldFigures> => {
    world.stdin?.write(`${seconds}\n`);
    return JSON.parse(await lines()) as WorldFigures;
  };
  const close = async (): Promise<void> => {
    client.close();
    const isOver = once(world, "exit");
    world.stdin?.end();
    await isOver;
  };
  // The first round: from then on each knows its configuration, and is in sync.
  await client.send(prepare(machines, (await pass(0)).now));
  return { machines, client, pass, close };
}

async function measureLoad({ machines, client, pass, close }: World, size: number): Promise<Load> {
  try {
    const rushed: number[] = [];
    let [seconds, cpuMilliseconds] = [0, 0];
    for (let minute = 0; minute < LOAD_MINUTES; minute += 1) {
      const before = await pass(POLL_SECONDS);
      const all = prepare(machines, before.now);
      const began = performance.now();
      rushed.push(...(await client.send(all)));
      seconds += (performance.now() - began) / 1000;
      cpuMilliseconds += (await pass(0)).cpuMilliseconds - before.cpuMilliseconds;
    }
    const { now, residentMib } = await pass(POLL_SECONDS);
    const need = size / POLL_SECONDS;
    const some = machines.slice(0, Math.ceil(need * PACED_SECONDS));
    const paced = await client.sendPaced(prepare(some, now), need);
    const perSecond = rushed.length / seconds;
    return { size, perSecond, rushed, paced, cpuMilliseconds: cpuMilliseconds / rushed.length, residentMib };
  } finally {
    await close();
  }
}

/** MiB every ten minutes, from the tenth on: by then nonces are forgotten as fast as they come. */
async function measureMemory({ machines, client, pass, close }: World, minutes: number): Promise<readonly number[]> {
  try {
    const heaps: number[] = [];
    for (let minute = 1; minute <= minutes; minute += 1) {
      const { now, heapMib } = await pass(POLL_SECONDS);
      if (minute % LOAD_MINUTES === 0) heaps.push(heapMib);
      await client.send(prepare(machines, now));
    }
    return heaps;
  } finally {
    await close();
  }
}

function rateRow({ size, perSecond, rushed, paced }: Load): readonly string[] {
  const need = size / POLL_SECONDS;
  const [checkins, bare] = [paced.map((one) => one.checkin), paced.map((one) => one.bare)];
  const times = quantile(checkins, 0.99) / quantile(bare, 0.99);
  return [
    String(size),
    need.toFixed(0),
    perSecond.toFixed(0),
    `${(perSecond / need).toFixed(0)} times: ${met(perSecond >= LEAST_RESERVE * need)}`,
    ms(quantile(rushed, 0.99)),
    `${ms(quantile(checkins, 0.5))}, ${ms(quantile(checkins, 0.99))}`,
    `${ms(quantile(bare, 0.5))}, ${ms(quantile(bare, 0.99))}: ${times.toFixed(1)} times: ${met(times <= MOST_TIMES_BARE)}`,
  ];
}

function costRow({ size, cpuMilliseconds, residentMib }: Load, before: Load | undefined): readonly string[] {
  const growth = before === undefined ? null : cpuMilliseconds / before.cpuMilliseconds;
  return [
    String(size),
    `${(cpuMilliseconds * 1000).toFixed(0)} µs`,
    growth === null ? "" : `${growth.toFixed(2)} times: ${met(growth <= MOST_GROWTH)}`,
    `${Math.round(residentMib)} MiB`,
  ];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function met(isMet: boolean): string {
  return isMet ? "met" : "not met";
}
