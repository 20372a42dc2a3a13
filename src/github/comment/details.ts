/** Every field of every change, as a `diff` block shows it. Pure. */
import type { Change } from "../../plan/change.ts";
import { escapeText } from "../../render/escape.ts";
import { describeField, isDestructive } from "../../render/words.ts";
import { cutText, fenceFor } from "./markup.ts";

/** A longer line is cut, and its change counts as not shown whole. */
const LINE = 2000;

/** GitHub's limit of a check run's summary, and of its text. */
export const CHECK_LIMIT = 65_535;

/** What the check's text needs beside the details. */
const CHECK_REST = 500;

/** Details that fit a budget. */
export interface Details {
  /** The block with its fences; empty where nothing fits. */
  readonly text: string;
  /** Addresses of the changes that are shown with all of their fields, uncut. */
  readonly whole: ReadonlySet<string>;
}

/**
 * Changes go in whole or not at all, those that destroy first: half a change reads like all of it.
 */
export function renderDetails(changes: readonly Change[], budget: number): Details {
  const blocks = [...changes.filter(isDestructive), ...changes.filter((change) => !isDestructive(change))];
  const lines: string[] = [];
  const whole = new Set<string>();
  let room = budget - "```diff\n```".length;
  for (const change of blocks) {
    const block = changeLines(change);
    // What the fences need beyond three backticks is at most twice the longest run inside.
    const length = block.text.length + 1 + 2 * longestRun(block.text);
    if (length > room) continue;
    room -= length;
    lines.push(block.text);
    if (!block.isCut) whole.add(change.address);
  }
  if (lines.length === 0) return { text: "", whole };
  const text = lines.join("\n");
  const fence = fenceFor(text);
  return { text: `${fence}diff\n${text}\n${fence}`, whole };
}

/** What of the details the check's text has. */
export function checkDetails(changes: readonly Change[]): Details {
  return renderDetails(changes, CHECK_LIMIT - CHECK_REST);
}

function changeLines(change: Change): { readonly text: string; readonly isCut: boolean } {
  const sign = change.action === "create" ? "+" : isDestructive(change) ? "-" : "!";
  const lines = [
    `${sign} ${escapeText(`${change.address} (${change.action}) ${change.reason}`)}`,
    ...change.impact.map((line) => `  ${escapeText(line)}`),
    ...change.waitsFor.map((line) => `  waits for ${escapeText(line)}`),
    ...change.fields.map((field) => `  ${escapeText(describeField(field))}`),
  ];
  return {
    text: lines.map((line) => cutText(line, LINE)).join("\n"),
    isCut: lines.some((line) => line.length > LINE),
  };
}

function longestRun(text: string): number {
  return text.includes("`") ? fenceFor(text).length : 0;
}
