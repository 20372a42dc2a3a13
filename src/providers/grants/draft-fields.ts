/** What of a change a reviewer reads: the objects and the fields that matter. Pure. */
import type { FieldChange } from "../../plan/change.ts";
import type { Json } from "../../support/json.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject } from "./live.ts";
import { ANNOTATIONS } from "./render/markers.ts";
import type { ApplyStep, Step } from "./steps.ts";

/** Objects of a namespace that is still to be made are named in its line: they are all of them new. */
export function fieldsOf(steps: readonly Step[]): readonly FieldChange[] {
  const made = steps.flatMap((step) => (step.do === "apply" && step.live === null ? [step.rendered.object] : []));
  const fresh = new Set(made.flatMap(({ kind, metadata }) => (kind === "Namespace" ? [metadata.name] : [])));
  const inside = Map.groupBy(
    made.filter(({ metadata }) => fresh.has(metadata.namespace ?? "")),
    ({ metadata }) => metadata.namespace ?? "",
  );
  return steps.flatMap((step) => stepFields(step, inside));
}

function stepFields(step: Step, inside: ReadonlyMap<string, readonly KubeObject[]>): readonly FieldChange[] {
  switch (step.do) {
    case "remove":
      return [{ path: describeObject(step.live), before: "there", after: null }];
    case "note":
      return [{ path: `${describeObject(step.live)} ends`, before: endOf(step.live), after: "when this is applied" }];
    case "apply":
      return appliedFields(step, inside);
    case "refuse":
      return [];
  }
}

function endOf({ metadata }: KubeObject): Json {
  return metadata.annotations?.[ANNOTATIONS.expiresAt] ?? null;
}

/** What each object says of itself beside its purpose; when access ends is said once, of the namespace. */
function isNews({ path }: FieldChange, { kind }: KubeObject): boolean {
  const mark = BOOKKEEPING.find((name) => path.includes(`["${name}"]`) || path.endsWith(`.${name}`));
  return mark === undefined || (kind === "Namespace" && mark === ANNOTATIONS.expiresAt);
}

const BOOKKEEPING: readonly string[] = [
  ANNOTATIONS.specHash,
  ANNOTATIONS.source,
  ANNOTATIONS.userId,
  ANNOTATIONS.expiresAt,
  ANNOTATIONS.retainFor,
  ANNOTATIONS.endedAt,
  ANNOTATIONS.sessionHash,
  "reeve.dev/grant",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/part-of",
  "applyset.kubernetes.io/part-of",
  "applyset.kubernetes.io/contains-group-kinds",
  "applyset.kubernetes.io/additional-namespaces",
];

function appliedFields(
  { live, rendered: { object }, fields }: ApplyStep,
  inside: ReadonlyMap<string, readonly KubeObject[]>,
): readonly FieldChange[] {
  if (live !== null) return fields.filter((field) => isNews(field, object));
  if (inside.has(object.metadata.namespace ?? "")) return [];
  const own = object.kind === "Namespace" ? (inside.get(object.metadata.name) ?? []) : [];
  const names = own.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return fields.map((field) => (names.length === 0 ? field : { ...field, after: `made, with ${names.join(", ")}` }));
}
