/** The one issue about an estate's drift: what differs, since when, and how to put it right. */
import type { Change } from "../../plan/change.ts";
import { escapeText } from "../../render/escape.ts";
import { describeField, plural, SIGIL } from "../../render/words.ts";
import { hiddenFacts, hiddenKey } from "../hidden-key.ts";
import type { Rendered } from "./facts.ts";
import { LEVELS } from "./levels.ts";
import { cutText } from "./markup.ts";
import { Shortener } from "./shortener.ts";
import { renderTemplate } from "./template.ts";

type DriftMode = "report" | "propose" | "correct";

/** What the drift issue is rendered from. */
export interface DriftFacts {
  readonly estate: string;
  /** What differs between the documents of the default branch and the live world. */
  readonly changes: readonly Change[];
  readonly modeOf: (kind: string) => DriftMode;
  /** When each address was first seen to differ, RFC 3339: `readSeen` of the issue as it is. */
  readonly seen: ReadonlyMap<string, string>;
  readonly now: string;
  readonly runUrl: string;
  /** The pull request that records what is there; null where there is none. */
  readonly proposal: number | null;
}

/** `keepIssueOpen` puts its key in front. */
const LIMIT = 65_536 - 200;

/** Characters of the hidden line of instants: of those that do not fit, the next run says that they are new. */
const SEEN_ROOM = 16_000;

const FIELDS = 6;
const SEEN_KEY = "drift-seen";

/** The first line of the body, in which `readSeen` finds the instants again, and what people read. */
export function renderDriftIssue(facts: DriftFacts, budget: number = LIMIT): Rendered {
  const header = hiddenKey(SEEN_KEY, seenFacts(facts));
  for (const level of LEVELS) {
    const short = new Shortener(level);
    const view = driftIssueView(facts, short);
    const text = `${header}\n${renderTemplate("drift-issue", { ...view, omitted: short.omitted() })}`;
    if (text.length <= budget) return { text, omitted: short.omitted() };
  }
  throw new RangeError(`no issue fits ${budget} characters`);
}

/** Of our own issue's body: its first line is the issue's key, its second the instants. */
export function readSeen(body: string): ReadonlyMap<string, string> {
  const text = body.slice(body.indexOf("\n") + 1);
  const entries = Object.entries(hiddenFacts(text, SEEN_KEY));
  return new Map(entries.filter(([, instant]) => /^\d{4}-\d\d-\d\dT[\d:.]{5,12}Z$/.test(instant)));
}

function seenFacts({ changes, seen, now }: DriftFacts): Readonly<Record<string, string>> {
  const kept: [string, string][] = [];
  let room = SEEN_ROOM;
  for (const { address } of changes) {
    const instant = seen.get(address) ?? now;
    // Escaped, a character is six at most; quotes, colon and comma come to it.
    room -= 6 * (address.length + instant.length) + 6;
    if (room < 0) break;
    kept.push([address, instant]);
  }
  return Object.fromEntries(kept);
}

function driftIssueView(facts: DriftFacts, short: Shortener): object {
  const { estate, changes, modeOf, now, runUrl, proposal } = facts;
  const kinds = [...Map.groupBy(changes, (change) => change.kind)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    headline: `${plural(changes.length, "resource")} of ${escapeText(cutText(estate, 60))} not as the documents say`,
    kinds: kinds.map(([kind, group]) => ({
      kind: short.cut(kind),
      mode: modeWords(modeOf(kind), proposal),
      changes: short.map(group, `change of ${short.cut(kind)}`, (change) => driftRow(change, facts, short)),
    })),
    now: minuteOf(now),
    run: { text: "the run", url: runUrl },
  };
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
    since: minuteOf(facts.seen.get(address) ?? facts.now),
    command: short.cut(`reeve apply --only ${address}`),
  };
}

/** `2026-05-01 06:00 UTC` */
function minuteOf(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}

function modeWords(mode: DriftMode, proposal: number | null): string {
  switch (mode) {
    case "report":
      return "reported, left as it is";
    case "propose":
      return proposal === null
        ? "a pull request will record what is there"
        : `pull request ${proposal} records what is there`;
    case "correct":
      return "put back by the next scheduled run";
  }
}
