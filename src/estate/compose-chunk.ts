import { Composer, type Document, Lexer, LineCounter, Parser } from "yaml";

/** A place in a chunk. Line and column count from 1. */
export interface Spot {
  readonly line: number;
  readonly column: number;
}

/** What is wrong at a place of a chunk. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly at: Spot;
}

/** The YAML documents of one chunk, with their nodes; made to be read once and let go, since they are large. */
export interface ComposedChunk {
  readonly documents: readonly Document.Parsed[];
  /** Set when reading stopped early; `documents` is empty then. */
  readonly refusal: Problem | null;
  spotOf(offset: number): Spot;
}

/** Documents people write nest less than ten levels; the bound keeps recursion shallow and time linear. */
export const MAX_DEPTH = 64;

/** Tokens of one document (a field takes about eight): what bounds time and memory inside the YAML library. */
const MAX_TOKENS = 200_000;

/** After so many misplaced signs the text is no YAML; each error costs the library a stack trace. */
const MAX_ERRORS = 20;

const SCALAR_FOLLOWS = "\u001f";

/** `uniqueKeys` is off because the library checks it in quadratic time; `plainValue` checks it instead. */
const OPTIONS = { version: "1.2", schema: "core", uniqueKeys: false, prettyErrors: false, logLevel: "silent" } as const;

/**
 * Lexes, parses and composes one chunk. The three stages are driven by hand, so that tags, directives and too deep
 * nesting stop the work at the token that shows them.
 */
export function composeChunk(text: string): ComposedChunk {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const spotOf = (offset: number): Spot => toSpot(lines, offset);
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer(OPTIONS);
  const documents: Document.Parsed[] = [];
  let isScalar = false;
  let tokens = 0;
  const errors: number[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    const refusal = isScalar ? null : (refuseLexeme(lexeme) ?? refuseSize(parser.stack.length, tokens));
    if (errors.length > MAX_ERRORS) return { documents: [], refusal: notYaml(spotOf(errors[0] ?? 0)), spotOf };
    if (refusal !== null) return { documents: [], refusal: { ...refusal, at: spotOf(parser.offset) }, spotOf };
    isScalar = lexeme === SCALAR_FOLLOWS;
    for (const token of parser.next(lexeme)) {
      if (token.type === "error") errors.push(token.offset);
      documents.push(...composer.next(token));
    }
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return { documents, refusal: documents.length === 0 ? strayError(composer, spotOf) : null, spotOf };
}

function toSpot(lines: LineCounter, offset: number): Spot {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function refuseLexeme(lexeme: string): Omit<Problem, "at"> | null {
  if (lexeme.startsWith("!")) {
    return {
      code: "yaml-tag",
      message: "a YAML tag (a word that begins with !) is not allowed here",
      hint: "remove the tag; for text that begins with !, or that looks like a number, use quotes",
    };
  }
  if (lexeme.startsWith("%")) {
    return {
      code: "yaml-directive",
      message: "a YAML directive (a line that begins with %) is not allowed here",
      hint: "remove the line: every document is YAML 1.2",
    };
  }
  return null;
}

function refuseSize(depth: number, tokens: number): Omit<Problem, "at"> | null {
  if (depth > MAX_DEPTH + 1) {
    return {
      code: "too-deep",
      message: `lists and mappings nest more than ${MAX_DEPTH} levels deep here`,
      hint: "no kind needs more than a few levels; is a bracket or an indentation wrong?",
    };
  }
  if (tokens <= MAX_TOKENS) return null;
  return {
    code: "too-many-values",
    message: `the document holds more than ${MAX_TOKENS} words and signs up to here`,
    hint: "split it into several documents, separated by ---",
  };
}

function notYaml(at: Spot): Problem {
  return {
    code: "yaml-syntax",
    message: "YAML: this and much that follows is not expected here",
    hint: "is this file YAML at all?",
    at,
  };
}

/** An error of a chunk without any document, for example a lone `...`. */
function strayError(composer: Composer, spotOf: (offset: number) => Spot): Problem | null {
  const error = composer.streamInfo().errors[0];
  if (error === undefined) return null;
  return { code: "yaml-syntax", message: "this is not a YAML document", at: spotOf(error.pos[0]) };
}
