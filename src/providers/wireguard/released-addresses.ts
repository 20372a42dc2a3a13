import { parseChunk } from "../../estate/parse-chunk.ts";
import { splitDocuments } from "../../estate/split-documents.ts";
import type { Json } from "../../support/json.ts";

/** An address that a document gave up, and when. */
export interface ReleasedAddress {
  readonly peer: string;
  readonly address: string;
  readonly at: Date;
}

/** Begins the line that stands before a commit's patches, with its time in seconds: no line of a patch begins so. */
export const COMMIT_MARK = "\u0001";

interface FileChange {
  readonly at: Date;
  readonly before: string;
  readonly after: string;
}

/** What the peers of changed and deleted files no longer have, from `git log --patch` with the whole file as context. */
export function releasedIn(log: string, uncommitted: Date): readonly ReleasedAddress[] {
  return [...fileChanges(log, uncommitted)].flatMap(({ at, before, after }) => {
    const kept = new Set(heldIn(after).map(holderKey));
    return heldIn(before)
      .filter((one) => !kept.has(holderKey(one)))
      .map((one) => ({ ...one, at }));
  });
}

/** Changes before the first mark are those of the working tree. */
function* fileChanges(log: string, uncommitted: Date): Generator<FileChange> {
  let at = uncommitted;
  let before: string[] = [];
  let after: string[] = [];
  let left = { before: 0, after: 0 };
  for (const line of log.split("\n")) {
    if (left.before > 0 || left.after > 0) {
      const sign = line[0];
      if (sign === " " || sign === "-") before.push(line.slice(1));
      if (sign === " " || sign === "+") after.push(line.slice(1));
      if (sign === " " || sign === "-") left.before -= 1;
      if (sign === " " || sign === "+") left.after -= 1;
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) left = { before: Number(hunk[1] ?? 1), after: Number(hunk[2] ?? 1) };
    if (!line.startsWith("diff ") && !line.startsWith(COMMIT_MARK)) continue;
    if (before.length > 0) yield { at, before: before.join("\n"), after: after.join("\n") };
    [before, after] = [[], []];
    if (line.startsWith(COMMIT_MARK)) at = new Date(Number(line.slice(1)) * 1000);
  }
  if (before.length > 0) yield { at, before: before.join("\n"), after: after.join("\n") };
}

interface Held {
  readonly peer: string;
  readonly address: string;
}

/** Old versions may break today's rules: whatever is not as expected is passed over. */
function heldIn(text: string): readonly Held[] {
  return splitDocuments(text)
    .flatMap((chunk) => parseChunk(chunk.text))
    .flatMap(({ value }) => {
      const name = member(member(value, "metadata"), "name");
      const addresses = member(member(value, "spec"), "addresses");
      if (member(value, "kind") !== "WireGuardPeer" || typeof name !== "string" || !Array.isArray(addresses)) return [];
      return addresses.flatMap((address) =>
        typeof address === "string" ? [{ peer: name, address: plain(address) }] : [],
      );
    });
}

function member(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function plain(address: string): string {
  return address.replace(/\/\d+$/, "");
}

function holderKey({ peer, address }: Held): string {
  return `${peer} ${address}`;
}
