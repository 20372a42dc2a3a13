import { escapeMarkdown } from "./escape.ts";
import type { ShownReport } from "./report-text.ts";

/** An apply's report for a job's summary. */
export function renderReportMarkdown(report: ShownReport): string {
  const blocked = report.blockers.map(
    ({ message, next }) => `> **Nothing was applied:** ${escapeMarkdown(message)}. ${escapeMarkdown(next)}\n`,
  );
  const rows = report.outcomes.map((outcome) => {
    const next = "next" in outcome ? escapeMarkdown(outcome.next) : "";
    return `| ${outcome.status} | ${escapeMarkdown(outcome.address)} | ${escapeMarkdown(outcome.message)} | ${next} |`;
  });
  const table =
    rows.length === 0 ? [] : ["| outcome | resource | what | what to do |", "| --- | --- | --- | --- |", ...rows];
  return `${[`## Apply of ${escapeMarkdown(report.estate)}`, "", ...blocked, ...table].join("\n")}\n`;
}
