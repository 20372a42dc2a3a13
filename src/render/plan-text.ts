import type { Change } from "../plan/change.ts";
import type { Plan } from "../plan/plan.ts";
import { describePosition } from "../support/position.ts";
import { costLines, describeChangeCost } from "./cost-words.ts";
import { renderDiagnostics } from "./diagnostics-text.ts";
import { escapeText } from "./escape.ts";
import type { Paint } from "./paint.ts";
import { describeField, headline, isDestructive, plural, SIGIL, verdict } from "./words.ts";

/** A plan for a terminal: verdict, destruction, everything else, findings, cost, what is left alone, the next step. */
export function renderPlanText(plan: Plan, paint: Paint): string {
  const ready = plan.changes.filter((change) => change.blocked === undefined);
  const destructive = ready.filter(isDestructive);
  const others = ready.filter((change) => !isDestructive(change));
  const held = plan.changes.filter((change) => change.blocked !== undefined);
  const lines = [
    paint.bold(`Plan for ${plan.estate}${plan.asOf === undefined ? "" : ` as of ${plan.asOf}`}: ${verdict(plan)}`),
    ...plan.blockers.flatMap(({ message, next }) => [paint.bad(`Cannot apply: ${message}`), `    ${next}`]),
    ...section("Destroys", destructive, paint),
    ...section("Changes", others, paint),
    ...section("Held", held, paint),
    ...(plan.diagnostics.length === 0
      ? []
      : ["", paint.bold("Findings"), ...renderDiagnostics(plan.diagnostics, paint)]),
    ...costSection(plan, paint),
    ...untouched(plan, paint),
    ...footer(plan),
  ];
  return `${lines.join("\n")}\n`;
}

function section(title: string, changes: readonly Change[], paint: Paint): readonly string[] {
  if (changes.length === 0) return [];
  return ["", paint.bold(title), ...changes.flatMap((change) => changeLines(change, paint))];
}

function changeLines(change: Change, paint: Paint): readonly string[] {
  const colour = isDestructive(change) ? paint.bad : change.action === "create" ? paint.good : paint.warn;
  const place = change.source === null ? "" : paint.dim(`  ${escapeText(describePosition(change.source))}`);
  return [
    `${colour(`  ${SIGIL[change.action]} ${escapeText(headline(change))}`)}${place}`,
    ...(change.blocked === undefined
      ? []
      : [paint.bad(`      held: ${escapeText(change.blocked.message)}`), `      ${escapeText(change.blocked.next)}`]),
    ...costOf(change).map((line) => `      ${escapeText(line)}`),
    ...change.impact.map((line) => paint.warn(`      ${escapeText(line)}`)),
    ...change.waitsFor.map((line) => `      waits for ${escapeText(line)}`),
    ...change.fields.map((field) => `      ${escapeText(describeField(field))}`),
  ];
}

function costOf({ cost }: Change): readonly string[] {
  return cost === undefined ? [] : [`cost: ${describeChangeCost(cost)}`, ...cost.notes.map((note) => `  ${note}`)];
}

function costSection({ cost, changes }: Plan, paint: Paint): readonly string[] {
  if (cost === undefined) return [];
  const lines = costLines(cost, changes.length > 0);
  const widest = (key: "what" | "monthly"): number => lines.reduce((most, line) => Math.max(most, line[key].length), 0);
  return [
    "",
    paint.bold("Cost, at the expected hours (the fewest to the most)"),
    ...lines.map(({ what, monthly, yearly, beside }) => {
      const month = `${monthly.padEnd(widest("monthly"))} a month`;
      return `  ${what.padEnd(widest("what"))}  ${month}   ${yearly} a year${beside === "" ? "" : `; ${beside}`}`;
    }),
    ...cost.notes.map((note) => `  ${escapeText(note)}`),
  ];
}

function untouched(plan: Plan, paint: Paint): readonly string[] {
  const { foreign, ignored } = plan;
  if (foreign.length + ignored.length === 0) return [];
  return [
    "",
    paint.bold(`Left alone: ${plural(foreign.length, "undeclared resource")}, ${plural(ignored.length, "difference")}`),
    ...foreign.map(
      ({ where, what, suggestedName }) =>
        `  ${escapeText(`${where}: ${what}`)}${suggestedName === null ? "" : `  (reeve import writes it as ${escapeText(suggestedName)})`}`,
    ),
    ...ignored.map((one) => `  ${escapeText(`${one.address} ${one.path}: ${one.why}`)}`),
  ];
}

function footer(plan: Plan): readonly string[] {
  const next = plan.nextChangeAt === null ? [] : [`Time alone changes this plan next at ${plan.nextChangeAt}`];
  if (plan.changes.length === 0) return next.length === 0 ? [] : ["", ...next];
  return ["", ...next, `Digest ${plan.digest}`];
}
