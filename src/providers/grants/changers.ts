/** Who has changed what was Reeve's, where the cluster keeps that: each writer of a field is noted with the time. Pure. */
import { joinPath } from "../../plan/diff-fields.ts";
import { isOurs, ownersOf, readStep, stepsBelow } from "./field-owners.ts";
import { describeObject } from "./live.ts";
import type { JsonRecord } from "./render/json-walk.ts";
import type { Step } from "./steps.ts";

/** A line for each writer of each object that differs, of the fields that differ. */
export function changersOf(steps: readonly Step[], fieldManager: string): readonly string[] {
  return steps.flatMap((step) => {
    if (step.do !== "apply" || step.live === null) return [];
    const { live, fields, foreign } = step;
    const what = describeObject(live);
    const differing = fields.map(({ path }) => path.slice(what.length + 1));
    const named = new Set(foreign.flatMap(({ manager }) => manager.split(", ")));
    return ownersOf(live)
      .filter((owner) => !isOurs(owner, fieldManager))
      .filter((owner) => named.has(owner.manager) || ownedPaths(owner.fields).some((path) => touches(path, differing)))
      .map(({ manager, time }) => `${manager} has changed ${what}${time === "" ? "" : ` at ${time}`}`);
  });
}

/** In the notation of differences, which know lists as a whole. */
function ownedPaths(fields: JsonRecord, prefix = ""): readonly string[] {
  const below = stepsBelow(fields);
  const members = below.map(([key, rest]) => ({ step: readStep(key), rest }));
  if (members.length === 0 || members.some(({ step }) => step?.by !== "name")) return [prefix];
  return members.flatMap(({ step, rest }) =>
    step?.by === "name" ? ownedPaths(rest, joinPath(prefix, step.name)) : [],
  );
}

function touches(owned: string, differing: readonly string[]): boolean {
  const isWithin = (inner: string, outer: string): boolean =>
    inner === outer || [".", "["].some((next) => inner.startsWith(outer + next));
  return differing.some((path) => isWithin(owned, path) || isWithin(path, owned));
}
