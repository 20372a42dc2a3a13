/** Programs that hold secrets in memory leave no copy of it behind, however they end. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { userError } from "../support/user-error.ts";

const run = promisify(execFile);

/** What makes Node itself write its memory, or the environment, to files. */
const DUMPS = /--(heapsnapshot-[a-z-]+|report-(on-[a-z]+|uncaught-exception))/;

/** Called before the first secret is read. Gives why a crash may still leave a core dump; null where it cannot. */
export async function keepMemoryOffDisk(): Promise<string | null> {
  refuseOwnDumps();
  const isEmptied = emptyDumps();
  const why = await refuseDumps();
  return isEmptied ? null : why;
}

function refuseOwnDumps(): void {
  const [asked] = DUMPS.exec([...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join(" ")) ?? [];
  if (asked === undefined) return;
  throw userError(
    "memory-on-disk",
    `Node was told ${asked}, which writes memory with secrets in it to files`,
    "take it out of NODE_OPTIONS, or of how Node is started",
  );
}

/** A core dump that is written after all holds no memory (core(5), coredump_filter); Linux alone has this. */
function emptyDumps(): boolean {
  try {
    writeFileSync("/proc/self/coredump_filter", "0");
    return Number.parseInt(readFileSync("/proc/self/coredump_filter", "utf8"), 16) === 0;
  } catch {
    return false;
  }
}

/** A limit of one byte, since the kernel passes by a limit of none where a program takes core dumps, but not this one. */
async function refuseDumps(): Promise<string | null> {
  try {
    await run("prlimit", ["--core=1:1", `--pid=${process.pid}`], {
      timeout: 10_000,
      env: { PATH: process.env["PATH"] },
    });
    return null;
  } catch (error) {
    return `core dumps cannot be refused: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  }
}
