import type { Json } from "../../../support/json.ts";
import { isObject, type JsonObject, listIn, type Schema, textOf } from "../schema.ts";
import { type Comparison, compare, isSame } from "./compare.ts";
import {
  decodeFields,
  difference,
  encodeFields,
  type FieldSet,
  intersection,
  isEmptySet,
  NO_FIELDS,
  recursiveDifference,
  union,
  withNamedParents,
} from "./field-set.ts";
import { fieldsOf, merge, removeFields } from "./typed.ts";

/** One entry of managedFields, with its fields as a set. */
interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

export type Managers = ReadonlyMap<string, Manager>;

export type Identity = Omit<Manager, "time" | "fields">;

/** An applier is the same one in whichever version it writes. */
function idOf({ name, operation, apiVersion, subresource }: Identity): string {
  return JSON.stringify([name, operation, operation === "Apply" ? "" : apiVersion, subresource]);
}

export function decodeManagers(entries: Json | undefined): Managers {
  const managers = listIn(entries).filter(isObject).map(decodeManager);
  return new Map(managers.map((manager) => [idOf(manager), manager]));
}

function decodeManager(entry: JsonObject): Manager {
  return {
    name: textOf(entry.manager),
    operation: entry.operation === "Apply" ? "Apply" : "Update",
    apiVersion: textOf(entry.apiVersion),
    subresource: textOf(entry.subresource),
    time: typeof entry.time === "string" ? entry.time : undefined,
    fields: decodeFields(entry.fieldsV1),
  };
}

/** Sorted as the server sorts them: appliers first, then by time, then by name. */
export function encodeManagers(managers: Managers): Json[] {
  const key = (manager: Manager): string =>
    [manager.operation, manager.time ?? "", manager.name, manager.apiVersion, manager.subresource].join("\0");
  return [...managers.values()]
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    .map((manager) => ({
      manager: manager.name,
      operation: manager.operation,
      apiVersion: manager.apiVersion,
      ...(manager.time === undefined ? {} : { time: manager.time }),
      fieldsType: "FieldsV1",
      fieldsV1: encodeFields(manager.fields),
      ...(manager.subresource === "" ? {} : { subresource: manager.subresource }),
    }));
}

export interface FieldConflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

interface Change {
  readonly schema: Schema;
  readonly live: JsonObject;
  readonly managers: Managers;
  readonly identity: Identity;
  /** Fields nobody owns: identity of the object, and what this endpoint does not write. */
  readonly ignored: FieldSet;
  readonly time: string;
}

export interface Applied {
  readonly object: JsonObject;
  readonly managers: Managers;
  readonly isSame: boolean;
}

/** Server-side apply: the merged object with its owners, or whose fields are in the way. */
export function applyConfig(
  { schema, live, managers, identity, ignored, time }: Change,
  config: JsonObject,
  force: boolean,
): Applied | readonly FieldConflict[] {
  const id = idOf(identity);
  const last = managers.get(id);
  const fields = recursiveDifference(fieldsOf(schema, config), ignored);
  const claimed = new Map(managers).set(id, { ...identity, time: last?.time, fields });
  const merged = objectAfter(merge(schema, live, config));
  const object = last === undefined ? merged : prune(schema, { merged, last: last.fields, managers: claimed });
  const comparison = without(compare(schema, live, object), ignored);
  const conflicts = conflictsOf(claimed, id, comparison);
  if (conflicts.length > 0 && !force) return conflicts;
  const owners = new Map(takeFrom(claimed, id, comparison));
  const same = isSame(comparison);
  const entry = owners.get(id);
  if (entry !== undefined && !same) owners.set(id, { ...entry, time });
  return { object, managers: owners, isSame: same };
}

/** Any other write: who made it owns what it has changed, at everybody else's cost. */
export function recordUpdate(change: Change, after: JsonObject): Managers {
  const { schema, live, managers, identity, ignored, time } = change;
  const comparison = without(compare(schema, live, after), ignored);
  const owners = new Map(takeFrom(managers, "", comparison));
  const gained = union(comparison.added, comparison.modified);
  if (isEmptySet(gained)) return owners;
  const id = idOf(identity);
  const fields = union(owners.get(id)?.fields ?? NO_FIELDS, gained);
  return owners.set(id, { ...identity, time, fields });
}

function objectAfter(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function without(comparison: Comparison, ignored: FieldSet): Comparison {
  return {
    added: recursiveDifference(comparison.added, ignored),
    modified: recursiveDifference(comparison.modified, ignored),
    removed: recursiveDifference(comparison.removed, ignored),
  };
}

function conflictsOf(managers: Managers, own: string, { added, modified }: Comparison): readonly FieldConflict[] {
  const changed = union(added, modified);
  return [...managers]
    .filter(([id]) => id !== own)
    .map(([, manager]) => ({ manager, fields: intersection(manager.fields, changed) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

/** Everybody but `own` loses what has changed or gone; who has nothing left goes. */
function takeFrom(managers: Managers, own: string, { added, modified, removed }: Comparison): Managers {
  const lost = union(union(added, modified), removed);
  const left = [...managers].map(
    ([id, manager]) => [id, id === own ? manager : { ...manager, fields: difference(manager.fields, lost) }] as const,
  );
  return new Map(left.filter(([, manager]) => !isEmptySet(manager.fields)));
}

interface Pruning {
  readonly merged: JsonObject;
  readonly last: FieldSet;
  readonly managers: Managers;
}

/** Removes what the manager applied last time and no longer does, unless somebody owns it. */
function prune(schema: Schema, { merged, last, managers }: Pruning): JsonObject {
  const named = (set: FieldSet): FieldSet => withNamedParents(set, schema);
  const setOf = (value: Json): FieldSet => named(fieldsOf(schema, value));
  const all = setOf(merged);
  const pruned = removeFields(schema, merged, named(last));
  const owned = [...managers.values()].reduce((sum, { fields }) => union(sum, named(fields)), NO_FIELDS);
  const kept = removeFields(schema, merged, difference(all, union(setOf(pruned), owned)));
  const dangling = intersection(difference(all, setOf(kept)), named(last));
  return objectAfter(removeFields(schema, merged, dangling));
}
