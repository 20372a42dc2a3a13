/** A cluster's objects as they are, and as steps leave them. Pure. */
import type { KubeObject } from "../kube-object.ts";
import { objectKey, serverMark } from "../live.ts";
import type { ClusterView } from "../model.ts";
import { isRecord, listAt, recordAt, textAt } from "../render/json-walk.ts";
import type { ApplyStep, Step } from "../steps.ts";

/** By `objectKey`. */
export type Objects = ReadonlyMap<string, KubeObject>;

/** Everything that was read and may decide who gets where: Reeve's own, others' policies, what is around them. */
export function objectsOf({ live, policies, surroundings }: ClusterView): Objects {
  const others = [...surroundings.objects, ...policies].map((object) => [objectKey(object), object] as const);
  return new Map([...others, ...live]);
}

/** What is there once the steps are carried out, as the server itself foretold it where it was asked. */
export function carryOut(objects: Objects, steps: readonly Step[], { predictions }: ClusterView): Objects {
  const after = new Map(objects);
  for (const step of steps) {
    if (step.do === "remove") after.delete(objectKey(step.live));
    if (step.do === "apply") after.set(objectKey(step.rendered.object), predicted(step, predictions));
  }
  const gone = new Set(
    steps.flatMap((step) => (step.do === "remove" && isNamespace(step.live) ? [step.live.metadata.name] : [])),
  );
  const ended = endedWorkloads(steps);
  for (const [key, object] of after) {
    if (gone.has(object.metadata.namespace ?? "") || (object.kind === "Pod" && hasOwner(object, ended)))
      after.delete(key);
  }
  return after;
}

function isNamespace({ kind }: KubeObject): boolean {
  return kind === "Namespace";
}

/** Others' fields are taken out right after the write; until then they are no worse than what was there before. */
function predicted({ rendered, foreign, isUnasked }: ApplyStep, predictions: ClusterView["predictions"]): KubeObject {
  const prediction = predictions.get(objectKey(rendered.object));
  if (prediction?.says !== "yes" || isUnasked) return rendered.object;
  return foreign.reduce(
    (object, { pointer }) => without(object, pointer.split("/").slice(1).map(unescaped)),
    prediction.object,
  );
}

function unescaped(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

function without<Value>(value: Value, [first, ...rest]: readonly string[]): Value {
  if (first === undefined) return value;
  if (Array.isArray(value)) {
    const index = Number(first);
    const members: readonly unknown[] = value;
    return (
      rest.length === 0
        ? members.filter((_, at) => at !== index)
        : members.map((member, at) => (at === index ? without(member, rest) : member))
    ) as Value;
  }
  if (!isRecord(value) || !Object.hasOwn(value, first)) return value;
  const { [first]: inner, ...others } = value;
  return (rest.length === 0 ? others : { ...others, [first]: without(inner, rest) }) as Value;
}

/** By uid: workloads that are taken away or turned off, and whose pods go with them. */
function endedWorkloads(steps: readonly Step[]): ReadonlySet<string> {
  const ended = steps.flatMap((step) => {
    if (step.do === "remove") return [serverMark(step.live, "uid")];
    if (step.do !== "apply" || step.live === null) return [];
    const isOff = recordAt(step.rendered.object, "spec")["replicas"] === 0;
    return isOff || step.inTheWay !== null ? [serverMark(step.live, "uid")] : [];
  });
  return new Set(ended.filter((uid) => uid !== ""));
}

function hasOwner({ metadata }: KubeObject, uids: ReadonlySet<string>): boolean {
  const owners = listAt(metadata, "ownerReferences").filter(isRecord);
  return owners.some((owner) => uids.has(textAt(owner, "uid")));
}
