import { type Document, isMap, isScalar, type Node } from "yaml";
import type { Json } from "../support/json.ts";
import { type ComposedChunk, composeChunk, type Problem, type Spot } from "./compose-chunk.ts";
import { describeCharacter, firstHostileInSource } from "./hostile-text.ts";
import { plainValue } from "./plain-value.ts";
import { yamlWords } from "./yaml-words.ts";

/** One YAML document of a chunk: its value, and what is wrong with it as YAML. */
export interface ParsedDocument {
  /** `null` for an empty document, and for one that is no YAML. */
  readonly value: Json;
  /** The `kind` key, or where the document begins. */
  readonly at: Spot;
  readonly problems: readonly Problem[];
}

/** One document of YAML in bytes would do, but characters are what is at hand; for a file of plain text they are equal. */
const MAX_DOCUMENT = 1024 * 1024;

const START: Spot = { line: 1, column: 1 };

/** Parses a chunk. Bounded in time and depth whatever the text is; never throws for what a text holds. */
export function parseChunk(text: string): readonly ParsedDocument[] {
  if (text.length > MAX_DOCUMENT) {
    const message = `the document is longer than 1 MiB (${text.length} characters)`;
    return [
      broken({
        code: "document-too-large",
        message,
        hint: "split it into several documents, separated by ---",
        at: START,
      }),
    ];
  }
  const chunk = composeChunk(text);
  if (chunk.refusal !== null) return [broken(chunk.refusal)];
  const documents = chunk.documents.map((document) => parseDocument(document, chunk));
  if (documents.some((document) => document.problems.length > 0)) return documents;
  const source = sourceProblem(text, chunk);
  return source === null
    ? documents
    : [...documents.slice(0, -1), { ...(documents.at(-1) ?? broken(source)), problems: [source] }];
}

function broken(problem: Problem): ParsedDocument {
  return { value: null, at: problem.at, problems: [problem] };
}

function parseDocument(document: Document.Parsed, chunk: ComposedChunk): ParsedDocument {
  const error = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0])[0];
  if (error !== undefined) {
    const [message, hint] = yamlWords(error.code);
    return broken({ code: "yaml-syntax", message: `YAML: ${message}`, hint, at: chunk.spotOf(error.pos[0]) });
  }
  const at = chunk.spotOf(beginning(document));
  const root: Node | null = document.contents;
  return root === null
    ? { value: null, at, problems: [] }
    : { ...plainValue(root, (offset) => chunk.spotOf(offset)), at };
}

/** Offset of the key `kind`, else of the first value. */
export function beginning(document: Document.Parsed): number {
  const root: Node | null = document.contents;
  const kind = isMap(root)
    ? root.items.find((pair) => isScalar(pair.key) && pair.key.value === "kind")?.key
    : undefined;
  return (isScalar(kind) ? kind.range?.[0] : root?.range?.[0]) ?? 0;
}

/** A control or bidirectional character outside of all values: in a comment it can make a reviewer misread the rest. */
function sourceProblem(text: string, chunk: ComposedChunk): Problem | null {
  const offset = firstHostileInSource(text);
  if (offset < 0) return null;
  const character = describeCharacter(String.fromCodePoint(text.codePointAt(offset) ?? 0));
  return {
    code: "hostile-character",
    message: `${character} may not stand in a document, not even in a comment`,
    hint: "delete the character; it may be invisible",
    at: chunk.spotOf(offset),
  };
}
