import { readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import type { Blocked, Change } from "../plan/change.ts";
import type { Plan } from "../plan/plan.ts";
import { packageRoot } from "../support/package-root.ts";
import { describePosition, type Position } from "../support/position.ts";
import { costLines, describeChangeCost } from "./cost-words.ts";
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
    destructiveCosts: ready.some((change) => isDestructive(change) && change.cost !== undefined),
    groups: groupByKind(ready.filter((change) => !isDestructive(change))),
    held: plan.changes.flatMap((change) => (change.blocked === undefined ? [] : [heldLine(change, change.blocked)])),
    isHeld: isHeld(plan),
    cost: costOf(plan),
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

/** As the exit code says it: something waits for a person. */
function isHeld({ changes, diagnostics }: Plan): boolean {
  return (
    changes.some(({ blocked }) => blocked !== undefined) || diagnostics.some(({ severity }) => severity === "held")
  );
}

function row(change: Change): object {
  const { address, reason } = change;
  return {
    sigil: SIGIL[change.action],
    address,
    reason,
    impact: change.impact.join("; "),
    cost: costWords(change),
    place: placeOf(change.source),
  };
}

function heldLine(change: Change, { message, next }: Blocked): object {
  return { address: change.address, message, next, cost: costWords(change) };
}

function costWords({ cost }: Change): string {
  return cost === undefined ? "" : [describeChangeCost(cost), ...cost.notes].join("; ");
}

function costOf({ cost, changes }: Plan): object | null {
  return cost === undefined ? null : { lines: costLines(cost, changes.length > 0), notes: cost.notes };
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
      changes: group.map(lineOf),
    }));
}

function lineOf(change: Change): object {
  const { action, name, reason, impact, fields } = change;
  return {
    sigil: SIGIL[action],
    action,
    name,
    reason,
    impact: impact.join("; "),
    cost: costWords(change),
    summary: action === "update" ? fields.slice(0, 3).map(describeField).join(", ") : "",
  };
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
