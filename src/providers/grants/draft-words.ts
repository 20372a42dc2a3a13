/** Whom a change hits, and what apply will wait for. Pure. */
import type { Drafting } from "./draft.ts";
import { isShutdown } from "./force.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject } from "./live.ts";
import { slotOf } from "./ownership.ts";
import { showJson } from "./render/json-walk.ts";
import { ANNOTATIONS } from "./render/markers.ts";
import { destroys, restarts, type Step } from "./steps.ts";

/** A line for each person and what happens to them, sorted by person. */
export function impactOf({ steps }: Pick<Drafting, "steps">): readonly string[] {
  const people = Map.groupBy(steps, (step) => personOf(objectOf(step)));
  return [...people]
    .filter(([person]) => person !== "")
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([person, own]) => linesOf(person, own));
}

function linesOf(person: string, steps: readonly Step[]): readonly string[] {
  const isOff = steps.some(turnsOff);
  const losesEntry = steps.some((step) => step.do === "remove" && isEntry(step.live));
  const entry = steps.find((step) => step.do === "apply" && step.live === null && isEntry(step.rendered.object));
  const lines = [
    losesEntry ? "loses access" : "",
    !losesEntry && isOff ? "has the desktop turned off" : "",
    entry === undefined ? longer(steps) : `gets access until ${untilOf(objectOf(entry))}`,
    !isOff && steps.some(restarts) ? "has the desktop restarted" : "",
    ...steps.map(keeping),
  ];
  return lines.filter((line) => line !== "").map((line) => `${person} ${line}`);
}

function keeping(step: Step): string {
  if (step.do === "note") return `keeps the files for ${step.retainFor} more: ${describeObject(step.live)}`;
  if (!destroys(step) || step.do !== "remove") return "";
  return `loses all files, for good: ${describeObject(step.live)}${step.why === null ? "" : ` (${step.why})`}`;
}

/** Of a grant that goes on: when access ends now. */
function longer(steps: readonly Step[]): string {
  const moved = steps
    .flatMap((step) => (step.do === "apply" && step.rendered.object.kind === "Namespace" ? step.fields : []))
    .find(({ path, before, after }) => path.includes(ANNOTATIONS.expiresAt) && before !== null && after !== null);
  return moved === undefined ? "" : `has access until ${showJson(moved.after)}, not ${showJson(moved.before)}`;
}

function turnsOff(step: Step): boolean {
  if (step.do === "remove") return step.live.kind === "StatefulSet";
  return step.do === "apply" && step.live !== null && isShutdown(step.rendered.object);
}

function isEntry(object: KubeObject): boolean {
  return (slotOf(object)?.order ?? 0) >= 110;
}

function objectOf(step: Step): KubeObject {
  return step.do === "remove" || step.do === "note" ? step.live : step.rendered.object;
}

function personOf({ metadata }: KubeObject): string {
  return metadata.annotations?.[ANNOTATIONS.userId] ?? "";
}

function untilOf({ metadata }: KubeObject): string {
  return metadata.annotations?.[ANNOTATIONS.expiresAt] ?? "";
}

/** In plain words, in the order of the steps. */
export function waitsOf({ steps }: Pick<Drafting, "steps">): readonly string[] {
  return steps.flatMap((step) => {
    if (turnsOff(step)) return [`the pods of ${describeObject(objectOf(step))} to be gone`];
    if (step.do === "remove" && LASTING.has(step.live.kind)) return [`${describeObject(step.live)} to be gone`];
    return step.do === "apply" && step.inTheWay !== null ? [`the old ${describeObject(step.inTheWay)} to be gone`] : [];
  });
}

const LASTING: ReadonlySet<string> = new Set(["Namespace", "PersistentVolumeClaim"]);
