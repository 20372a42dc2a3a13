/** Values into a template. Pure. */
import { suggest } from "../../../support/did-you-mean.ts";
import type { Json } from "../../../support/json.ts";
import type { Position } from "../../../support/position.ts";
import { fault, type Template, type TemplateNode } from "./template.ts";

/** Takes the key away whose value it is: for what a document leaves to the cluster. Only Reeve's own values hold it. */
export const OMITTED: unique symbol = Symbol("omitted");

/** What templates may name. */
export interface Values {
  readonly [name: string]: Json | typeof OMITTED | Values;
}

/** Characters that end lines, move cursors or are half of one: no name, address or reason needs them. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** The template with its values. Throws a `UserError` for a name that has no value, or a value that is no plain text. */
export function fill(template: Template, values: Values): Json {
  return fillNode(template.root, values);
}

function fillNode(node: TemplateNode, values: Values): Json {
  switch (node.type) {
    case "literal":
      return node.value;
    case "list":
      return node.items.map((item) => fillNode(item, values));
    case "map":
      return Object.fromEntries(
        node.entries
          .filter(([, value]) => !isOmitted(value, values))
          .map(([key, value]) => [key, fillNode(value, values)]),
      );
    case "value":
      return plain(lookUp(node.reference, values), node.reference.at);
    case "text":
      return node.parts.map((part) => (typeof part === "string" ? part : textOf(part, values))).join("");
  }
}

type Reference = Extract<TemplateNode, { type: "value" }>["reference"];

function isOmitted(node: TemplateNode, values: Values): boolean {
  return node.type === "value" && lookUp(node.reference, values) === OMITTED;
}

/** Own members alone: what every object inherits is no value. */
function lookUp({ path, at }: Reference, values: Values): unknown {
  let value: unknown = values;
  for (const [index, name] of path.entries()) {
    const isKnown = typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name);
    const next: unknown = isKnown ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    if (next === undefined) throw missing(path, at, isObject(value) ? { value, index } : { value: {}, index });
    value = next;
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function missing(
  path: readonly string[],
  at: Position,
  where: { readonly value: object; readonly index: number },
): Error {
  const hint = suggest(path[where.index] ?? "", Object.keys(where.value));
  return fault(at, `there is no value ${path.join(".")}`, { hint });
}

function textOf(reference: Reference, values: Values): string {
  const value = lookUp(reference, values);
  const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (isText) return plainText(String(value), reference.at);
  throw fault(reference.at, `${reference.path.join(".")} is no text: it can only stand alone`);
}

/** The value itself, once all text in it is known to be plain. */
function plain(value: unknown, at: Position): Json {
  if (typeof value === "string") return plainText(value, at);
  if (Array.isArray(value)) return value.map((item) => plain(item, at));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [plainText(key, at), plain(member, at)]));
  }
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return value as Json;
  throw fault(at, "a value that JSON cannot hold");
}

function plainText(text: string, at: Position): string {
  if (!CONTROL.test(text)) return text;
  const message = `${JSON.stringify(text)} holds a control character, which no object of a cluster may get`;
  throw fault(at, message, { hint: "write it without line breaks and control characters" });
}
