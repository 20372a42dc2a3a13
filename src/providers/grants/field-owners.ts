/** Who owns which fields, in the server's own notation (FieldsV1). Pure. */
import type { Json } from "../../support/json.ts";
import type { KubeObject } from "./kube-object.ts";
import { managedFieldsOf } from "./live.ts";
import { isRecord, type JsonRecord, recordAt, textAt } from "./render/json-walk.ts";

/** One manager's part of an object. */
export interface OwnedFields {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  /** When it last wrote, RFC 3339; empty where that is not kept. */
  readonly time: string;
  readonly fields: JsonRecord;
}

/** What managers own, but for status and other parts that are written apart. */
export function ownersOf(object: KubeObject): readonly OwnedFields[] {
  return managedFieldsOf(object)
    .filter((entry) => textAt(entry, "subresource") === "")
    .map((entry) => ({
      manager: textAt(entry, "manager"),
      operation: textAt(entry, "operation"),
      apiVersion: textAt(entry, "apiVersion"),
      time: textAt(entry, "time"),
      fields: recordAt(entry, "fieldsV1"),
    }));
}

/** True for what Reeve applied: its patches are not told apart from anybody's who uses its name. */
export function isOurs({ manager, operation }: OwnedFields, fieldManager: string): boolean {
  return manager === fieldManager && operation === "Apply";
}

/** A member, an item of a keyed list, or an item of a set, as one step down. */
export type Step =
  | { readonly by: "name"; readonly name: string }
  | { readonly by: "keys"; readonly keys: JsonRecord }
  | { readonly by: "value"; readonly value: Json };

/** Steps below a node, with what is owned below each; none for a leaf. */
export function stepsBelow(fields: JsonRecord): readonly OwnedStep[] {
  const steps: OwnedStep[] = [];
  for (const key of Object.keys(fields)) {
    if (key !== ".") steps.push([key, recordAt(fields, key)]);
  }
  return steps;
}

export type OwnedStep = readonly [key: string, below: JsonRecord];

/** Null for a notation that is not known. */
export function readStep(key: string): Step | null {
  const rest = key.slice(2);
  if (key.startsWith("f:")) return { by: "name", name: rest };
  if (key.startsWith("v:")) return { by: "value", value: JSON.parse(rest) as Json };
  const keys: unknown = key.startsWith("k:") ? JSON.parse(rest) : null;
  return isRecord(keys) ? { by: "keys", keys } : null;
}

/** Where in a list an item is; -1 for nowhere. */
export function indexOf(list: Json | undefined, step: Exclude<Step, { by: "name" }>): number {
  if (!Array.isArray(list)) return -1;
  return list.findIndex((item: Json) => (step.by === "value" ? item === step.value : hasKeys(item, step.keys)));
}

function hasKeys(item: Json, keys: JsonRecord): boolean {
  return isRecord(item) && Object.entries(keys).every(([name, value]) => (item[name] ?? KEY_DEFAULTS[name]) === value);
}

/** Of keys that may be left out. */
const KEY_DEFAULTS: Readonly<Record<string, Json>> = { protocol: "TCP" };
