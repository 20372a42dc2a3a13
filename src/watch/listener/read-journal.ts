/** The end of the journal, for people: nothing is decided by it. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { AppliedRun } from "./view.ts";

const MOST_BYTES = 512 * 1024;
const MOST_RUNS = 50;
const MOST_NAMES = 20;

interface Line {
  readonly run: string;
  readonly at: string;
  readonly commit: string | null;
  readonly event: string;
  readonly address: string;
  readonly status: string;
  readonly message: string;
}

/** The latest first. */
export function readApplies(folder: string): readonly AppliedRun[] {
  const lines = readEnd(join(folder, "journal.jsonl"))
    .split("\n")
    .flatMap((text) => parseLine(text) ?? []);
  const runs = [...Map.groupBy(lines, ({ run }) => run).values()];
  return runs
    .map(summarize)
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MOST_RUNS);
}

function summarize(lines: readonly Line[]): AppliedRun {
  const last = lines.at(-1);
  const outcomes = lines.filter(({ event }) => event === "outcome");
  const answered = new Set(outcomes.map(({ address }) => address));
  const begun = lines.filter(({ event, address }) => event === "intent" && !answered.has(address));
  const undone = outcomes.filter(({ status }) => status !== "done");
  return {
    run: last?.run ?? "",
    at: last?.at ?? "",
    commit: last?.commit ?? null,
    done: outcomes.length - undone.length,
    undone: [
      ...undone.map(({ address, status, message }) => `${address}: ${status}: ${message}`),
      ...begun.map(({ address }) => `${address}: begun, and nothing is known of its end`),
    ].slice(0, MOST_NAMES),
    addresses: outcomes
      .filter(({ status }) => status === "done")
      .map(({ address }) => address)
      .slice(0, MOST_NAMES),
  };
}

function parseLine(text: string): Line | null {
  if (!text.startsWith("{")) return null;
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const word = (key: string): string => (typeof value[key] === "string" ? value[key] : "");
    const [run, at, event, address] = [word("run"), word("at"), word("event"), word("address")];
    const { commit } = value;
    return {
      run,
      at,
      event,
      address,
      status: word("status"),
      message: word("message"),
      commit: typeof commit === "string" ? commit : null,
    };
  } catch {
    return null;
  }
}

/** Without the first line where that was cut. Empty where there is no journal yet. */
function readEnd(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      const text = bytes.toString("utf8");
      return size > MOST_BYTES ? text.slice(text.indexOf("\n") + 1) : text;
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
