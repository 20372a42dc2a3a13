import { comparePositions, describePosition, type Position } from "./position.ts";

/** `error` stops the run, `held` stops only the resource it is about, `warning` and `notice` stop nothing. */
export type Severity = "error" | "held" | "warning" | "notice";

/** One finding, as every renderer shows it: what, where, why, and what to do next (law 7). */
export interface Diagnostic {
  readonly severity: Severity;
  /** Stable and searchable, for example `duplicate-address`. */
  readonly code: string;
  readonly message: string;
  /** What to do next, where the message does not say it already. */
  readonly hint?: string;
  /** The resource it is about, as Kind/name. */
  readonly address?: string;
  readonly at: Position | null;
}

/** True when the run may not go on. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Sorted by place, then code and message; what says the same of the same place is kept once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
  return [...seen.values()].toSorted(
    (a, b) => comparePositions(a.at, b.at) || compareText(a.code, b.code) || compareText(a.message, b.message),
  );
}

/** `file:line:column: severity: message (hint)` */
export function describeDiagnostic(diagnostic: Diagnostic): string {
  const place = diagnostic.at === null ? "" : `${describePosition(diagnostic.at)}: `;
  const hint = diagnostic.hint === undefined ? "" : `\n    ${diagnostic.hint}`;
  return `${place}${diagnostic.severity}: ${diagnostic.message} [${diagnostic.code}]${hint}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
