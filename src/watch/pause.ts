/** A person's wish that nothing is written: a file, so that it outlives the daemon and works without it. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../support/make-folder.ts";
import { replaceFile } from "../support/replace-file.ts";

export interface Pause {
  readonly reason: string;
  readonly by: string;
  /** RFC 3339 */
  readonly since: string;
}

const MOST_CHARACTERS = 500;

/** Null where nothing is paused. A file that says nothing readable pauses all the same. */
export function readPause(folder: string): Pause | null {
  const text = readText(folder);
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Pause, unknown>> | null;
    return { reason: wordOf(value?.reason), by: wordOf(value?.by), since: wordOf(value?.since) };
  } catch {
    return { reason: "unreadable", by: "unknown", since: "unknown" };
  }
}

export function writePause(folder: string, pause: Pause): void {
  makeFolder(folder, 0o700);
  const reason = pause.reason.slice(0, MOST_CHARACTERS);
  replaceFile(fileIn(folder), `${JSON.stringify({ ...pause, reason })}\n`, 0o644);
}

/** True where something was paused. */
export function endPause(folder: string): boolean {
  const isPaused = readText(folder) !== null;
  rmSync(fileIn(folder), { force: true });
  return isPaused;
}

export function describePause({ reason, by, since }: Pause): string {
  return `paused since ${since} by ${by}: ${reason}`;
}

function fileIn(folder: string): string {
  return join(folder, "pause.json");
}

/** Anything but "there is none" counts as a pause: whoever cannot read must not write. */
function readText(folder: string): string | null {
  try {
    return readFileSync(fileIn(folder), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    return "";
  }
}

function wordOf(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : "unknown";
}
