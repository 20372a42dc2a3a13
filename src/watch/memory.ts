/** What the daemon knows beyond one run. Losing it costs no safety: the commit then counts as new. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../support/replace-file.ts";

export interface Memory {
  /** The last tree that was valid. */
  readonly good: string | null;
  /** Commits that were followed until a person accepted another line: an apply of before may have stood at one of these. */
  readonly overruled: readonly string[];
  /** The tree whose changes were seen to, and the addresses of which that is not so yet. */
  readonly applied: string | null;
  readonly pending: readonly string[];
  /** The addresses of what an instant has changed and that is not done yet. */
  readonly due: readonly string[];
  /** The tree that the site server renders from. */
  readonly served: string | null;
  /** When a round last saw to everything that time had changed, RFC 3339. */
  readonly settledAt: string | null;
  /** When each address was first seen to differ. */
  readonly seen: Readonly<Record<string, string>>;
}

const NO_MEMORY: Memory = {
  good: null,
  overruled: [],
  applied: null,
  pending: [],
  due: [],
  served: null,
  settledAt: null,
  seen: {},
};

export function readMemory(folder: string): Memory {
  try {
    const value: unknown = JSON.parse(readFileSync(fileIn(folder), "utf8"));
    return parseMemory(value) ?? NO_MEMORY;
  } catch {
    return NO_MEMORY;
  }
}

/** Durable when it returns. */
export function writeMemory(folder: string, memory: Memory): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  replaceFile(fileIn(folder), `${JSON.stringify({ formatVersion: 1, ...memory })}\n`, 0o600);
}

function fileIn(folder: string): string {
  return join(folder, "memory.json");
}

function parseMemory(value: unknown): Memory | null {
  if (typeof value !== "object" || value === null) return null;
  const read = { ...NO_MEMORY, ...value };
  const isWhole =
    [read.good, read.applied, read.served, read.settledAt].every((one) => one === null || typeof one === "string") &&
    Array.isArray(read.overruled) &&
    Array.isArray(read.pending) &&
    Array.isArray(read.due) &&
    typeof read.seen === "object";
  if (!isWhole) return null;
  const { good, overruled, applied, pending, due, served, settledAt, seen } = read;
  return { good, overruled, applied, pending, due, served, settledAt, seen };
}
