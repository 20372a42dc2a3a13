import type { Json } from "../../support/json.ts";
import { canonicalQuantity } from "./quantity.ts";
import { isList, isObject, type JsonObject, type Schema, type Struct } from "./schema.ts";

/** What a value looks like once the server has decoded it, and what it did not understand. */
export interface Decoded {
  readonly value: JsonObject;
  /** Paths of unknown fields, which are dropped. */
  readonly unknown: readonly string[];
  /** A list or map was given empty, which is not the same as left out though both are kept alike. */
  readonly hasEmpty: boolean;
}

interface Pass {
  /** Custom kinds keep what is empty or null; the server's own lose it in their Go structs. */
  readonly isCustom: boolean;
  readonly unknown: string[];
  hasEmpty: boolean;
}

/** Drops what the schema does not know, what is empty (of the server's own kinds), and spells amounts canonically. */
export function decode(schema: Struct, value: JsonObject, isCustom: boolean): Decoded {
  const pass: Pass = { isCustom, unknown: [], hasEmpty: false };
  const decoded = decodeStruct(schema, { value, path: "" }, pass);
  return { value: decoded, unknown: pass.unknown, hasEmpty: pass.hasEmpty };
}

interface At<Value> {
  readonly value: Value;
  readonly path: string;
}

function decodeStruct(schema: Struct, { value, path }: At<JsonObject>, pass: Pass): JsonObject {
  const kept: [string, Json][] = [];
  for (const [name, field] of Object.entries(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    const fieldSchema = schema.fields[name];
    if (fieldSchema === undefined) {
      pass.unknown.push(at);
      continue;
    }
    const decoded = decodeValue(fieldSchema, { value: field, path: at }, pass);
    const dropped = isDropped(fieldSchema, decoded, pass);
    if (!dropped) kept.push([name, decoded]);
    else if (isList(decoded) || isObject(decoded)) pass.hasEmpty = true;
  }
  return Object.fromEntries(kept);
}

function decodeValue(schema: Schema, { value, path }: At<Json>, pass: Pass): Json {
  if (schema.is === "struct" && isObject(value)) return decodeStruct(schema, { value, path }, pass);
  if (schema.is === "map" && isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, decodeValue(schema.of, { value: item, path: `${path}.${key}` }, pass)] as const,
    );
    return Object.fromEntries(
      entries.map(([key, item]) => [key, item === null && !pass.isCustom ? zeroOf(schema.of) : item]),
    );
  }
  if (schema.is === "list" && isList(value)) {
    return value.map((item, index) => decodeValue(schema.of, { value: item, path: `${path}[${index}]` }, pass));
  }
  if (schema.is === "quantity" && (typeof value === "string" || typeof value === "number")) {
    return canonicalQuantity(value) ?? value;
  }
  return value;
}

function zeroOf(schema: Schema): Json {
  if (schema.is === "string" || schema.is === "quantity") return schema.is === "string" ? "" : "0";
  if (schema.is === "boolean") return false;
  return schema.is === "integer" || schema.is === "number" ? 0 : {};
}

function isDropped(schema: Schema, value: Json, pass: Pass): boolean {
  if (pass.isCustom) return value === null && schema.default !== undefined;
  if (value === null) return schema.is !== "any";
  if (schema.keep === true || schema.is === "struct" || schema.is === "any") return false;
  if (isList(value)) return value.length === 0;
  return isObject(value) ? Object.keys(value).length === 0 : value === "" || value === 0 || value === false;
}

/** The value with the schema's defaults wherever a field is absent and its parent is not. */
export function withDefaults(schema: Schema, value: Json): Json {
  if (schema.is === "struct" && isObject(value)) {
    const filled: Record<string, Json> = { ...value };
    for (const [name, field] of Object.entries(schema.fields)) {
      const given = value[name] ?? field.default;
      if (given !== undefined) filled[name] = withDefaults(field, given);
    }
    return filled;
  }
  if (schema.is === "map" && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDefaults(schema.of, item)]));
  }
  return schema.is === "list" && isList(value) ? value.map((item) => withDefaults(schema.of, item)) : value;
}
