import { type Diagnostic, sortDiagnostics } from "../support/diagnostic.ts";
import type { Position } from "../support/position.ts";
import { type Locator, locator } from "./locate.ts";
import { parseChunk } from "./parse-chunk.ts";
import type { Finding } from "./resource.ts";
import { type Chunk, splitDocuments } from "./split-documents.ts";

/** A rule's findings as diagnostics, each at the very value. `readText` gives a file's text, or null where it is gone. */
export function placeFindings(
  findings: readonly Finding[],
  readText: (file: string) => string | null,
): readonly Diagnostic[] {
  const byFile = Map.groupBy(findings, (finding) => finding.resource.source.file);
  return sortDiagnostics([...byFile].flatMap(([file, ofFile]) => placeInFile(file, ofFile, readText)));
}

/** Each file is read once and each of its documents parsed once, however many findings there are. */
function placeInFile(
  file: string,
  findings: readonly Finding[],
  readText: (file: string) => string | null,
): readonly Diagnostic[] {
  const isNeeded = findings.some((finding) => finding.path.length > 0);
  const text = isNeeded ? readText(file) : null;
  const place = text === null ? () => null : createPlacer(file, text);
  const inOrder = findings.toSorted((a, b) => a.resource.documentIndex - b.resource.documentIndex);
  return inOrder.map(({ resource, path, atKey, ...words }) => {
    const at =
      path.length === 0 ? resource.source : (place(resource.documentIndex, path, atKey === true) ?? resource.source);
    return { ...words, address: resource.address, at };
  });
}

type Placer = (documentIndex: number, path: Finding["path"], atKey: boolean) => Position | null;

/** Keeps one parsed document at a time: asked in the order of the file, it parses each once and stays small. */
function createPlacer(file: string, text: string): Placer {
  const chunks = splitDocuments(text);
  const isWhole = chunks.length === 1;
  const offset = chunks[0] === undefined || isWhole || holdsDocument(chunks[0]) ? 0 : 1;
  let current: { readonly index: number; readonly locate: Locator } | null = null;
  return (documentIndex, path, atKey) => {
    const index = isWhole ? 0 : documentIndex + offset;
    const chunk = chunks[index];
    if (chunk === undefined) return null;
    if (current?.index !== index) current = { index, locate: locator(chunk.text) };
    const spot = current.locate.spotOf(isWhole ? documentIndex : 0, path, atKey);
    return spot === null ? null : { file, line: chunk.firstLine + spot.line - 1, column: spot.column };
  };
}

/** A first piece of comments alone is no document. */
export function holdsDocument(chunk: Chunk): boolean {
  return chunk.hasMarker || parseChunk(chunk.text).length > 0;
}
