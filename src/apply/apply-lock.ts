import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { userError } from "../support/user-error.ts";

/** One apply at a time in this folder. */
export interface ApplyLock {
  release(): void;
}

/** Who holds it, for the message of whoever comes second. */
export interface LockOwner {
  readonly pid: number;
  readonly since: string;
}

/**
 * Takes the apply lock in `folder`, or throws a UserError that names the holder. It is SQLite's own file lock: the
 * kernel lets go of it when the process ends, however it ends, so that a killed apply never leaves a stale one.
 */
export function takeApplyLock(folder: string, owner: LockOwner): ApplyLock {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, "apply.lock"));
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw userError(
      "locked",
      `another apply is at work here${describeOwner(folder)}`,
      "wait until it ends; planning is never locked",
    );
  }
  writeFileSync(ownerFile(folder), JSON.stringify(owner));
  return {
    release: () => {
      database.exec("ROLLBACK");
      database.close();
    },
  };
}

function ownerFile(folder: string): string {
  return join(folder, "apply.lock.owner.json");
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked/.test(error.message);
}

function describeOwner(folder: string): string {
  try {
    const owner: unknown = JSON.parse(readFileSync(ownerFile(folder), "utf8"));
    if (typeof owner !== "object" || owner === null || !("pid" in owner) || !("since" in owner)) return "";
    return ` (process ${String(owner.pid)}, since ${String(owner.since)})`;
  } catch {
    return "";
  }
}
