import type { Action, Change, FieldChange } from "../plan/change.ts";
import type { Plan, Summary } from "../plan/plan.ts";
import type { Json } from "../support/json.ts";

/** The sign in front of a change, as terraform's users know it. */
export const SIGIL = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  adopt: "»",
  start: "▶",
  stop: "■",
  prune: "-",
} as const satisfies Record<Action, string>;

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const COUNTS = [
  ["create", "to create"],
  ["update", "to update"],
  ["replace", "to replace"],
  ["delete", "to delete"],
  ["adopt", "to adopt"],
  ["other", "to start or stop"],
] as const satisfies readonly (readonly [keyof Summary, string])[];

/** The verdict in one line. */
export function verdict(plan: Plan): string {
  const counted = COUNTS.filter(([key]) => plan.summary[key] > 0).map(
    ([key, words]) => `${plan.summary[key]} ${words}`,
  );
  const unchanged = `${plan.summary.unchanged} unchanged`;
  const held = plan.changes.filter(({ blocked }) => blocked !== undefined).length;
  if (held > 0) counted.push(`${held} of them held`);
  if (counted.length === 0) return plan.blockers.length > 0 ? "no plan" : `no changes, ${unchanged}`;
  return `${counted.join(", ")}, ${unchanged}`;
}

/** Changes that cost somebody something for good, or that the reviewer must not miss. */
export function isDestructive(change: Change): boolean {
  return change.disruption === "destroys" || change.action === "delete" || change.action === "replace";
}

/** `path: before -> after`, one line; of two lists, what goes and what comes. */
export function describeField({ path, before, after }: FieldChange): string {
  if (Array.isArray(before) && Array.isArray(after) && before.length + after.length > 2) {
    return `${path}: ${listDifference(before, after)}`;
  }
  return `${path}: ${showJson(before)} -> ${showJson(after)}`;
}

function listDifference(before: readonly Json[], after: readonly Json[]): string {
  const [was, is] = [before.map(showJson), after.map(showJson)];
  const gone = was.filter((item) => !is.includes(item)).map((item) => `-${item}`);
  const come = is.filter((item) => !was.includes(item)).map((item) => `+${item}`);
  return gone.length + come.length === 0 ? "another order" : [...gone, ...come].join(" ");
}

function showJson(value: Json): string {
  if (value === null) return "(none)";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A change in one plain line: what, and why. */
export function headline(change: Change): string {
  return `${change.address}  ${change.reason}`;
}
