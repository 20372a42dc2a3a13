import { type JsonObject, objectOf, textOf } from "./schema.ts";
import { badRequest } from "./status.ts";
import { metadataOf } from "./world.ts";

export type Matcher = (object: JsonObject) => boolean;

const IN = /^([^\s,!=()]+)\s+(in|notin)\s+\(([^)]*)\)$/;
const EQUAL = /^([^\s,!=()]+)\s*(==|!=|=)\s*([^\s,!=()]*)$/;
const PRESENT = /^(!?)\s*([^\s,!=()]+)$/;

/** `a=b,c!=d,e in (f,g),h,!i`. */
export function labelMatcher(selector: string): Matcher {
  const parts = splitOutsideBrackets(selector).map((part) => part.trim());
  const tests = parts.filter((part) => part !== "").map(requirementOf);
  return (object) => tests.every((test) => test(objectOf(metadataOf(object).labels)));
}

function splitOutsideBrackets(selector: string): readonly string[] {
  return selector.split(/,(?![^(]*\))/);
}

function requirementOf(part: string): (labels: JsonObject) => boolean {
  const set = IN.exec(part);
  if (set !== null) {
    const [, key = "", operator, values = ""] = set;
    const wanted = new Set(values.split(",").map((value) => value.trim()));
    const isIn = (labels: JsonObject): boolean => labels[key] !== undefined && wanted.has(textOf(labels[key]));
    return operator === "in" ? isIn : (labels) => !isIn(labels);
  }
  const equal = EQUAL.exec(part);
  if (equal !== null) {
    const [, key = "", operator, value] = equal;
    return operator === "!=" ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const present = PRESENT.exec(part);
  if (present === null) {
    const token = /^(==|!=|=|\(|\))/.exec(part)?.[0] ?? part;
    throw badRequest(`found '${token}', expected: !, identifier, or 'end of string'`);
  }
  const [, not, key = ""] = present;
  return not === "!" ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
}

const FIELDS = ["metadata.name", "metadata.namespace"] as const;

/** By name or namespace, the only fields that every kind can be selected by. */
export function fieldMatcher(selector: string): Matcher {
  const parts = selector.split(",").filter((part) => part !== "");
  const tests = parts.map((part) => {
    const [, field = "", operator, value = ""] = /^([^=!]+)(==|!=|=)(.*)$/.exec(part) ?? [];
    if (!FIELDS.some((one) => one === field)) {
      throw badRequest(`"${field}" is not a known field selector: only ${FIELDS.map((one) => `"${one}"`).join(", ")}`);
    }
    const member = field.slice("metadata.".length);
    return (object: JsonObject): boolean => (textOf(metadataOf(object)[member]) === value) === (operator !== "!=");
  });
  return (object) => tests.every((test) => test(object));
}
