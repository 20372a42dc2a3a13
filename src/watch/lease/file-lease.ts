import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { takeApplyLock } from "../../apply/apply-lock.ts";
import type { Clock } from "../../support/clock.ts";
import { replaceFile } from "../../support/replace-file.ts";
import { UserError } from "../../support/user-error.ts";
import type { Lease } from "./lease.ts";

/**
 * The apply lock of `reeve apply` in the same folder, which the kernel gives back when the process ends: for one host. It is
 * never lost while its process lives.
 */
export function fileLease(folder: string, clock: Clock): Lease {
  return {
    description: "a file on this host",
    take: async () => {
      try {
        const lock = takeApplyLock(folder, { pid: process.pid, since: clock.now().toISOString() });
        return {
          lost: new AbortController().signal,
          isHeld: () => true,
          commit: readCommit(folder),
          release: async (commit) => {
            try {
              if (commit !== null) writeCommit(folder, commit);
            } finally {
              lock.release();
            }
          },
        };
      } catch (error) {
        if (error instanceof UserError && error.diagnostics.some(({ code }) => code === "locked"))
          return { heldBy: error.diagnostics[0]?.message ?? "another apply" };
        throw error;
      }
    },
  };
}

function fileIn(folder: string): string {
  return join(folder, "apply.lock.commit");
}

function readCommit(folder: string): string | null {
  try {
    return readFileSync(fileIn(folder), "utf8").trim() || null;
  } catch {
    return null;
  }
}

function writeCommit(folder: string, commit: string): void {
  mkdirSync(folder, { recursive: true });
  replaceFile(fileIn(folder), `${commit}\n`, 0o600);
}
