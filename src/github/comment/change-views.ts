/** A plan's changes and findings, for the comment's template. Pure. */
import type { Change } from "../../plan/change.ts";
import { describeField, isDestructive, plural, SIGIL } from "../../render/words.ts";
import type { Diagnostic } from "../../support/diagnostic.ts";
import type { Position } from "../../support/position.ts";
import type { LivePlan, PlanPlace } from "./facts.ts";
import { hasEveryField } from "./levels.ts";
import { type Link, lineLink } from "./markup.ts";
import type { Listed, Shortener } from "./shortener.ts";

/** What a view is made from. */
export interface ViewSource {
  readonly place: PlanPlace;
  readonly live: LivePlan;
  readonly short: Shortener;
}

/** Fields in the line of a change; all of them are in the details. */
const FIELDS = 6;

/** What is destroyed is never folded: rows, then names, then a count with its reason. Drift that destroys is among it. */
export function destroyedView(source: ViewSource): object | null {
  const { live, short } = source;
  const all = live.plan.changes.filter((change) => change.blocked === undefined && isDestructive(change));
  if (all.length === 0) return null;
  const drift = new Set(live.drift.map(({ address }) => address));
  const rows = all.slice(0, short.level.rows).map((change) => ({
    ...head(change, short),
    isDrift: drift.has(change.address),
    impact: short.cut(change.impact.join("; ")),
    reason: short.cut(change.reason),
    cost: short.cut(live.cost?.changes.get(change.address) ?? ""),
    link: linkOf(source, change),
  }));
  const named = all.slice(rows.length, rows.length + short.level.names);
  if (named.length > 0) short.leaveOut(`the reasons of ${plural(named.length, "destruction")}`);
  const more = all.length - rows.length - named.length;
  if (more > 0) short.leaveOut(`the names of ${plural(more, "destruction")}`);
  const hasCosts = rows.some(({ cost }) => cost !== "");
  return { rows, names: named.map((change) => head(change, short)), more, hasCosts };
}

export function kindsView(source: ViewSource): readonly object[] {
  const { live } = source;
  const others = live.ours.filter((change) => change.blocked === undefined && !isDestructive(change));
  return [...Map.groupBy(others, (change) => change.kind)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, group]) => kindView(source, kind, group));
}

function kindView({ live, short }: ViewSource, kind: string, group: readonly Change[]): object {
  const { others, names: limit } = short.level;
  const named = others === "names" ? group.slice(0, limit) : [];
  const more = others === "lines" ? 0 : group.length - named.length;
  const isElsewhere = hasEveryField(short.level);
  if (named.length > 0 && !isElsewhere) short.leaveOut(`the lines of ${named.length} × ${short.cut(kind)}`);
  if (more > 0 && !isElsewhere) short.leaveOut(`the names of ${more} × ${short.cut(kind)}`);
  return {
    kind: short.cut(kind),
    counts: countsOf(group),
    lines: others === "lines" ? group.map((change) => lineOf(change, live, short)) : [],
    names: named.map((change) => head(change, short)),
    more,
  };
}

function lineOf(change: Change, live: LivePlan, short: Shortener): object {
  return {
    ...head(change, short),
    ...fieldsOf(change, short),
    impact: short.cut(change.impact.join("; ")),
    reason: short.cut(change.reason),
    cost: short.cut(live.cost?.changes.get(change.address) ?? ""),
  };
}

/** What is new has no old value: its fields are in the details. */
function fieldsOf(
  { action, fields }: Change,
  short: Shortener,
): { readonly fields: readonly string[]; moreFields: number } {
  const shown = action === "create" ? [] : fields.slice(0, FIELDS);
  return {
    fields: shown.map((field) => short.cut(describeField(field))),
    moreFields: action === "create" ? 0 : fields.length - shown.length,
  };
}

function countsOf(changes: readonly Change[]): string {
  const counts = Map.groupBy(changes, ({ action }) => action);
  return [...counts].map(([action, some]) => `${some.length} to ${action}`).join(", ");
}

function head(
  { action, address, name }: Change,
  short: Shortener,
): Readonly<Record<"sigil" | "address" | "name" | "action", string>> {
  return { sigil: SIGIL[action], address: short.cut(address), name: short.cut(name), action };
}

export function heldView(source: ViewSource): Listed<object> {
  const { live, short } = source;
  const held = live.plan.changes.flatMap((change) =>
    change.blocked === undefined ? [] : [{ change, blocked: change.blocked }],
  );
  return short.map(held, "held change", ({ change, blocked }) => ({
    ...head(change, short),
    message: short.cut(blocked.message),
    next: short.cut(blocked.next),
    link: linkOf(source, change),
  }));
}

export function waitsView({ live, short }: ViewSource): Listed<object> {
  const ready = live.plan.changes.filter((change) => change.blocked === undefined);
  const waits = ready.flatMap((change) => [
    ...change.waitsFor.map((words) => ({ change, words: `waits for ${words}` })),
    ...(change.disruption === "interrupts" && !isDestructive(change)
      ? [{ change, words: `interrupts: ${change.impact.join("; ") || "whoever uses it"}` }]
      : []),
  ]);
  return short.map(waits, "wait or interruption", ({ change, words }) => ({
    ...head(change, short),
    words: short.cut(words),
  }));
}

export function driftView({ live, short }: ViewSource): Listed<object> {
  const drift = live.drift.filter((change) => change.blocked === undefined);
  return short.map(drift, "change of drift", (change) => ({
    ...head(change, short),
    ...fieldsOf(change, short),
    reason: short.cut(change.reason),
  }));
}

export function findingsView(source: ViewSource, findings: readonly Diagnostic[], noun: string): Listed<object> {
  const { short } = source;
  return short.map(findings, noun, ({ severity, message, hint, at }) => ({
    severity,
    message: short.cut(message),
    hint: short.cut(hint ?? ""),
    link: headLink(source, at),
  }));
}

/** The line that declares it, or the line at the base that this pull request takes away. */
function linkOf(source: ViewSource, { address, source: at }: Change): Link | null {
  const removed = at === null ? source.live.removed.get(address) : undefined;
  return removed === undefined ? headLink(source, at) : lineLink(source.place, source.place.base, removed);
}

function headLink({ place }: ViewSource, at: Position | null): Link | null {
  return at === null ? null : lineLink(place, place.head, at);
}
