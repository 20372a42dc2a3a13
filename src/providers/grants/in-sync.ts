/** What needs no question to the server, since nothing can be different. Pure. */
import type { Json } from "../../support/json.ts";
import { indexOf, isOurs, type OwnedStep, ownersOf, readStep, stepsBelow } from "./field-owners.ts";
import { foreignFields } from "./foreign-fields.ts";
import type { KubeObject } from "./kube-object.ts";
import { isExclusive, serverMark } from "./live.ts";
import { isRecord, type JsonRecord, recordAt } from "./render/json-walk.ts";
import { below, isDefault, isSameValue, rootOf, type Where } from "./same-value.ts";

/**
 * True where a dry run would answer with `live` as it is and nobody else has a field that only Reeve may have: all that is
 * rendered is there with its value, what Reeve applied is that and no more, and the object is not on its way out. False says
 * nothing: the server's answer stays the judge.
 */
export function isSurelyAsRendered(rendered: KubeObject, live: KubeObject, fieldManager: string): boolean {
  if (serverMark(live, "deletionTimestamp") !== "") return false;
  const owners = ownersOf(live);
  const [owned, ...more] = owners.filter((one) => isOurs(one, fieldManager));
  if (owned === undefined || more.length > 0 || owned.apiVersion !== rendered.apiVersion) return false;
  const node = { fields: owned.fields, wanted: appliedPart(rendered), live: live };
  return (
    // A field that others have too may not even be spelled otherwise: to the server that is another value, and a conflict.
    isCovered(node, { ...rootOf(rendered), isExact: owners.length > 1 }) &&
    !(isExclusive(rendered) && unrendered(rendered, live).length > 0) &&
    foreignFields(live, fieldManager).length === 0
  );
}

/** Without what says which object it is: that belongs to nobody. */
function appliedPart({ apiVersion: _version, kind: _kind, metadata, ...rest }: KubeObject): JsonRecord {
  const { name: _name, namespace: _namespace, ...marks } = metadata;
  return { ...rest, metadata: marks };
}

interface Node {
  /** What Reeve applied here. */
  readonly fields: JsonRecord;
  readonly wanted: Json;
  readonly live: Json | undefined;
}

function isCovered({ fields, wanted, live }: Node, where: Where): boolean {
  const steps = stepsBelow(fields);
  if (steps.length === 0) return isSameValue(wanted, live, where);
  if (isRecord(wanted) && isRecord(live)) return isRecordCovered({ wanted, live }, steps, where);
  // Items of others, or another order, would be merged by rules that are the server's.
  if (!Array.isArray(wanted) || !Array.isArray(live)) return false;
  const isWhole = wanted.length === live.length && wanted.length === steps.length;
  return isWhole && steps.every((step) => isItemCovered(step, { wanted, live }, where));
}

interface Pair<Value> {
  readonly wanted: Value;
  readonly live: Value;
}

/** What Reeve applied and no longer renders would be taken out. Of an empty list whose items have keys nothing is owned. */
function isRecordCovered({ wanted, live }: Pair<JsonRecord>, steps: readonly OwnedStep[], where: Where): boolean {
  const names = Object.keys(wanted);
  const owned = new Set(steps.length < names.length ? steps.map(([key]) => key) : []);
  const unowned = steps.length < names.length ? names.filter((name) => !owned.has(`f:${name}`)) : [];
  return (
    unowned.length + steps.length === names.length &&
    unowned.every((name) => isEmptyList(wanted[name]) && isSameValue([], live[name], where)) &&
    steps.every((step) => isMemberCovered(step, { wanted, live }, where))
  );
}

function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isMemberCovered([key, fields]: OwnedStep, { wanted, live }: Pair<JsonRecord>, where: Where): boolean {
  const name = key.slice(2);
  if (!key.startsWith("f:") || !Object.hasOwn(wanted, name)) return false;
  return isCovered({ fields, wanted: wanted[name] ?? null, live: live[name] }, below(where, name));
}

function isItemCovered([key, fields]: OwnedStep, { wanted, live }: Pair<readonly Json[]>, where: Where): boolean {
  const step = readStep(key);
  if (step === null || step.by === "name") return false;
  const index = indexOf(wanted, step);
  if (index < 0 || index !== indexOf(live, step)) return false;
  return isCovered({ fields, wanted: wanted[index] ?? null, live: live[index] }, where);
}

const SERVERS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "status"]);

/**
 * Members of a live object that are not rendered and no known default, whoever has them: managers can be wiped out of an
 * object. As names from its root.
 */
function unrendered(rendered: KubeObject, live: KubeObject): readonly (readonly string[])[] {
  const wanted = appliedPart(rendered);
  const members = Object.keys(live).filter((name) => !SERVERS.has(name) && !Object.hasOwn(wanted, name));
  const spec = { wanted: recordAt(wanted, "spec"), live: recordAt(live, "spec") };
  return [...members.map((name) => [name]), ...unrenderedBelow(spec, ["spec"], below(rootOf(rendered), "spec"))];
}

function unrenderedBelow(
  { wanted, live }: Pair<JsonRecord>,
  path: readonly string[],
  where: Where,
): readonly (readonly string[])[] {
  return Object.entries(live).flatMap(([name, value]) => {
    const at = [...path, name];
    if (!Object.hasOwn(wanted, name)) return isDefault(name, value, where) ? [] : [at];
    const part = wanted[name];
    return isRecord(part) && isRecord(value)
      ? unrenderedBelow({ wanted: part, live: value }, at, below(where, name))
      : [];
  });
}
