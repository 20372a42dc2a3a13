/** The status as a file, for `reeve watch status`: it works without a listener, and says what was last known of a daemon that is gone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../support/replace-file.ts";
import type { Status } from "./status.ts";

export interface SavedStatus {
  readonly pid: number;
  readonly isRunning: boolean;
  readonly status: Status;
}

const MOST_DIFFERENCES = 1000;

export function saveStatus(folder: string, status: Status): void {
  const differences = status.differences.slice(0, MOST_DIFFERENCES);
  const text = JSON.stringify({ pid: process.pid, status: { ...status, differences } });
  replaceFile(join(folder, "status.json"), `${text}\n`, 0o644);
}

/** Null where there is none that can be understood; that it may not be read is thrown. */
export function readStatus(folder: string): SavedStatus | null {
  try {
    const saved = JSON.parse(readFileSync(join(folder, "status.json"), "utf8")) as Omit<SavedStatus, "isRunning">;
    return { ...saved, isRunning: isAlive(saved.pid) };
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM")) throw error;
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
