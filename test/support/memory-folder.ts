/**
 * Before all tests: temporary files go to memory where there is enough of it. Tests make and remove tens of thousands of
 * small files, and programs wait for each of theirs to be on the disk; a disk takes longer over that than the tests do.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const PREFIX = "reeve-test-";
const LEAST_BYTES = 2 ** 30;
const A_DAY = 86_400_000;

/** Undone by what is returned. Whoever sets TMPDIR decides. */
export function setup(): (() => void) | undefined {
  if (process.env["TMPDIR"] !== undefined) return undefined;
  const folder = makeFolder();
  if (folder === null) return undefined;
  process.env["TMPDIR"] = folder;
  return () => {
    delete process.env["TMPDIR"];
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Null where there is no such file system, too little room, or no right to start a program from it. */
function makeFolder(): string | null {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < LEAST_BYTES) return null;
    forget();
    const folder = mkdtempSync(join(MEMORY, PREFIX));
    // As /tmp: tests give files to other users.
    chmodSync(folder, 0o1777);
    if (canStart(folder)) return folder;
    rmSync(folder, { recursive: true });
    return null;
  } catch {
    return null;
  }
}

function canStart(folder: string): boolean {
  const program = join(folder, "program");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}

/** What runs that were killed have left. */
function forget(): void {
  for (const name of readdirSync(MEMORY).filter((one) => one.startsWith(PREFIX))) {
    const folder = join(MEMORY, name);
    const changed = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed < Date.now() - A_DAY) rmSync(folder, { recursive: true, force: true });
  }
}
