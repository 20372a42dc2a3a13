import type { Json } from "../../support/json.ts";
import { isList, isObject, type ListOf, type Scalar, type Schema, type Struct } from "./schema.ts";
import { type Cause, fieldError, fieldNotSupported, fieldRequired } from "./status.ts";

/** What a custom resource's schema forbids: types, required fields, enumerations, bounds. No CEL. */
export function schemaCauses(schema: Schema, value: Json, path = ""): readonly Cause[] {
  if (schema.is === "any") return [];
  if (schema.is === "list") return isList(value) ? listCauses(schema, value, path) : [wrongType(path, "array", value)];
  if (schema.is !== "struct" && schema.is !== "map") return scalarCauses(schema, value, path);
  if (!isObject(value)) return [wrongType(path, "object", value)];
  if (schema.is === "struct") return structCauses(schema, value, path);
  return Object.entries(value).flatMap(([key, item]) => schemaCauses(schema.of, item, `${path}.${key}`));
}

function structCauses(schema: Struct, value: { readonly [key: string]: Json }, path: string): readonly Cause[] {
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const missing = (schema.required ?? [])
    .filter((name) => value[name] === undefined)
    .map((name) => fieldRequired(at(name)));
  const present = Object.entries(value).flatMap(([name, field]) => {
    const below = name === "metadata" && path === "" ? undefined : schema.fields[name];
    return below === undefined ? [] : schemaCauses(below, field, at(name));
  });
  return [...missing, ...present];
}

function listCauses(schema: ListOf, value: readonly Json[], path: string): readonly Cause[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  const few =
    value.length < minItems
      ? [fieldError(path, value.length, `${path} in body should have at least ${minItems} items`)]
      : [];
  const many =
    value.length > maxItems
      ? [
          {
            reason: "FieldValueTooMany",
            message: `Too many: ${value.length}: must have at most ${maxItems} items`,
            field: path,
          },
        ]
      : [];
  return [...few, ...many, ...value.flatMap((item, index) => schemaCauses(schema.of, item, `${path}[${index}]`))];
}

const TYPES: Readonly<Record<Scalar["is"], readonly string[]>> = {
  string: ["string"],
  integer: ["number"],
  number: ["number"],
  boolean: ["boolean"],
  quantity: ["string", "number"],
  intOrString: ["string", "number"],
};

function scalarCauses(schema: Scalar, value: Json, path: string): readonly Cause[] {
  const isWrong = !TYPES[schema.is].includes(typeof value) || (schema.is === "integer" && !Number.isInteger(value));
  if (isWrong) return [wrongType(path, schema.is, value)];
  if (schema.enum !== undefined && !schema.enum.some((one) => one === value)) {
    return [fieldNotSupported(path, value, schema.enum)];
  }
  if (typeof value === "number" && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value))) {
    const bound =
      value < (schema.minimum ?? value)
        ? `greater than or equal to ${schema.minimum}`
        : `less than or equal to ${schema.maximum}`;
    return [fieldError(path, value, `${path} in body should be ${bound}`)];
  }
  const isMatch = schema.pattern === undefined || typeof value !== "string" || new RegExp(schema.pattern).test(value);
  return isMatch ? [] : [fieldError(path, value, `${path} in body should match '${schema.pattern}'`)];
}

function wrongType(path: string, wanted: string, value: Json): Cause {
  const got = typeName(value);
  return {
    reason: "FieldValueTypeInvalid",
    message: `Invalid value: "${got}": ${path} in body must be of type ${wanted}: "${got}"`,
    field: path,
  };
}

function typeName(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return "array";
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}
