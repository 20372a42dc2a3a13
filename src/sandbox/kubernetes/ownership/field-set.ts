import { isObject, type JsonObject, type Schema } from "../schema.ts";

/**
 * Paths of fields, as a tree. A step is spelled as in FieldsV1: `f:name`, `k:{"name":"c"}`, `v:"value"`. A member is a
 * path that is itself in the set; its children are paths below it.
 */
export interface FieldSet {
  readonly members: ReadonlySet<string>;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const NO_FIELDS: FieldSet = { members: new Set(), children: new Map() };

export function isEmptySet({ members, children }: FieldSet): boolean {
  return members.size === 0 && children.size === 0;
}

/** A set from its parts, without branches that hold nothing. */
export function fieldSet(members: Iterable<string>, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  return {
    members: new Set(members),
    children: new Map([...children].filter(([, child]) => !isEmptySet(child))),
  };
}

const NONE: FieldSet = NO_FIELDS;

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const steps = new Set([...a.children.keys(), ...b.children.keys()]);
  return fieldSet(
    [...a.members, ...b.members],
    [...steps].map((step) => [step, union(a.children.get(step) ?? NONE, b.children.get(step) ?? NONE)] as const),
  );
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    [...a.members].filter((step) => b.members.has(step)),
    [...a.children].map(([step, child]) => [step, intersection(child, b.children.get(step) ?? NONE)] as const),
  );
}

/** What is in `a` and not itself in `b`; being below a member of `b` does not count. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    [...a.members].filter((step) => !b.members.has(step)),
    [...a.children].map(([step, child]) => [step, difference(child, b.children.get(step) ?? NONE)] as const),
  );
}

/** What is in `a`, and neither in `b` nor below a member of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return fieldSet(
    [...a.members].filter((step) => !b.members.has(step)),
    [...a.children]
      .filter(([step]) => !b.members.has(step))
      .map(([step, child]) => [step, recursiveDifference(child, b.children.get(step) ?? NONE)] as const),
  );
}

/** The same with declared fields above any member counted as members: removing all below one removes it too. */
export function withNamedParents(set: FieldSet, schema: Schema | undefined): FieldSet {
  const named = [...set.children.keys()].filter(
    (step) => step.startsWith("f:") && schema?.is === "struct" && schema.fields[step.slice(2)] !== undefined,
  );
  return fieldSet(
    [...set.members, ...named],
    [...set.children].map(([step, child]) => [step, withNamedParents(child, schemaAt(schema, step))] as const),
  );
}

export function schemaAt(schema: Schema | undefined, step: string): Schema | undefined {
  if (schema === undefined) return undefined;
  if (schema.is === "list" || schema.is === "map") return schema.of;
  return schema.is === "struct" ? schema.fields[step.slice(2)] : undefined;
}

/** FieldsV1, as managedFields spell a set. */
export function encodeFields(set: FieldSet): JsonObject {
  const steps = [...new Set([...set.members, ...set.children.keys()])].toSorted();
  return Object.fromEntries(steps.map((step) => [step, encodeStep(set, step)]));
}

function encodeStep(set: FieldSet, step: string): JsonObject {
  const child = set.children.get(step);
  if (child === undefined) return {};
  return set.members.has(step) ? { ".": {}, ...encodeFields(child) } : encodeFields(child);
}

export function decodeFields(fields: unknown): FieldSet {
  if (!isObject(fields)) return NO_FIELDS;
  const steps = Object.entries(fields).filter(([step]) => step !== ".");
  return fieldSet(
    steps
      .filter(([, below]) => !isObject(below) || Object.keys(below).length === 0 || "." in below)
      .map(([step]) => step),
    steps.map(([step, below]) => [step, decodeFields(below)] as const),
  );
}

/** Every member as the server prints it in a conflict: `.spec.ports[port=80,protocol="TCP"].name`. */
export function printPaths(set: FieldSet, prefix = ""): readonly string[] {
  const steps = [...new Set([...set.members, ...set.children.keys()])].toSorted();
  return steps.flatMap((step) => {
    const path = `${prefix}${printStep(step)}`;
    const child = set.children.get(step);
    return [...(set.members.has(step) ? [path] : []), ...(child === undefined ? [] : printPaths(child, path))];
  });
}

export function printStep(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith("f:")) return `.${rest}`;
  if (step.startsWith("v:")) return `[=${rest}]`;
  const keys: unknown = JSON.parse(rest);
  const parts = isObject(keys) ? Object.entries(keys) : [];
  return `[${parts.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
