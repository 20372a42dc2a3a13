/** A piece of a file that can be parsed by itself. */
export interface Chunk {
  readonly text: string;
  /** The line of the file that the piece begins at, from 1. */
  readonly firstLine: number;
  /** A piece that begins with `---` holds a document, if an empty one. */
  readonly hasMarker: boolean;
}

const DOCUMENT_START = /^---(?=\s|$)/gm;
/** After `...` directives and bare documents may follow: such a rare file is parsed as a whole. */
const DOCUMENT_END = /^\.\.\.(?=\s|$)/m;

/**
 * Cuts a file at its `---` lines, so that the parse of each document can be kept by its own content. YAML 1.2 (9.1.2,
 * c-forbidden) lets no scalar hold such a line, so the cut is never inside a value.
 */
export function splitDocuments(text: string): readonly Chunk[] {
  if (DOCUMENT_END.test(text)) return [{ text, firstLine: 1, hasMarker: false }];
  const starts = Array.from(text.matchAll(DOCUMENT_START), (match) => match.index);
  const chunks: Chunk[] = [];
  let line = 1;
  const bounds = starts[0] === 0 ? starts : [0, ...starts];
  for (const [index, start] of bounds.entries()) {
    const piece = text.slice(start, bounds[index + 1] ?? text.length);
    chunks.push({ text: piece, firstLine: line, hasMarker: starts[0] === 0 || index > 0 });
    line += countLines(piece);
  }
  return chunks;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
