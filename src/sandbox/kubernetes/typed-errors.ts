import type { Json } from "../../support/json.ts";
import { printStep, schemaAt } from "./ownership/field-set.ts";
import { stepOfItem } from "./ownership/typed.ts";
import { canonicalQuantity } from "./quantity.ts";
import { isList, isObject, type ListOf, type Scalar, type Schema } from "./schema.ts";

/** What server-side apply says of a value that its schema does not describe, one line a fault. */
export function typedErrors(schema: Schema, value: Json, path = ""): readonly string[] {
  if (value === null || schema.is === "any") return [];
  if (schema.is === "struct" || schema.is === "map") {
    if (!isObject(value)) return [`${path}: expected map, got ${goValue(value)}`];
    return Object.entries(value).flatMap(([name, field]) => {
      const below = schema.is === "map" ? schema.of : schema.fields[name];
      const at = `${path}.${name}`;
      return below === undefined ? [`${at}: field not declared in schema`] : typedErrors(below, field, at);
    });
  }
  if (schema.is === "list") return listErrors(schema, value, path);
  const wanted = wantedOf(schema, value);
  return wanted === null ? [] : [`${path}: expected ${wanted}, got ${goValue(value)}`];
}

function listErrors(schema: ListOf, value: Json, path: string): readonly string[] {
  if (!isList(value)) return [`${path}: expected list, got ${goValue(value)}`];
  const steps = value.map((item) => stepOfItem(schema, item));
  const twice = schema.merge === "atomic" ? undefined : steps.find((step, index) => steps.indexOf(step) < index);
  const duplicate = twice === undefined ? [] : [`${path}: duplicate entries for key ${printStep(twice)}`];
  const items = value.flatMap((item, index) => {
    const step = steps[index];
    const at = schema.merge === "atomic" || step === undefined ? `[${index}]` : printStep(step);
    return typedErrors(schema.of, item, `${path}${at}`);
  });
  return [...duplicate, ...items];
}

/** What the server's own kinds cannot be decoded from: wrong types, and amounts that are none. */
export function decodingErrors(schema: Schema, value: Json): readonly string[] {
  const wrong = typedErrors(schema, value).filter((error) => error.includes(": expected "));
  return [...wrong, ...amountErrors(schema, value, "")];
}

const AMOUNT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function amountErrors(schema: Schema | undefined, value: Json, path: string): readonly string[] {
  if (schema?.is === "quantity") {
    const isAmount = (typeof value !== "string" && typeof value !== "number") || canonicalQuantity(value) !== null;
    return isAmount ? [] : [`${path}: ${AMOUNT}`];
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) =>
      amountErrors(schemaAt(schema, `f:${name}`), item, `${path}.${name}`),
    );
  }
  if (!isList(value) || schema?.is !== "list") return [];
  return value.flatMap((item, index) => amountErrors(schema.of, item, `${path}[${index}]`));
}

/** What would have been right, or null. Amounts and ports may be either. */
function wantedOf(schema: Scalar, value: Json): string | null {
  if (schema.is === "string") return typeof value === "string" ? null : "string";
  if (schema.is === "boolean") return typeof value === "boolean" ? null : "boolean";
  if (schema.is === "integer" || schema.is === "number") {
    return typeof value === "number" ? null : "numeric (int or float)";
  }
  return typeof value === "string" || typeof value === "number" ? null : "scalar";
}

/** As Go prints the value it could not use. */
function goValue(value: Json): string {
  return `&value.valueUnstructured{Value:${typeof value === "string" ? JSON.stringify(value) : goPlain(value)}}`;
}

function goPlain(value: Json): string {
  if (isList(value)) return `[]interface {}{${value.map((item) => goPlain(item)).join(", ")}}`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${goPlain(item)}`);
    return `map[string]interface {}{${members.join(", ")}}`;
  }
  return JSON.stringify(value);
}
