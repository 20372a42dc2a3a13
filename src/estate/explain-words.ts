import {
  alternatives,
  asBody,
  asText,
  fieldsOf,
  itemsOf,
  membersOf,
  type SchemaBody,
  type SchemaNode,
  type SchemaSet,
} from "./schema-tree.ts";
import { inlineYaml, typeWords } from "./schema-words.ts";

/** `text`, `list of text`, `list or mapping` … */
export function typeOf(schemas: SchemaSet, node: SchemaNode): string {
  const types = alternatives(schemas, node)
    .filter((one) => one.body["type"] !== undefined)
    .map((one) => plainType(schemas, one));
  return [...new Set(types)].join(" or ") || "any value";
}

function plainType(schemas: SchemaSet, node: SchemaNode): string {
  if (node.body["enum"] !== undefined) return "one word of several";
  if (node.body["type"] === "array") {
    const items = itemsOf(schemas, node);
    return items === null ? "list" : `list of ${typeOf(schemas, items)}`;
  }
  if (node.body["type"] !== "object") return typeWords(node.body["type"]);
  return fieldsOf(schemas, node).size === 0 && membersOf(schemas, node) !== null ? "mapping of text" : "mapping";
}

type Sentence = (value: unknown, body: SchemaBody) => string | null;

const several = (value: unknown, noun: string): string => `${String(value)} ${noun}${value === 1 ? "" : "s"}`;

const LIMITS: Readonly<Record<string, Sentence>> = {
  enum: (value) => `one of: ${(Array.isArray(value) ? value : []).map(String).join(", ")}`,
  const: (value) => `always ${String(value)}`,
  format: () => "RFC 3339 with its zone",
  minimum: (value, body) =>
    body["maximum"] === undefined ? `at least ${String(value)}` : `${String(value)} to ${Number(body["maximum"])}`,
  maximum: (value, body) => (body["minimum"] === undefined ? `at most ${String(value)}` : null),
  minLength: (value) => `at least ${several(value, "character")}`,
  maxLength: (value) => `at most ${several(value, "character")}`,
  minItems: (value) => `at least ${several(value, "item")}`,
  maxItems: (value) => `at most ${several(value, "item")}`,
  uniqueItems: () => "no item twice",
  minProperties: (value, body) =>
    value === body["maxProperties"]
      ? `exactly ${several(value, "field")} of those below`
      : `at least ${several(value, "entry").replace("entrys", "entries")}`,
  maxProperties: (value, body) => (value === body["minProperties"] ? null : `at most ${String(value)} entries`),
  pattern: (value) => `pattern ${String(value)}`,
};

/** The schema's limits on a value, in words; those of its alternatives too. */
function limitsOf(schemas: SchemaSet, node: SchemaNode): readonly string[] {
  const found = alternatives(schemas, node).flatMap(({ body }) =>
    Object.entries(LIMITS).flatMap(([keyword, say]) => (keyword in body ? (say(body[keyword], body) ?? []) : [])),
  );
  return [...new Set(found)];
}

/** One line a fact: name and value. */
export function factsOf(
  schemas: SchemaSet,
  node: SchemaNode,
  isRequired: boolean,
): readonly (readonly [name: string, value: string])[] {
  const { body } = node;
  const reference = asText(body["x-reeve-reference"]);
  const items = itemsOf(schemas, node);
  const limits = limitsOf(schemas, node);
  const eachItem = items === null ? [] : limitsOf(schemas, items);
  const examples = Array.isArray(body["examples"]) ? body["examples"] : [];
  return [
    ["type", typeOf(schemas, node)],
    ["required", isRequired ? "yes" : "no"],
    ...("default" in body ? [["default", inlineYaml(body["default"])] as const] : []),
    ...(limits.length > 0 ? [["limits", limits.join("; ")] as const] : []),
    ...(eachItem.length > 0 ? [["each item", eachItem.join("; ")] as const] : []),
    ...(node.form !== null && node.form !== body["description"] ? [["form", node.form] as const] : []),
    ...(reference === null ? [] : [["refers to", reference] as const]),
    ...(body["x-reeve-immutable"] === true ? [["changes", "never: the resource has to be made anew"] as const] : []),
    ...(body["x-reeve-sensitive"] === true ? [["sensitive", "its value is never shown"] as const] : []),
    ...examples.map((example) => ["example", inlineYaml(example)] as const),
  ];
}

/** Names of the fields that must be there. */
export function requiredOf(node: SchemaNode): ReadonlySet<string> {
  const required = node.body["required"];
  return new Set(Array.isArray(required) ? required.map(String) : []);
}

/** A field's first sentence, for tables. */
export function summaryOf(node: SchemaNode): string {
  const text = asText(node.body["description"]) ?? asText(asBody(node.body)["title"]) ?? "";
  return /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replace(/:$/, ".") ?? text;
}
