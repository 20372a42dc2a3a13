/** A place in a file of the state repository. Line and column count from 1, as editors do. */
export interface Position {
  /** Relative to the folder that holds the state directory, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `file:line:column`, the form that terminals and editors turn into a link. */
export function describePosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`;
}

/** Order of findings in every report: file, line, column. */
export function comparePositions(a: Position | null, b: Position | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
