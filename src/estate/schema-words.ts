import { nearest, suggest } from "../support/did-you-mean.ts";
import { showText } from "./hostile-text.ts";
import type { Path } from "./resource.ts";
import { asText, type SchemaBody, type SchemaNode } from "./schema-tree.ts";
import { isSecretPath } from "./secret-names.ts";

/** What a message says, before it has a place. */
export interface Words {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** `spec.reserved[0].range`; names that are no plain words in quotes. */
export function describePath(path: Path): string {
  const parts = path.map((part) => {
    if (typeof part === "number") return `[${part}]`;
    return /^[\w./-]+$/.test(part) ? `.${part.slice(0, 80)}` : `."${showText(part)}"`;
  });
  return parts.join("").replace(/^\./, "") || "the document";
}

/** A value for a message: never one of a field that may hold a secret, never raw, never long. */
export function showValue(value: unknown, path: Path): string {
  if (isSecretPath(path)) return "the value";
  if (typeof value === "string") return `"${showText(value)}"`;
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "a mapping";
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list (- item)",
  object: "a mapping (key: value)",
  null: "nothing",
};

export function typeWords(type: unknown): string {
  const types = Array.isArray(type) ? type : [type];
  return types.map((one) => TYPE_WORDS[String(one)] ?? String(one)).join(" or ");
}

/** What to do about a value of the wrong type. */
export function typeHint(type: unknown, value: unknown, node: SchemaNode | null): string {
  if (type === "string" && (typeof value === "number" || typeof value === "boolean") && fits(String(value), node)) {
    return "put it in quotes";
  }
  if (type === "string" && typeof value === "number" && fits(`${value}s`, node))
    return `write its unit, too: ${value}s, ${value}m or ${value}h`;
  if (type === "boolean" && typeof value === "string")
    return "write true or false without quotes; YAML 1.2 knows no yes and no";
  if ((type === "integer" || type === "number") && typeof value === "string" && isNumeral(value))
    return "write the number without quotes";
  if (type === "array" && typeof value === "string") return `write a list, even of one item: [${exampleItem(node)}]`;
  return exampleHint(node) ?? "see `reeve explain` for the field";
}

function isNumeral(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}

/** True where the text is of the field's form, as far as a pattern tells. */
function fits(text: string, node: SchemaNode | null): boolean {
  const pattern = node?.body["pattern"];
  return typeof pattern !== "string" || new RegExp(pattern, "u").test(text);
}

function exampleItem(node: SchemaNode | null): string {
  const example = firstExample(node?.body);
  return Array.isArray(example) ? example.slice(0, 1).map(inlineYaml).join("") : "…";
}

function firstExample(body: SchemaBody | undefined): unknown {
  const examples = body?.["examples"];
  return Array.isArray(examples) ? examples[0] : undefined;
}

/** `for example …` from the schema, or undefined. */
export function exampleHint(node: SchemaNode | null): string | undefined {
  const example = firstExample(node?.body);
  return example === undefined ? undefined : `for example ${inlineYaml(example)}`;
}

/** A schema's example on one line, as YAML would take it. */
export function inlineYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineYaml).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${key}: ${inlineYaml(member)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  return isPlainScalar(value) ? value : JSON.stringify(value);
}

/** True for text that YAML 1.2 reads as the same text without quotes, inside brackets too. */
function isPlainScalar(text: string): boolean {
  const isWord = /^[A-Za-z0-9/]([\w ./@+=~:-]*[\w/=-])?$/.test(text) && !text.includes(": ");
  return isWord && Number.isNaN(Number(text)) && !/^(?:true|false|null)$/i.test(text);
}

/** What a field asks of a text. */
interface Form {
  readonly pattern: string;
  /** The field's own schema, for its words and examples. */
  readonly node: SchemaNode | null;
}

/** Why a text is not of its field's form. */
export function patternWords(path: Path, value: unknown, { pattern, node }: Form): Words {
  const form = node?.form ?? asText(node?.body["description"]);
  const meant = isSecretPath(path) ? null : otherLetters(value, pattern);
  const example = meant === null ? exampleHint(node) : `write ${inlineYaml(meant)}`;
  return {
    code: "bad-value",
    message: `${describePath(path)}: ${showValue(value, path)} is not of the form that is needed${form === null ? "" : `. ${form}`}`,
    hint: `${example === undefined ? "" : `${example}; `}the pattern is ${pattern}`,
  };
}

/** What the text would be in the letters that the form takes: `84-3a-…` and `#2563eb`; null where it is wrong in another way. */
function otherLetters(value: unknown, pattern: string): string | null {
  if (typeof value !== "string" || value.length > 80) return null;
  const form = new RegExp(pattern, "u");
  const upper = value.trim().toUpperCase();
  const meant = [upper, value.trim().toLowerCase(), upper.replaceAll("-", ":")].find((text) => form.test(text));
  return meant ?? null;
}

/** A value that is none of a few words. A word that is near one of them is no secret. */
export function choiceWords(path: Path, value: unknown, allowed: readonly unknown[]): Words {
  const words = allowed.map(String);
  return {
    code: "bad-value",
    message: `${describePath(path)}: ${showValue(value, path)} is not one of: ${words.join(", ")}`,
    hint: choiceHint(path, value, words),
  };
}

function choiceHint(path: Path, value: unknown, words: readonly string[]): string {
  if (typeof value !== "string") return "write one of them";
  const word = value.slice(0, 80);
  return isSecretPath(path) && nearest(word, words) === null ? "write one of them" : suggest(word, words);
}
