import type { Json } from "../../../support/json.ts";
import { isList, isObject, type ListOf, type Schema } from "../schema.ts";
import { type FieldSet, fieldSet, NO_FIELDS, schemaAt } from "./field-set.ts";

/** How one item of a keyed list or a set is told apart from the others. */
export function stepOfItem(schema: ListOf, item: Json): string {
  if (schema.merge === "atomic" || schema.merge === "set") return `v:${JSON.stringify(item)}`;
  const keys = schema.merge.toSorted().map((key) => [key, keyOf(schema, item, key)] as const);
  return `k:${JSON.stringify(Object.fromEntries(keys.filter(([, value]) => value !== undefined)))}`;
}

function keyOf(schema: ListOf, item: Json, key: string): Json | undefined {
  const given = isObject(item) ? item[key] : undefined;
  return given ?? (schema.of.is === "struct" ? schema.of.fields[key]?.default : undefined);
}

export function isAtomic(schema: Schema | undefined): boolean {
  if (schema === undefined || schema.is === "any") return true;
  if (schema.is === "list") return schema.merge === "atomic";
  return (schema.is === "struct" || schema.is === "map") && schema.atomic === true;
}

/** The members of a value by step: fields of a struct or map, items of a keyed list or set. */
export function stepsOf(schema: Schema | undefined, value: Json | undefined): ReadonlyMap<string, Json> {
  if (isObject(value)) return new Map(Object.entries(value).map(([name, field]) => [`f:${name}`, field]));
  if (isList(value) && schema?.is === "list") {
    return new Map(value.map((item) => [stepOfItem(schema, item), item]));
  }
  return new Map();
}

/** What a manager owns that has applied `value`. */
export function fieldsOf(schema: Schema | undefined, value: Json): FieldSet {
  const members: string[] = [];
  const children: [string, FieldSet][] = [];
  for (const [step, below] of stepsOf(schema, value)) {
    const belowSchema = schemaAt(schema, step);
    const isDeclared = schema?.is === "struct" && belowSchema !== undefined;
    if (!isDeclared || isLeaf(belowSchema, below)) members.push(step);
    if (!isLeaf(belowSchema, below)) children.push([step, fieldsOf(belowSchema, below)]);
  }
  return fieldSet(members, children);
}

function isLeaf(schema: Schema | undefined, value: Json): boolean {
  if (isAtomic(schema)) return true;
  if (isObject(value)) return Object.keys(value).length === 0;
  return !isList(value);
}

/** `live` with `config` laid over it: config's scalars and atomic values win, everything else is merged. */
export function merge(schema: Schema | undefined, live: Json | undefined, config: Json | undefined): Json | undefined {
  if (config === undefined) return live;
  if (live === undefined || isAtomic(schema)) return config;
  if (isObject(live) && isObject(config)) {
    const names = new Set([...Object.keys(live), ...Object.keys(config)]);
    const merged = [...names].map(
      (name) => [name, merge(schemaAt(schema, `f:${name}`), live[name], config[name])] as const,
    );
    return Object.fromEntries(merged.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  }
  if (isList(live) && isList(config) && schema?.is === "list") return mergeItems(schema, live, config);
  return config;
}

/** Live's order leads; config's new items stand where config has them relative to shared ones. */
function mergeItems(schema: ListOf, live: readonly Json[], config: readonly Json[]): Json {
  const lives = [...stepsOf(schema, live)];
  const configs = [...stepsOf(schema, config)];
  const byStep = new Map(lives);
  const wanted = new Set(configs.map(([step]) => step));
  const done = new Set<string>();
  const merged: Json[] = [];
  let at = 0;
  const takeLiveUntilShared = (): void => {
    for (; at < lives.length; at += 1) {
      const [step, item] = lives[at] ?? ["", null];
      if (wanted.has(step) && !done.has(step)) return;
      if (!wanted.has(step)) merged.push(item);
    }
  };
  for (const [step, item] of configs) {
    takeLiveUntilShared();
    merged.push(merge(schema.of, byStep.get(step), item) ?? item);
    done.add(step);
  }
  takeLiveUntilShared();
  return merged;
}

/** `value` without the members of `fields` and all below them. */
export function removeFields(schema: Schema | undefined, value: Json, fields: FieldSet): Json {
  if (isAtomic(schema)) return value;
  const without = (step: string, item: Json): Json =>
    removeFields(schemaAt(schema, step), item, fields.children.get(step) ?? NO_FIELDS);
  if (isObject(value)) {
    const kept = Object.entries(value).filter(([name]) => !fields.members.has(`f:${name}`));
    return Object.fromEntries(kept.map(([name, field]) => [name, without(`f:${name}`, field)]));
  }
  if (isList(value) && schema?.is === "list") {
    return value.flatMap((item) => {
      const step = stepOfItem(schema, item);
      return fields.members.has(step) ? [] : [without(step, item)];
    });
  }
  return value;
}
