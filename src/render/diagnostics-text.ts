import type { Diagnostic, Severity } from "../support/diagnostic.ts";
import { describePosition } from "../support/position.ts";
import { escapeText } from "./escape.ts";
import type { Paint } from "./paint.ts";

const PAINTED = { error: "bad", held: "bad", warning: "warn", notice: "dim" } as const satisfies Record<
  Severity,
  keyof Paint
>;

/** `file:line:column: severity: message [code]`, and what to do below it. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], paint: Paint): readonly string[] {
  return diagnostics.flatMap((one) => {
    const place = one.at === null ? "" : `${describePosition(one.at)}: `;
    const line = `${place}${paint[PAINTED[one.severity]](one.severity)}: ${one.message} ${paint.dim(`[${one.code}]`)}`;
    return one.hint === undefined ? [safe(line)] : [safe(line), `    ${safe(one.hint)}`];
  });
}

/** Escapes all but the colours that Paint itself put in. */
function safe(text: string): string {
  return text
    .split(/(\u001b\[\d+m)/)
    .map((part, index) => (index % 2 === 1 ? part : escapeText(part)))
    .join("");
}
