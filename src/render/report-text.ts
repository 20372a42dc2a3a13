import type { Outcome } from "../plan/outcome.ts";
import { escapeText } from "./escape.ts";
import type { Paint } from "./paint.ts";
import { plural } from "./words.ts";

/** What a report is rendered from; the apply report has more. */
export interface ShownReport {
  readonly estate: string;
  readonly blockers: readonly { readonly message: string; readonly next: string }[];
  readonly outcomes: readonly Outcome[];
}

const PAINTED = { done: "good", failed: "bad", held: "warn", skipped: "dim" } as const satisfies Record<
  Outcome["status"],
  keyof Paint
>;

/** What became of each change, and the count. */
export function renderReportText(report: ShownReport, paint: Paint): string {
  const lines = report.outcomes.flatMap((outcome) => [
    `  ${paint[PAINTED[outcome.status]](outcome.status.padEnd(7))} ${escapeText(`${outcome.address}  ${outcome.message}`)}`,
    ...("next" in outcome ? [`          ${escapeText(outcome.next)}`] : []),
  ]);
  const blocked = report.blockers.flatMap(({ message, next }) => [
    paint.bad(`Nothing was applied: ${escapeText(message)}`),
    `    ${escapeText(next)}`,
  ]);
  return `${[paint.bold(`Apply of ${report.estate}: ${countOutcomes(report)}`), ...blocked, ...lines].join("\n")}\n`;
}

function countOutcomes({ outcomes, blockers }: ShownReport): string {
  if (blockers.length > 0) return "refused";
  if (outcomes.length === 0) return "nothing to do";
  const counts = (["done", "failed", "held", "skipped"] as const).map((status) => ({
    status,
    count: outcomes.filter((outcome) => outcome.status === status).length,
  }));
  const said = counts.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`);
  return `${plural(outcomes.length, "change")}, ${said.join(", ")}`;
}
