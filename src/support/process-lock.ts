/** A lock that the kernel lets go of when its process ends, however it ends: a killed one never leaves a stale lock. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface ProcessLock {
  release(): void;
}

/** Who holds it, for the message of whoever comes second. */
export interface LockOwner {
  readonly pid: number;
  readonly since: string;
}

/** Takes the lock at `path` (it is SQLite's own), or says who holds it: ` (process 7, since …)`, or nothing where that is not known. */
export function takeProcessLock(path: string, owner: LockOwner): ProcessLock | { readonly heldBy: string } {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    return { heldBy: describeOwner(path) };
  }
  describe(path, owner);
  return {
    release: () => {
      database.exec("ROLLBACK");
      database.close();
    },
  };
}

/** For a message only: a full disk keeps nobody from the lock. */
function describe(path: string, owner: LockOwner): void {
  try {
    writeFileSync(ownerFile(path), JSON.stringify(owner));
  } catch {
    rmSync(ownerFile(path), { recursive: true, force: true });
  }
}

function ownerFile(path: string): string {
  return `${path}.owner.json`;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked/.test(error.message);
}

function describeOwner(path: string): string {
  try {
    const owner: unknown = JSON.parse(readFileSync(ownerFile(path), "utf8"));
    if (typeof owner !== "object" || owner === null || !("pid" in owner) || !("since" in owner)) return "";
    return ` (process ${String(owner.pid)}, since ${String(owner.since)})`;
  } catch {
    return "";
  }
}
