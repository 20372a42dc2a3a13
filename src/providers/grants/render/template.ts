/**
 * A template as data: its YAML is parsed first, and values fill only the scalars that ask for them, so that no value can
 * change what is around it. Pure.
 */
import Handlebars from "handlebars";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Json } from "../../../support/json.ts";
import type { Position } from "../../../support/position.ts";
import { UserError } from "../../../support/user-error.ts";

/** A path of names to a value, with the place that asks for it. */
interface Reference {
  readonly path: readonly string[];
  readonly at: Position;
}

/** One value of a parsed template. */
export type TemplateNode =
  | { readonly type: "literal"; readonly value: Json }
  /** A scalar that is one expression and nothing else: it becomes the value, of whatever type. */
  | { readonly type: "value"; readonly reference: Reference }
  /** Text with expressions in it: it stays one string. */
  | { readonly type: "text"; readonly parts: readonly (string | Reference)[] }
  | { readonly type: "map"; readonly entries: readonly (readonly [string, TemplateNode])[] }
  | { readonly type: "list"; readonly items: readonly TemplateNode[] };

/** One template, parsed. */
export interface Template {
  /** As people find it. */
  readonly file: string;
  readonly root: TemplateNode;
}

/** The text of a template and what to call it in findings. */
export interface TemplateText {
  readonly file: string;
  readonly text: string;
}

interface Parsing {
  readonly file: string;
  readonly lines: LineCounter;
}

const ADVICE = 'a value stands in quotes as "{{name}}": docs/grants.md says what a template may hold';

/** Throws a `UserError` where the text is no template. */
export function parseTemplate({ file, text }: TemplateText): Template {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2", schema: "core", merge: false });
  const parsing = { file, lines };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw fault(positionAt(parsing, problem.pos[0]), problem.message.split("\n")[0] ?? "");
  if (!isMap(document.contents)) throw fault({ file, line: 1, column: 1 }, "a template is one object of a cluster");
  return { file, root: parseNode(document.contents, parsing) };
}

function parseNode(node: unknown, parsing: Parsing): TemplateNode {
  const at = positionOf(node, parsing);
  if (isAlias(node) || hasAnchorOrTag(node)) throw fault(at, "anchors, aliases and tags are not part of a template");
  if (isScalar(node)) return parseScalar(node.value, at);
  if (isSeq(node)) return { type: "list", items: node.items.map((item) => parseNode(item, parsing)) };
  if (!isMap(node)) return { type: "literal", value: null };
  return {
    type: "map",
    entries: node.items.map(({ key, value }) => [keyOf(key, positionOf(key, parsing)), parseNode(value, parsing)]),
  };
}

/** Keys are the template's own words: a value that made one would change the structure. */
function keyOf(key: unknown, at: Position): string {
  const text = isScalar(key) && !hasAnchorOrTag(key) ? key.value : null;
  if (typeof text !== "string" || text === "__proto__") throw fault(at, "a key is a plain word of the template itself");
  if (text.includes("{{")) throw fault(at, "a key cannot be a value");
  return text;
}

function hasAnchorOrTag(node: unknown): boolean {
  const { anchor, tag } = node as { readonly anchor?: string; readonly tag?: string };
  return anchor !== undefined || tag !== undefined;
}

function parseScalar(value: unknown, at: Position): TemplateNode {
  if (typeof value !== "string") return { type: "literal", value: value as Json };
  if (!value.includes("{{")) return { type: "literal", value };
  const parts = parseExpressions(value, at);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return { type: "value", reference: only };
  return { type: "text", parts };
}

/** Handlebars reads the text; of its language there are names and nothing else: no helpers, blocks or partials. */
function parseExpressions(text: string, at: Position): readonly (string | Reference)[] {
  const parts: (string | Reference)[] = [];
  for (const statement of statementsOf(text, at)) {
    if (statement.type === "CommentStatement") continue;
    if (statement.type === "ContentStatement") parts.push((statement as hbs.AST.ContentStatement).value);
    else parts.push({ path: namesOf(statement, at), at });
  }
  return parts.filter((part) => part !== "");
}

function statementsOf(text: string, at: Position): readonly hbs.AST.Statement[] {
  try {
    return Handlebars.parse(text).body;
  } catch (cause) {
    throw fault(at, `Handlebars cannot read ${JSON.stringify(text.slice(0, 80))}`, { cause });
  }
}

function namesOf(statement: hbs.AST.Statement, at: Position): readonly string[] {
  const parts = statement.type === "MustacheStatement" ? plainNames(statement as hbs.AST.MustacheStatement) : null;
  if (parts === null)
    throw fault(at, "an expression is a name, or names with dots between: no helpers, blocks or partials");
  return parts;
}

/** Null for what is more than names. */
function plainNames({ path, params, hash }: hbs.AST.MustacheStatement): readonly string[] | null {
  if (path.type !== "PathExpression" || params.length > 0 || hash !== undefined) return null;
  const { data, depth, parts, original } = path as hbs.AST.PathExpression;
  const isPlain = !data && depth === 0 && parts.length > 0 && original === parts.join(".");
  return isPlain ? parts : null;
}

/** A template's error, at its line. */
export function fault(at: Position, message: string, options: { hint?: string; cause?: unknown } = {}): UserError {
  const { hint = ADVICE, cause } = options;
  return new UserError([{ severity: "error", code: "template", message, hint, at }], { cause });
}

function positionOf(node: unknown, parsing: Parsing): Position {
  return positionAt(parsing, (node as Node | null)?.range?.[0] ?? 0);
}

function positionAt({ file, lines }: Parsing, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
