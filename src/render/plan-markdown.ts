import { readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import type { Change } from "../plan/change.ts";
import type { Plan } from "../plan/plan.ts";
import { packageRoot } from "../support/package-root.ts";
import { describePosition, type Position } from "../support/position.ts";
import { escapeMarkdown, escapeText } from "./escape.ts";
import { describeField, isDestructive, plural, SIGIL, verdict } from "./words.ts";

/** A plan for a pull request's comment or a job's summary, through `templates/plan/plan.md.hbs`. */
export function renderPlanMarkdown(plan: Plan): string {
  const source = readFileSync(join(packageRoot(), "templates/plan/plan.md.hbs"), "utf8");
  return renderPlanTemplate(plan, source);
}

/** The same with another template's text. Values are escaped by the helpers `md` and `text`, never by hand. */
function renderPlanTemplate(plan: Plan, source: string): string {
  const engine = Handlebars.create();
  engine.registerHelper("md", (value: string) => new engine.SafeString(escapeMarkdown(value)));
  engine.registerHelper("text", (value: string) => new engine.SafeString(escapeText(value)));
  const template = engine.compile(source, { strict: true, noEscape: true });
  return `${template(commentOf(plan)).trim()}\n`;
}

function commentOf(plan: Plan): object {
  const ready = plan.changes.filter((change) => change.blocked === undefined);
  const details = plan.changes.flatMap(detailLines);
  return {
    verdict: verdict(plan),
    changes: plan.changes,
    blockers: plan.blockers,
    destructive: ready.filter(isDestructive).map(row),
    groups: groupByKind(ready.filter((change) => !isDestructive(change))),
    held: plan.changes.flatMap(({ address, blocked }) => (blocked === undefined ? [] : [{ address, ...blocked }])),
    waits: plan.changes.flatMap(({ address, waitsFor }) => waitsFor.map((wait) => `${address} waits for ${wait}`)),
    findings: plan.diagnostics.map(({ severity, message, hint, at }) => ({
      severity,
      message,
      hint: hint ?? "",
      place: placeOf(at),
    })),
    untouched: untouched(plan),
    details,
    fence: fenceFor(details),
    nextChangeAt: plan.nextChangeAt,
    digest: plan.digest,
  };
}

function row(change: Change): object {
  const { address, reason } = change;
  return {
    sigil: SIGIL[change.action],
    address,
    reason,
    impact: change.impact.join("; "),
    place: placeOf(change.source),
  };
}

function placeOf(at: Position | null): string {
  return at === null ? "" : describePosition(at);
}

function groupByKind(changes: readonly Change[]): readonly object[] {
  const kinds = Map.groupBy(changes, (change) => change.kind);
  return [...kinds]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, group]) => ({
      kind,
      changes: group.map(({ action, name, reason, impact, fields }) => ({
        sigil: SIGIL[action],
        action,
        name,
        reason,
        impact: impact.join("; "),
        summary: action === "update" ? fields.slice(0, 3).map(describeField).join(", ") : "",
      })),
    }));
}

function untouched({ foreign, ignored }: Plan): string {
  if (foreign.length + ignored.length === 0) return "";
  return `${plural(foreign.length, "undeclared resource")}, ${plural(ignored.length, "difference")}`;
}

/** As a `diff` block colours it: the sign in the first column. */
function detailLines(change: Change): readonly string[] {
  const sign = change.action === "create" ? "+" : isDestructive(change) ? "-" : "!";
  return [`${sign} ${change.address} (${change.action})`, ...change.fields.map((field) => `  ${describeField(field)}`)];
}

/** A fence longer than any run of backticks inside, so that no value can close it. */
function fenceFor(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []);
  return "`".repeat(runs.reduce((most, run) => Math.max(most, run.length + 1), 3));
}
