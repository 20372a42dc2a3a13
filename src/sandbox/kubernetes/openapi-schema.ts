import type { Json } from "../../support/json.ts";
import {
  any,
  isObject,
  type JsonObject,
  listIn,
  listOf,
  mapOf,
  objectOf,
  type Scalar,
  type Schema,
  type Struct,
  struct,
  textOf,
} from "./schema.ts";

const SCALARS: Readonly<Record<string, Scalar["is"]>> = {
  string: "string",
  integer: "integer",
  number: "number",
  boolean: "boolean",
};

/** The schema that a CustomResourceDefinition brings, as far as ownership, defaults and plain validation need it. */
export function schemaFromOpenApi(schema: JsonObject): Schema {
  const given = schema.default === undefined ? {} : { default: schema.default };
  if (schema["x-kubernetes-int-or-string"] === true) return { is: "intOrString", ...given };
  const type = textOf(schema.type);
  const scalar = SCALARS[type];
  if (scalar !== undefined) return { is: scalar, ...given, ...bounds(schema) };
  if (type === "array") return listFromOpenApi(schema, given);
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true;
  if (isObject(schema.properties) && !isOpen) return structFromOpenApi(schema, given);
  if (isObject(schema.additionalProperties)) {
    return mapOf(schemaFromOpenApi(schema.additionalProperties), { ...given, atomic: isAtomicMap(schema) });
  }
  return isOpen || type === "" ? any(given) : struct({}, given);
}

type Given = { readonly default?: Json };

function bounds(schema: JsonObject): Partial<Scalar> {
  const values = listIn(schema.enum).filter((one) => typeof one === "string");
  return {
    ...(values.length === 0 ? {} : { enum: values }),
    ...(typeof schema.pattern === "string" ? { pattern: schema.pattern } : {}),
    ...(typeof schema.minimum === "number" ? { minimum: schema.minimum } : {}),
    ...(typeof schema.maximum === "number" ? { maximum: schema.maximum } : {}),
  };
}

function isAtomicMap(schema: JsonObject): boolean {
  return schema["x-kubernetes-map-type"] === "atomic";
}

function structFromOpenApi(schema: JsonObject, given: Given): Struct {
  const fields = Object.entries(objectOf(schema.properties)).map(
    ([name, field]) => [name, schemaFromOpenApi(objectOf(field))] as const,
  );
  const required = listIn(schema.required).map(textOf);
  return struct(Object.fromEntries(fields), { ...given, required, atomic: isAtomicMap(schema) });
}

function listFromOpenApi(schema: JsonObject, given: Given): Schema {
  const of = schemaFromOpenApi(objectOf(schema.items));
  const type = schema["x-kubernetes-list-type"];
  const keys = listIn(schema["x-kubernetes-list-map-keys"]).map(textOf);
  const merge = type === "map" ? keys : type === "set" ? "set" : "atomic";
  return { ...listOf(of, given), merge };
}
