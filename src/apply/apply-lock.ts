import { join } from "node:path";
import { type LockOwner, type ProcessLock, takeProcessLock } from "../support/process-lock.ts";
import { userError } from "../support/user-error.ts";

/** One apply at a time in this folder: takes its lock, or throws a UserError that names the holder. */
export function takeApplyLock(folder: string, owner: LockOwner): ProcessLock {
  const lock = takeProcessLock(join(folder, "apply.lock"), owner);
  if ("release" in lock) return lock;
  throw userError(
    "locked",
    `another apply is at work here${lock.heldBy}`,
    "wait until it ends; planning is never locked",
  );
}
