/** The few pieces of Markdown that are made here and not in a template. Pure. */
import type { Position } from "../../support/position.ts";
import type { PlanPlace } from "./facts.ts";

/** A text of at most `limit` characters: what is longer ends in `…`, never within a surrogate pair. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, Math.max(0, limit - 1));
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** A place, and the address of its line on GitHub. */
export interface Link {
  readonly text: string;
  readonly url: string | null;
}

/** Who has seen something: a run of Actions, or with no address the daemon. */
export function runLink(url: string): Link {
  return url === "" ? { text: "reeve watch", url: null } : { text: "the run", url };
}

/** Longer paths are named, not linked: a comment has better use for its room. */
const PATH = 300;

/** The line of a file as a commit has it. */
export function lineLink({ repositoryUrl }: PlanPlace, sha: string, at: Position): Link {
  const path = at.file.split("/").map(encodeSegment).join("/");
  const text = `${cutText(at.file, PATH)}:${at.line}`;
  if (path.length > PATH) return { text, url: null };
  return { text, url: `${repositoryUrl}/blob/${encodeSegment(sha)}/${path}#L${Math.trunc(at.line)}` };
}

/** Nothing in it ends a Markdown link. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[()'*!~_]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A fence longer than any run of backticks inside, so that no value can close it. */
export function fenceFor(text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  return "`".repeat(longest + 1);
}
