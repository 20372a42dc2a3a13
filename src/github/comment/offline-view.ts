/** What a stranger's pull request changes in the documents, for its template. Pure. */
import { escapeText } from "../../render/escape.ts";
import { describeField, plural } from "../../render/words.ts";
import type { DocumentDifference } from "../policy/offline-difference.ts";
import type { OfflinePlan, PlanPlace } from "./facts.ts";
import { cutText, lineLink } from "./markup.ts";
import type { Shortener } from "./shortener.ts";

const SIGNS = { added: "+", changed: "~", moved: "»", removed: "-" } as const satisfies Record<
  DocumentDifference["how"],
  string
>;

/** Fields in one document's line. */
const FIELDS = 20;

export function offlineHeadline({ estate, documents, diagnostics }: OfflinePlan): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const counts = (["added", "changed", "moved", "removed"] as const)
    .map((how) => ({ how, count: documents.filter((one) => one.how === how).length }))
    .filter(({ count }) => count > 0)
    .map(({ how, count }) => `${plural(count, "document")} ${how}`);
  const said = counts.length === 0 ? "no document differs" : counts.join(", ");
  return `Offline look at ${escapeText(cutText(estate, 60))}: ${said}${errors === 0 ? "" : `, ${plural(errors, "error")}`}`;
}

export function offlineView(offline: OfflinePlan, place: PlanPlace, short: Shortener): object {
  const { documents, diagnostics } = offline;
  return {
    icon: diagnostics.some(({ severity }) => severity === "error") ? "⛔" : "📄",
    headline: offlineHeadline(offline),
    documents: short.map(documents, "document", (document) => documentView(document, place, short)),
    findings: short.map(diagnostics, "finding", ({ severity, message, hint, at }) => ({
      severity,
      message: short.cut(message),
      hint: short.cut(hint ?? ""),
      link: at === null ? null : lineLink(place, place.head, at),
    })),
  };
}

function documentView(
  { address, how, fields, source, movedFrom }: DocumentDifference,
  place: PlanPlace,
  short: Shortener,
): object {
  const { shown, more } = short.list(fields, "field", Math.min(FIELDS, short.level.list));
  return {
    sign: SIGNS[how],
    address: short.cut(address),
    how,
    movedFrom: short.cut(movedFrom ?? ""),
    fields: shown.map((field) => short.cut(describeField(field))),
    more,
    link: source === null ? null : lineLink(place, how === "removed" ? place.base : place.head, source),
  };
}

export function offlineNext({ diagnostics }: OfflinePlan): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return errors > 0
    ? `mend the ${plural(errors, "error")} above and push.`
    : "somebody who may write here reads this, and pushes the same commits to a branch of this repository to have them planned.";
}
