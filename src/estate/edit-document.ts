/** Writes one field into one document of a file, and leaves every other byte as it is. Pure. */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { canonicalJson, type Json } from "../support/json.ts";
import { composeChunk } from "./compose-chunk.ts";
import { parseChunk } from "./parse-chunk.ts";
import { holdsDocument } from "./place-findings.ts";
import { splitDocuments } from "./split-documents.ts";

type Value = string | number | boolean;

export interface FieldEdit {
  /** Which document of the file, as `Resource.documentIndex` counts. */
  readonly documentIndex: number;
  /** Keys from the document's root; all but the last must be there. */
  readonly path: readonly string[];
  readonly value: Value | readonly Value[];
}

/** What goes in, and which characters it replaces. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The file with the field set: added behind its last neighbour where it is missing, replaced in place where it is
 * there, and a list that only grows keeps its items as they are. Null where that cannot be done by one local change:
 * behind an anchor, an alias, or a parent that is no mapping.
 */
export function setField(text: string, edit: FieldEdit): string | null {
  const place = placeOf(text, edit.documentIndex);
  if (place === null) return null;
  const splice = spliceFor(place.chunk, place.index, edit);
  if (splice === null) return null;
  const chunk = place.chunk.slice(0, splice.from) + splice.text + place.chunk.slice(splice.to);
  if (!isAsMeant(place.chunk, chunk, { ...edit, documentIndex: place.index })) return null;
  return text.slice(0, place.offset) + chunk + text.slice(place.offset + place.chunk.length);
}

interface Place {
  readonly chunk: string;
  readonly offset: number;
  /** Which document of the chunk. */
  readonly index: number;
}

function placeOf(text: string, documentIndex: number): Place | null {
  const chunks = splitDocuments(text);
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return { chunk: text, offset: 0, index: documentIndex };
  const skipped = first === undefined || holdsDocument(first) ? 0 : 1;
  const chunk = chunks[documentIndex + skipped];
  if (chunk === undefined) return null;
  const before = chunks.slice(0, documentIndex + skipped);
  return { chunk: chunk.text, offset: before.reduce((sum, one) => sum + one.text.length, 0), index: 0 };
}

function spliceFor(text: string, index: number, { path, value }: FieldEdit): Splice | null {
  let node: Node | null = composeChunk(text).documents[index]?.contents ?? null;
  for (const [depth, key] of path.entries()) {
    if (!isMap(node) || node.anchor !== undefined) return null;
    const pair = pairOf(node, key);
    if (depth === path.length - 1)
      return pair === undefined ? addPair(text, node, key, value) : setPair(text, pair, value);
    node = isNode(pair?.value) ? pair.value : null;
  }
  return null;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function setPair(text: string, pair: Pair, value: FieldEdit["value"]): Splice | null {
  const node = pair.value;
  const range = isNode(node) ? node.range : null;
  if (!isNode(node) || range === undefined || range === null) return null;
  if (!isAlias(node) && node.anchor !== undefined) return null;
  if (isSeq(node) && Array.isArray(value)) {
    const more = addedItems(node, value);
    if (more !== null) return addItems(text, node, more);
  }
  const [from, to] = range;
  if (isSeq(node) && !node.flow) return { from, to: endOf(node) ?? to, text: show(value) };
  if (isScalar(node) && node.type?.startsWith("BLOCK") === true) return null;
  if (from < to) return { from, to, text: show(value) };
  const colon = isNode(pair.key) ? text.indexOf(":", pair.key.range?.[1]) + 1 : 0;
  return colon === 0 ? null : { from: colon, to: colon, text: ` ${show(value)}` };
}

/** The items that `value` has beyond those of the list; null where it is not the list and more. */
function addedItems(list: YAMLSeq, value: readonly Value[]): readonly Value[] | null {
  const isKept = list.items.every((item, index) => isScalar(item) && item.value === value[index]);
  return isKept && list.items.length > 0 && list.items.length < value.length ? value.slice(list.items.length) : null;
}

function addItems(text: string, list: YAMLSeq, items: readonly Value[]): Splice | null {
  const end = endOfLast(list);
  const start = list.range?.[0];
  if (end === null || start === undefined) return null;
  if (list.flow) return { from: end, to: end, text: items.map((item) => `, ${show(item)}`).join("") };
  return addLines(
    text,
    end,
    items.map((item) => `${indentAt(text, start)}- ${show(item)}`),
  );
}

function addPair(text: string, map: YAMLMap, key: string, value: FieldEdit["value"]): Splice | null {
  const start = map.range?.[0];
  const shown = `${key}: ${show(value)}`;
  if (start === undefined) return null;
  if (map.items.length === 0) {
    const inside = start + 1;
    return text[start] === "{" && text[inside] === "}" ? { from: inside, to: inside, text: ` ${shown} ` } : null;
  }
  const end = endOfLast(map);
  if (end === null) return null;
  return map.flow ? { from: end, to: end, text: `, ${shown}` } : addLines(text, end, [indentAt(text, start) + shown]);
}

/** New lines below the line that `end` is on. */
function addLines(text: string, end: number, lines: readonly string[]): Splice {
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const isAtStart = end > 0 && text[end - 1] === "\n";
  const newline = isAtStart ? end - 1 : text.indexOf("\n", end);
  if (newline === -1) return { from: text.length, to: text.length, text: lines.map((line) => eol + line).join("") };
  return { from: newline + 1, to: newline + 1, text: lines.map((line) => line + eol).join("") };
}

/** Blanks up to the column of `offset`: a block's items stand below each other, also behind `- `. */
function indentAt(text: string, offset: number): string {
  return " ".repeat(offset - (text.lastIndexOf("\n", offset - 1) + 1));
}

/** Where the last value inside `node` ends, before comments and white space; null where the library does not say. */
function endOf(node: unknown): number | null {
  if ((isMap(node) || isSeq(node)) && !node.flow) return endOfLast(node);
  return isNode(node) ? (node.range?.[1] ?? null) : null;
}

function endOfLast(node: YAMLMap | YAMLSeq): number | null {
  const last: unknown = node.items.at(-1);
  return isPair(last) ? (endOf(last.value) ?? endOf(last.key)) : endOf(last);
}

function show(value: FieldEdit["value"]): string {
  if (Array.isArray(value)) return `[${value.map((item: Value) => show(item)).join(", ")}]`;
  const text = String(value);
  const isPlain =
    /^(\d+\.\d+\.\d+\.\d+|[A-Za-z][A-Za-z0-9._/-]*)$/.test(text) &&
    !/^(true|false|null|y|n|yes|no|on|off)$/i.test(text);
  return typeof value !== "string" || isPlain ? text : JSON.stringify(text);
}

/** Reads both back: the field is what was meant, and nothing else has moved. */
function isAsMeant(before: string, after: string, edit: FieldEdit): boolean {
  const values = (text: string): readonly Json[] => parseChunk(text).map((document) => document.value);
  const expected = values(before).map((value, index) =>
    index === edit.documentIndex ? withField(value, edit.path, edit.value) : value,
  );
  return canonicalJson(values(after)) === canonicalJson(expected);
}

function withField(json: Json, path: readonly string[], value: FieldEdit["value"]): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const members =
    typeof json === "object" && json !== null && !Array.isArray(json) ? (json as { readonly [key: string]: Json }) : {};
  return { ...members, [key]: withField(members[key] ?? null, rest, value) };
}
