/** The one issue about an estate's drift: what differs, since when, and how to put it right. */
import type { Change } from "../../plan/change.ts";
import type { Blocker } from "../../plan/plan.ts";
import { escapeText } from "../../render/escape.ts";
import { describeField, plural, SIGIL } from "../../render/words.ts";
import { hiddenFacts, hiddenKey } from "../hidden-key.ts";
import type { Rendered } from "./facts.ts";
import { LEVELS } from "./levels.ts";
import { cutText, runLink } from "./markup.ts";
import { Shortener } from "./shortener.ts";
import { renderTemplate, type TemplateName } from "./template.ts";

export type DriftMode = "report" | "propose" | "correct";

/** Something said of one resource. */
export interface Remark {
  readonly address: string;
  readonly message: string;
}

/** When and by which run something was seen; by none ("") it was the daemon. */
export interface Sighting {
  readonly now: string;
  readonly runUrl: string;
}

/** What the drift issue is rendered from. */
export interface DriftFacts extends Sighting {
  readonly estate: string;
  /** What differs between the documents of the default branch and the live world. */
  readonly changes: readonly Change[];
  readonly modeOf: (kind: string) => DriftMode;
  /** When each address was first seen to differ, RFC 3339: `sinceWhen` of the issue as it is. */
  readonly seen: ReadonlyMap<string, string>;
  /** By address: why it is neither put back nor recorded, where its mode asks for that. */
  readonly notes: ReadonlyMap<string, string>;
  /** What this run put back. */
  readonly corrected: readonly Remark[];
  /** What could not be looked at. */
  readonly troubles: readonly Remark[];
  /** What kept this run from putting anything back. */
  readonly blockers: readonly Blocker[];
  /** False where some of it may be what an apply has left undone, and is nobody's drift. */
  readonly isApplied: boolean;
  /** The pull request that records what is there; null where there is none. */
  readonly proposal: number | null;
}

/** `keepIssueOpen` puts its key in front. */
const LIMIT = 65_536 - 200;

/** Characters of the hidden line of instants: of those that do not fit, the next run says that they are new. */
const SEEN_ROOM = 16_000;

const FIELDS = 6;
const SEEN_KEY = "drift-seen";
const SIGHTING_KEY = "drift-sighting";

/** The first lines of the body, in which `readSeen` and `readSighting` find theirs again, and what people read. */
export function renderDriftIssue(facts: DriftFacts, budget: number = LIMIT): Rendered {
  const { now, runUrl } = facts;
  const header = `${hiddenKey(SEEN_KEY, seenFacts(facts))}\n${hiddenKey(SIGHTING_KEY, { now, run: runUrl })}\n`;
  const { text, omitted } = fitDrift("drift-issue", (short) => driftIssueView(facts, short), budget - header.length);
  return { text: `${header}${text}`, omitted };
}

/** The last word of an issue that is closed. */
export function renderDriftOver(facts: DriftFacts): Rendered {
  const { estate, now, runUrl, corrected } = facts;
  const view = (short: Shortener): object => ({
    headline: `All of ${escapeText(cutText(estate, 60))} is as its documents say`,
    corrected: remarksView(corrected, "correction", short),
    now: minuteOf(now),
    run: runLink(runUrl),
  });
  return fitDrift("drift-over", view);
}

/** The longest version that fits. */
export function fitDrift(template: TemplateName, view: (short: Shortener) => object, budget: number = LIMIT): Rendered {
  for (const level of LEVELS) {
    const short = new Shortener(level);
    const made = view(short);
    const text = renderTemplate(template, { ...made, omitted: short.omitted() });
    if (text.length <= budget) return { text, omitted: short.omitted() };
  }
  throw new RangeError(`no issue fits ${budget} characters`);
}

/** Of our own issue's body: its first line is the issue's key, its second the instants. */
export function readSeen(body: string): ReadonlyMap<string, string> {
  const entries = Object.entries(hiddenFacts(lineOf(body, 1), SEEN_KEY));
  return new Map(entries.filter(([, instant]) => isInstant(instant)));
}

/** When the body was written, and by which run; null where it does not say. */
export function readSighting(body: string): Sighting | null {
  const { now = "", run = "" } = hiddenFacts(lineOf(body, 2), SIGHTING_KEY);
  return isInstant(now) ? { now, runUrl: run } : null;
}

function lineOf(body: string, index: number): string {
  return body.split(/\r?\n/, index + 1)[index] ?? "";
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]{5,12}Z$/.test(text);
}

/**
 * Since when each of these differs, by the issue as it was. `isWhole` is false where something could not be looked at: what was
 * seen before may be there still.
 */
export function sinceWhen(
  addresses: readonly string[],
  before: ReadonlyMap<string, string>,
  { now, isWhole }: { readonly now: string; readonly isWhole: boolean },
): ReadonlyMap<string, string> {
  const current = addresses.map((address): [string, string] => [address, before.get(address) ?? now]);
  return new Map([...current, ...(isWhole ? [] : [...before].filter(([address]) => !addresses.includes(address)))]);
}

function seenFacts({ changes, seen, now }: DriftFacts): Readonly<Record<string, string>> {
  const kept: [string, string][] = [];
  let room = SEEN_ROOM;
  const all = new Map([...changes.map(({ address }): [string, string] => [address, now]), ...seen]);
  for (const [address, instant] of all) {
    // Escaped, a character is six at most; quotes, colon and comma come to it.
    room -= 6 * (address.length + instant.length) + 6;
    if (room < 0) break;
    kept.push([address, instant]);
  }
  return Object.fromEntries(kept);
}

function driftIssueView(facts: DriftFacts, short: Shortener): object {
  const { estate, changes, modeOf, now, runUrl, proposal, corrected, troubles, blockers, isApplied } = facts;
  const kinds = [...Map.groupBy(changes, (change) => change.kind)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    headline: `${plural(changes.length, "resource")} of ${escapeText(cutText(estate, 60))} not as the documents say`,
    isApplied,
    blockers: short.map(blockers, "blocker", ({ message, next }) => ({
      message: short.cut(message),
      next: short.cut(next),
    })),
    kinds: kinds.map(([kind, group]) => ({
      kind: short.cut(kind),
      mode: modeWords(modeOf(kind), proposal, runUrl),
      changes: short.map(group, `change of ${short.cut(kind)}`, (change) => driftRow(change, facts, short)),
    })),
    troubles: remarksView(troubles, "resource that could not be looked at", short),
    corrected: remarksView(corrected, "correction", short),
    now: minuteOf(now),
    run: runLink(runUrl),
  };
}

function remarksView(remarks: readonly Remark[], what: string, short: Shortener): object {
  return short.map(remarks, what, ({ address, message }) => ({
    address: short.cut(address),
    message: short.cut(message),
  }));
}

function driftRow(
  { action, address, name, fields, reason, blocked }: Change,
  facts: DriftFacts,
  short: Shortener,
): object {
  const shown = fields.slice(0, FIELDS);
  return {
    sigil: SIGIL[action],
    name: short.cut(name),
    reason: short.cut(reason),
    fields: shown.map((field) => short.cut(describeField(field))),
    moreFields: fields.length - shown.length,
    held: short.cut(blocked?.message ?? ""),
    note: short.cut(facts.notes.get(address) ?? ""),
    since: minuteOf(facts.seen.get(address) ?? facts.now),
    command: short.cut(`reeve apply --only ${address}`),
  };
}

/** `2026-05-01 06:00 UTC` */
function minuteOf(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}

function modeWords(mode: DriftMode, proposal: number | null, runUrl: string): string {
  switch (mode) {
    case "report":
      return "reported, left as it is";
    case "propose":
      return proposal === null ? "to be recorded by a pull request" : `pull request ${proposal} records what is there`;
    case "correct":
      return runUrl === "" ? "put back by reeve watch" : "put back by every scheduled run";
  }
}
