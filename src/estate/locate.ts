import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { type ComposedChunk, composeChunk, type Spot } from "./compose-chunk.ts";
import { beginning } from "./parse-chunk.ts";
import type { Path } from "./resource.ts";

/** Finds values of one chunk's documents. The chunk is parsed at the first question and once only. */
export interface Locator {
  /** Where the value at `path` is, or its key; for what is not there, the nearest parent that is. Null without the document. */
  spotOf(documentIndex: number, path: Path, atKey: boolean): Spot | null;
}

export function locator(text: string): Locator {
  let chunk: ComposedChunk | null = null;
  return {
    spotOf(documentIndex, path, atKey) {
      chunk ??= composeChunk(text);
      const document = chunk.documents[documentIndex];
      if (document === undefined) return null;
      const start = beginning(document);
      return chunk.spotOf(path.length === 0 ? start : (offsetOf(document.contents, path, atKey) ?? start));
    },
  };
}

/** The offset of the deepest part of `path` that is in the document; null when not even its first part is. */
function offsetOf(root: Node | null, path: Path, atKey: boolean): number | null {
  const anchors = anchorsOf(root);
  let node = root;
  let found: number | null = null;
  for (const [index, part] of path.entries()) {
    const step = stepInto(node !== null && isAlias(node) ? (anchors.get(node.source) ?? null) : node, part);
    if (step === null) return found;
    const isLast = index === path.length - 1;
    found = isLast && !atKey ? (valueOffset(step.value) ?? step.key) : step.key;
    node = step.value;
  }
  return found;
}

interface Step {
  /** Offset of the key, or of the list item. */
  readonly key: number;
  readonly value: Node | null;
}

function stepInto(node: Node | null, part: string | number): Step | null {
  if (isSeq(node) && typeof part === "number") {
    const value = (node.items[part] as Node | undefined) ?? null;
    const key = value?.range?.[0];
    return key === undefined ? null : { key, value };
  }
  if (!isMap(node)) return null;
  const pair = node.items.find((one) => isScalar(one.key) && one.key.value === part);
  const key = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  return key === undefined ? null : { key, value: (pair?.value as Node | null | undefined) ?? null };
}

/** An empty value has no place of its own. */
function valueOffset(node: Node | null): number | null {
  const range = node?.range;
  return range === undefined || range === null || range[0] === range[1] ? null : range[0];
}

/** Nodes by anchor; walked only to the depth that parsing allows. An alias of a name that is used twice finds the last. */
function anchorsOf(root: Node | null): ReadonlyMap<string, Node> {
  const anchors = new Map<string, Node>();
  const visit = (node: unknown): void => {
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return;
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node)) for (const pair of node.items) visit(pair.value);
    if (isSeq(node)) for (const item of node.items) visit(item);
  };
  visit(root);
  return anchors;
}
