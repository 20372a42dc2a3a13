/** Writes one field into one document of a file, or takes it out, and leaves every other byte as it is. Pure. */
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

/** What a field may be set to. */
export type FieldValue = Value | readonly Value[] | { readonly [key: string]: Value };

/** Where a field is or goes. */
export interface FieldPlace {
  /** Which document of the file, as `Resource.documentIndex` counts. */
  readonly documentIndex: number;
  /** Keys from the document's root, and the number of an item where there is a list; the first must be there. */
  readonly path: readonly string[];
}

export interface FieldEdit extends FieldPlace {
  readonly value: FieldValue;
}

/** What goes in, and which characters it replaces. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The file with the field set: added behind its last neighbour where it is missing (with the mappings that it is in), replaced in
 * place where it is there, and a list that only grows keeps its items as they are. Null where that cannot be done by one local
 * change: behind an anchor, an alias, or a parent that is no mapping.
 */
export function setField(text: string, edit: FieldEdit): string | null {
  return editChunk(text, edit.documentIndex, {
    splice: (chunk, index) => spliceFor(chunk, index, edit),
    expected: (document) => withField(document, edit.path, edit.value),
  });
}

/** The file without the field; one that has no such field is as it was. Null where one local change does not do it. */
export function removeField(text: string, { documentIndex, path }: FieldPlace): string | null {
  return editChunk(text, documentIndex, {
    splice: (chunk, index) => removalFor(chunk, index, path),
    expected: (document) => withoutField(document, path),
  });
}

interface ChunkEdit {
  readonly splice: (chunk: string, index: number) => Splice | null;
  /** The document's value, as it is to be. */
  readonly expected: (document: Json) => Json;
}

function editChunk(text: string, documentIndex: number, { splice, expected }: ChunkEdit): string | null {
  const place = placeOf(text, documentIndex);
  if (place === null) return null;
  const found = splice(place.chunk, place.index);
  if (found === null) return null;
  const chunk = place.chunk.slice(0, found.from) + found.text + place.chunk.slice(found.to);
  if (!isAsMeant(place.chunk, chunk, (value, index) => (index === place.index ? expected(value) : value))) return null;
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
    if (isSeq(node)) {
      node = itemOf(node, key);
      continue;
    }
    if (!isMap(node) || node.anchor !== undefined) return null;
    const pair = pairOf(node, key);
    const rest = path.slice(depth + 1);
    if (pair === undefined && (depth > 0 || rest.length === 0))
      return addPair(text, node, `${show(key)}: ${showNested(rest, value)}`);
    if (rest.length === 0) return pair === undefined ? null : setPair(text, pair, value);
    node = isNode(pair?.value) ? pair.value : null;
  }
  return null;
}

/** Null for an item that is not there, and for a list that is shared by an anchor. */
function itemOf(list: YAMLSeq, key: string): Node | null {
  const item: unknown = list.anchor === undefined ? list.items[Number(key)] : undefined;
  return isNode(item) ? item : null;
}

function showNested([key, ...rest]: readonly string[], value: FieldValue): string {
  return key === undefined ? show(value) : `{ ${show(key)}: ${showNested(rest, value)} }`;
}

function removalFor(text: string, index: number, path: readonly string[]): Splice | null {
  let node: Node | null = composeChunk(text).documents[index]?.contents ?? null;
  for (const [depth, key] of path.entries()) {
    if (isSeq(node)) {
      node = itemOf(node, key);
      continue;
    }
    if (!isMap(node) || node.anchor !== undefined) return null;
    const pair = pairOf(node, key);
    if (pair === undefined) return { from: 0, to: 0, text: "" };
    if (depth === path.length - 1) return removePair(text, node, pair);
    node = isNode(pair.value) ? pair.value : null;
  }
  return null;
}

/** An empty block mapping would read back as nothing at all, so the last pair leaves `{}`. */
function removePair(text: string, map: YAMLMap, pair: Pair): Splice | null {
  const from = startOf(pair);
  const end = endOf(pair.value) ?? endOf(pair.key);
  const start = map.range?.[0];
  if (from === null || end === null || start === undefined) return null;
  if (map.items.length === 1) return { from: start, to: map.flow ? (endOf(map) ?? end) : end, text: "{}" };
  if (!map.flow) return removeLines(text, from, end);
  const at = map.items.indexOf(pair);
  const [before, after] = [map.items[at - 1], map.items[at + 1]];
  const next = after === undefined ? null : startOf(after);
  if (next !== null) return { from, to: next, text: "" };
  const last = before === undefined ? null : (endOf(before.value) ?? endOf(before.key));
  return last === null ? null : { from: last, to: end, text: "" };
}

function startOf({ key }: Pair): number | null {
  return isNode(key) ? (key.range?.[0] ?? null) : null;
}

/** Whole lines; null where something else begins on the first of them. */
function removeLines(text: string, from: number, end: number): Splice | null {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  if (text.slice(start, from).trim() !== "") return null;
  const newline = text[end - 1] === "\n" ? end - 1 : text.indexOf("\n", end);
  return { from: start, to: newline === -1 ? text.length : newline + 1, text: "" };
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function setPair(text: string, pair: Pair, value: FieldValue): Splice | null {
  const node = pair.value;
  const range = isNode(node) ? node.range : null;
  if (!isNode(node) || range === undefined || range === null) return null;
  if (!isAlias(node) && node.anchor !== undefined) return null;
  if (isSeq(node) && Array.isArray(value)) {
    const more = addedItems(node, value);
    if (more !== null) return addItems(text, node, more);
  }
  if (isScalar(node) && node.type?.startsWith("BLOCK") === true) return null;
  const [from] = range;
  const to = isScalar(node) || isAlias(node) ? range[1] : (endOf(node) ?? range[1]);
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

/** `shown` is the pair as it is to stand: `key: value`. */
function addPair(text: string, map: YAMLMap, shown: string): Splice | null {
  const start = map.range?.[0];
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

function show(value: FieldValue): string {
  if (isList(value)) return `[${value.map((item) => show(item)).join(", ")}]`;
  if (typeof value === "object")
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${show(key)}: ${show(item)}`)
      .join(", ")} }`;
  const text = String(value);
  const isPlain =
    /^(\d+\.\d+\.\d+\.\d+|\d+[smhdw]|[A-Za-z][A-Za-z0-9._/-]*)$/.test(text) &&
    !/^(true|false|null|y|n|yes|no|on|off)$/i.test(text);
  return typeof value !== "string" || isPlain ? text : JSON.stringify(text);
}

function isItems(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function isList(value: FieldValue): value is readonly Value[] {
  return Array.isArray(value);
}

/** Reads both back: the field is what was meant, and nothing else has moved. */
function isAsMeant(before: string, after: string, expected: (value: Json, index: number) => Json): boolean {
  const values = (text: string): readonly Json[] => parseChunk(text).map((document) => document.value);
  return canonicalJson(values(after)) === canonicalJson(values(before).map(expected));
}

type Members = { readonly [key: string]: Json };

function membersOf(json: Json): Members {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Members) : {};
}

/** The list with one item as `change` makes it. */
function withItem(list: readonly Json[], key: string, change: (item: Json) => Json): Json {
  return list.map((item, index) => (String(index) === key ? change(item) : item));
}

function withoutField(json: Json, [key, ...rest]: readonly string[]): Json {
  if (key !== undefined && rest.length > 0 && isItems(json))
    return withItem(json, key, (item) => withoutField(item, rest));
  const members = membersOf(json);
  if (key === undefined || !Object.hasOwn(members, key)) return json;
  const { [key]: value = null, ...others } = members;
  return rest.length === 0 ? others : { ...others, [key]: withoutField(value, rest) };
}

function withField(json: Json, path: readonly string[], value: FieldValue): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (isItems(json)) return withItem(json, key, (item) => withField(item, rest, value));
  const members = membersOf(json);
  return { ...members, [key]: withField(members[key] ?? null, rest, value) };
}
