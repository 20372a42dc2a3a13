import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { Json } from "../support/json.ts";
import { MAX_DEPTH, type Problem, type Spot } from "./compose-chunk.ts";
import { describeCharacter, firstHostile, showText } from "./hostile-text.ts";
import { secretKeyHint } from "./secret-names.ts";

/** Values of one document, repeated ones counted each time they are repeated: what bounds a YAML bomb. */
const MAX_VALUES = 100_000;
const MAX_PROBLEMS = 100;

/** A problem before it has a place. */
type Words = Omit<Problem, "at">;

/** The state of one document's walk. */
interface Walk {
  readonly problems: Problem[];
  /** Nodes by anchor. Documents are walked in their order, so an alias finds the nearest anchor before it. */
  readonly anchors: Map<string, Node>;
  /** Anchored nodes that the walk is inside of: an alias to one of them has no end. */
  readonly open: Set<Node>;
  left: number;
  readonly spotOf: (offset: number) => Spot;
}

/**
 * The plain value of a document's root node and what is wrong with it: aliases that are unknown, endless or too many,
 * keys that are doubled or no text, characters that are refused. Time is bounded by `MAX_VALUES`.
 */
export function plainValue(
  root: Node,
  spotOf: (offset: number) => Spot,
): { value: Json; problems: readonly Problem[] } {
  const walk: Walk = { problems: [], anchors: new Map(), open: new Set(), left: MAX_VALUES, spotOf };
  const value = visit(root, walk, 0);
  return { value, problems: walk.problems };
}

function visit(node: Node | null, walk: Walk, depth: number): Json {
  if (node === null || walk.left < 0) return null;
  walk.left -= 1;
  if (walk.left < 0)
    return refuse(walk, node, {
      code: "too-many-values",
      message: `the document holds more than ${MAX_VALUES} values, repeated ones counted each time`,
      hint: "split the document, and repeat no list of aliases by aliases",
    });
  if (depth > MAX_DEPTH) return refuseDepth(walk, node);
  if (isAlias(node)) return visitAlias(node, walk, depth);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarValue(node.value, node, walk);
  walk.open.add(node);
  const value = isMap(node) ? visitMap(node, walk, depth) : visitList(node, walk, depth);
  walk.open.delete(node);
  return value;
}

/** Ends the walk: a chain of aliases would be as deep at every link that follows. */
function refuseDepth(walk: Walk, node: Node): null {
  walk.left = -1;
  const message = `lists and mappings nest more than ${MAX_DEPTH} levels deep here`;
  return refuse(walk, node, { code: "too-deep", message, hint: "no kind needs more than a few levels" });
}

function visitAlias(node: Alias, walk: Walk, depth: number): Json {
  const name = node.source;
  const target = walk.anchors.get(name);
  if (target === undefined) {
    return refuse(walk, node, {
      code: "unknown-alias",
      message: `no value before this is marked &${showText(name)}`,
      hint: "an anchor (&name) must come before its alias (*name), in the same document; text that begins with * needs quotes",
    });
  }
  if (walk.open.has(target)) {
    return refuse(walk, node, {
      code: "endless-alias",
      message: `*${showText(name)} repeats the value that it is part of`,
      hint: "write the value out",
    });
  }
  return visit(target, walk, depth + 1);
}

function visitList(list: YAMLSeq, walk: Walk, depth: number): Json {
  const values: Json[] = [];
  for (const item of list.items) {
    if (walk.left < 0) break;
    values.push(visit(item as Node | null, walk, depth + 1));
  }
  return values;
}

function visitMap(map: YAMLMap, walk: Walk, depth: number): Json {
  const members: Record<string, Json> = {};
  for (const pair of map.items) {
    if (walk.left < 0) break;
    const key = keyOf(pair, map, walk);
    if (key === null) continue;
    if (Object.hasOwn(members, key)) {
      refuse(walk, pair.key as Node, {
        code: "duplicate-key",
        message: `${showText(key)} is written twice in the same mapping`,
        hint: "keep one of them",
      });
      continue;
    }
    members[key] = visit(pair.value as Node | null, walk, depth + 1);
    const secret = secretWords(key, members[key]);
    if (secret !== null) refuse(walk, pair.key as Node, secret);
  }
  return members;
}

/** The pair's key where it is plain text, else null and a problem. */
function keyOf(pair: Pair, map: YAMLMap, walk: Walk): string | null {
  const node = pair.key;
  if (!isScalar(node) || typeof node.value !== "string") {
    refuse(walk, (node as Node | null) ?? map, {
      code: "key-not-text",
      message: "a key must be text",
      hint: "put the key in quotes",
    });
    return null;
  }
  const key = node.value;
  scalarValue(key, node, walk);
  if (key === "<<") {
    refuse(walk, node, {
      code: "merge-key",
      message: "merge keys (<<) are not part of YAML 1.2",
      hint: "write the fields out; a whole value can be repeated by &name and *name",
    });
    return null;
  }
  if (key !== "__proto__") return key;
  refuse(walk, node, { code: "bad-key", message: "__proto__ is not a field", hint: "remove it" });
  return null;
}

function secretWords(key: string, value: Json | undefined): Words | null {
  const hint = typeof value === "string" || typeof value === "number" ? secretKeyHint(key) : null;
  if (hint === null) return null;
  const message = `${showText(key)} holds a secret; Git holds references to secrets, never secrets`;
  return { code: "secret-in-yaml", message, hint };
}

function scalarValue(value: unknown, node: Node, walk: Walk): Json {
  if (typeof value === "string") return checkedText(value, node, walk);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return refuse(walk, node, {
    code: "not-finite",
    message: "this is not a number that a document can hold",
    hint: "write a plain number, or put text in quotes",
  });
}

function checkedText(text: string, node: Node, walk: Walk): Json {
  const character = firstHostile(text);
  if (character !== null) {
    refuse(walk, node, {
      code: "hostile-character",
      message: `${showText(text)} holds ${describeCharacter(character)}, which no value may hold`,
      hint: hostileHint(character),
    });
  } else if (text.includes("PRIVATE KEY-----")) {
    refuse(walk, node, {
      code: "secret-in-yaml",
      message: "this value is a private key; Git holds references to secrets, never secrets",
      hint: "remove it, refer to a file or variable by a …From field, and replace the key: it has been in the repository",
    });
  }
  return text;
}

function hostileHint(character: string): string {
  if (character === "\n" || character === "\r") return "write the text on one line (after | or > use quotes instead)";
  return "delete the character; it may be invisible, so type the value anew";
}

function refuse(walk: Walk, node: Node, words: Words): null {
  if (walk.problems.length < MAX_PROBLEMS) walk.problems.push({ ...words, at: walk.spotOf(node.range?.[0] ?? 0) });
  return null;
}
