import { rmSync } from "node:fs";
import { join } from "node:path";
import { makeNamespace, uniqueName } from "../test/support/netns.ts";
import { writeEstate } from "./estate-on-disk.ts";
import { ms, nodeWithPeak, type Run, run, table } from "./measure.ts";

export interface PlanBenchmark {
  readonly cli: string;
  readonly sizes: readonly number[];
  readonly host: "file" | "local";
  /** Folders to remove at the end. */
  readonly folders: string[];
}

interface Figures {
  readonly size: number;
  readonly firstApply: Run;
  readonly cold: Run;
  readonly warm: Run;
}

/** Validate and plan of an estate in sync, without and with parsed values kept from the run before. */
export async function benchPlan(benchmark: PlanBenchmark): Promise<string> {
  const figures = benchmark.sizes.map((size) => measure(benchmark, size));
  const rows = figures.map(({ size, firstApply, cold, warm }, index) => {
    const before = figures[index - 1];
    const growth =
      before === undefined
        ? ""
        : `${(warm.milliseconds / before.warm.milliseconds).toFixed(1)} for ${size / before.size}x peers`;
    const peak = Math.round(Math.max(cold.peakMib, warm.peakMib));
    return [
      String(size),
      ms(cold.milliseconds),
      ms(warm.milliseconds),
      `${peak} MiB`,
      growth,
      ms(firstApply.milliseconds),
    ];
  });
  const head = ["peers", "plan, cold", "plan, again", "peak", "growth of the second", "first apply"];
  return `## Plan in sync, ${benchmark.host} hub\n\n${table(head, rows)}`;
}

function measure({ cli, host, folders }: PlanBenchmark, size: number): Figures {
  const space = host === "local" ? makeNamespace("bn") : null;
  const inside = space === null ? [] : ["ip", "netns", "exec", space.name];
  const estate = writeEstate(size, host, uniqueName("wb"));
  folders.push(estate.folder);
  const reeve = (...args: string[]): Run =>
    run([...inside, ...nodeWithPeak, cli, ...args, "--log-level", "quiet"], { cwd: estate.folder });
  try {
    const firstApply = reeve("apply", "--auto-approve");
    rmSync(join(estate.folder, ".reeve/cache"), { recursive: true, force: true });
    const cold = reeve("plan", "--detailed-exitcode");
    const warm = [
      reeve("plan", "--detailed-exitcode"),
      reeve("plan", "--detailed-exitcode"),
      reeve("plan", "--detailed-exitcode"),
    ]
      .toSorted((a, b) => a.milliseconds - b.milliseconds)
      .at(1);
    return { size, firstApply, cold, warm: warm ?? cold };
  } finally {
    space?.dispose();
  }
}
