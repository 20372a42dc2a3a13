import type { Diagnostic } from "../support/diagnostic.ts";
import type { Position } from "../support/position.ts";
import type { Declared } from "./assemble-estate.ts";
import { checkDocument } from "./check-document.ts";
import type { Problem, Spot } from "./compose-chunk.ts";
import { type Locator, locator } from "./locate.ts";
import type { ParseCache } from "./parse-cache.ts";
import type { ParsedDocument } from "./parse-chunk.ts";
import type { SchemaFinding } from "./schema-errors.ts";
import type { SchemaSet } from "./schema-tree.ts";
import { type Chunk, splitDocuments } from "./split-documents.ts";

/** Takes files in, one after the other, and keeps no text: documents become resources, faults become diagnostics. */
export interface Intake {
  add(file: string, text: string): void;
  readonly declared: readonly Declared[];
  readonly diagnostics: readonly Diagnostic[];
  readonly documentCount: number;
}

/** A hostile document can be wrong in as many places as it has values; people read the first few. */
const MAX_FINDINGS = 100;

interface DocumentContext {
  readonly file: string;
  readonly chunk: Chunk;
  /** Which document of the file, and of the chunk. */
  readonly index: number;
  readonly indexInChunk: number;
  readonly locate: Locator;
}

export function createIntake(cache: ParseCache, schemas: () => SchemaSet): Intake {
  const declared: Declared[] = [];
  const diagnostics: Diagnostic[] = [];
  let documentCount = 0;
  return {
    declared,
    diagnostics,
    get documentCount() {
      return documentCount;
    },
    add(file, text) {
      let index = 0;
      for (const chunk of splitDocuments(text)) {
        const locate = locator(chunk.text);
        for (const [indexInChunk, parsed] of cache.parse(chunk.text).entries()) {
          const taken = takeDocument(parsed, { file, chunk, index, indexInChunk, locate }, schemas);
          if (taken.declared !== null) declared.push(taken.declared);
          for (const diagnostic of taken.diagnostics) diagnostics.push(diagnostic);
          index += 1;
        }
      }
      documentCount += index;
    },
  };
}

interface Taken {
  readonly declared: Declared | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Faults of YAML first; what the schema finds at the same place is the same fault once more. */
function takeDocument(parsed: ParsedDocument, context: DocumentContext, schemas: () => SchemaSet): Taken {
  const problems = parsed.problems.map((problem) => ofProblem(problem, context));
  if (parsed.value === null) return { declared: null, diagnostics: problems };
  const place = { source: positionOf(parsed.at, context), documentIndex: context.index };
  const { resource, findings } = checkDocument(parsed.value, place, schemas);
  const seen = new Set(problems.map((problem) => placeKey(problem.at)));
  const address =
    resource === null || findings.some((finding) => finding.path[0] === "metadata") ? undefined : resource.address;
  const found = findings.slice(0, MAX_FINDINGS).map((finding) => ofFinding(finding, context, address));
  const diagnostics = [...problems, ...found.filter((diagnostic) => !seen.has(placeKey(diagnostic.at)))];
  const isValid = problems.length === 0 && findings.length === 0;
  return { declared: resource === null ? null : { resource, isValid }, diagnostics };
}

function ofProblem({ at, ...words }: Problem, context: DocumentContext): Diagnostic {
  return { severity: "error", ...words, at: positionOf(at, context) };
}

function ofFinding(finding: SchemaFinding, context: DocumentContext, address: string | undefined): Diagnostic {
  const { path, atKey, ...words } = finding;
  const spot = context.locate.spotOf(context.indexInChunk, path, atKey === true);
  return {
    severity: "error",
    ...words,
    ...(address === undefined ? {} : { address }),
    at: positionOf(spot ?? { line: 1, column: 1 }, context),
  };
}

function positionOf(spot: Spot, { file, chunk }: DocumentContext): Position {
  return { file, line: chunk.firstLine + spot.line - 1, column: spot.column };
}

function placeKey(at: Position | null): string {
  return at === null ? "" : `${at.line}:${at.column}`;
}
