import { canonicalJson, type Json } from "../../../support/json.ts";
import { isList, isObject, type Schema } from "../schema.ts";
import { type FieldSet, fieldSet, isEmptySet, NO_FIELDS, schemaAt } from "./field-set.ts";
import { isAtomic, stepsOf } from "./typed.ts";

/** How two values differ, by field. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const SAME: Comparison = { added: NO_FIELDS, modified: NO_FIELDS, removed: NO_FIELDS };
const KINDS = ["added", "modified", "removed"] as const;

export function isSame(comparison: Comparison): boolean {
  return KINDS.every((kind) => isEmptySet(comparison[kind]));
}

/** Compares the members of two structs, maps, keyed lists or sets. */
export function compare(schema: Schema | undefined, before: Json | undefined, after: Json | undefined): Comparison {
  const befores = stepsOf(schema, before);
  const afters = stepsOf(schema, after);
  const steps = [...new Set([...befores.keys(), ...afters.keys()])];
  const parts = steps.map((step) => {
    const part = { before: befores.get(step), after: afters.get(step), schema: schemaAt(schema, step) };
    return {
      step,
      own: changeOf(part),
      below: isLeafPair(part) ? SAME : compare(part.schema, part.before, part.after),
    };
  });
  const setOf = (kind: (typeof KINDS)[number]): FieldSet =>
    fieldSet(
      parts.filter(({ own }) => own === kind).map(({ step }) => step),
      parts.map(({ step, below }) => [step, below[kind]] as const),
    );
  return { added: setOf("added"), modified: setOf("modified"), removed: setOf("removed") };
}

interface Pair {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly schema: Schema | undefined;
}

function changeOf(pair: Pair): (typeof KINDS)[number] | null {
  if (pair.before === undefined) return "added";
  if (pair.after === undefined) return "removed";
  return isLeafPair(pair) && canonicalJson(pair.before) !== canonicalJson(pair.after) ? "modified" : null;
}

/** Atomic values, scalars, and pairs of which neither has members: null and empty stay told apart. */
function isLeafPair({ before, after, schema }: Pair): boolean {
  return isAtomic(schema) || (!hasMembers(before) && !hasMembers(after));
}

function hasMembers(value: Json | undefined): boolean {
  return isList(value) ? value.length > 0 : isObject(value) && Object.keys(value).length > 0;
}
