/** What an apply did: the reply on its pull requests, and the issue while something of it is not done. */
import { type ApplyReport, isComplete } from "../../apply/apply-plan.ts";
import { escapeMarkdown, escapeText } from "../../render/escape.ts";
import { plural, SIGIL } from "../../render/words.ts";
import { hiddenKey } from "../hidden-key.ts";
import type { Sha } from "../model.ts";
import type { Rendered } from "./facts.ts";
import { LEVELS } from "./levels.ts";
import { cutText } from "./markup.ts";
import { Shortener } from "./shortener.ts";
import { renderTemplate, type TemplateName } from "./template.ts";

/** What the texts of an apply are rendered from. */
export interface ApplyFacts {
  readonly report: ApplyReport;
  readonly commit: Sha;
  readonly runUrl: string;
  /** The pull requests whose plans it carried out. */
  readonly pulls: readonly { readonly number: number; readonly title: string }[];
  /** Why nothing of a pull request was carried out, by its number. */
  readonly refusals: ReadonlyMap<number, string>;
}

/** GitHub's limit of a comment and of an issue; `keepIssueOpen` puts its key in front. */
const LIMIT = 65_536;
const KEY_ROOM = 200;

/** The key by which the reply of an estate is found again. */
export function applyKey(estate: string): string {
  return `apply:${estate.replaceAll(/[^A-Za-z0-9._-]/g, "_").slice(0, 100)}`;
}

/** A comment, its hidden key first. */
export function renderApplyReply(facts: ApplyFacts, budget: number = LIMIT): Rendered {
  const key = hiddenKey(applyKey(facts.report.estate), { commit: facts.commit });
  const { text, omitted } = fit(facts, "apply-reply", budget - key.length - 1);
  return { text: `${key}\n${text}`, omitted };
}

/** The body of the issue that stays open until a later apply is complete. */
export function renderTrackingIssue(facts: ApplyFacts, budget: number = LIMIT): Rendered {
  return fit(facts, "tracking-issue", budget - KEY_ROOM);
}

/** An apply that did not come to its report. */
export interface BrokenOff {
  readonly estate: string;
  readonly commit: Sha;
  readonly runUrl: string;
  /** What went wrong, one thing a line, in plain words. */
  readonly reasons: readonly string[];
  readonly next: string;
}

/** The issue's body and the check's summary. */
export function renderBrokenOff({ estate, commit, runUrl, reasons, next }: BrokenOff): string {
  const list = reasons.slice(0, MOST_REASONS).map((reason) => `- ${escapeMarkdown(cutText(reason, LONGEST_REASON))}`);
  return [
    `## ⛔ The apply of ${escapeText(cutText(estate, 60))} at ${commit.slice(0, 8)} broke off`,
    "",
    ...list,
    "",
    `What it had done by then, the next one finds done. All of it is in [the run](${runUrl}).`,
    "",
    `**Next:** ${escapeMarkdown(cutText(next, LONGEST_REASON))}`,
    "",
  ].join("\n");
}

const MOST_REASONS = 10;
const LONGEST_REASON = 1000;

function fit(facts: ApplyFacts, template: TemplateName, budget: number): Rendered {
  for (const level of LEVELS) {
    const short = new Shortener(level);
    const view = applyView(facts, short);
    const text = renderTemplate(template, { ...view, omitted: short.omitted() });
    if (text.length <= budget) return { text, omitted: short.omitted() };
  }
  throw new RangeError(`no report fits ${budget} characters`);
}

/** What needs somebody first: failed, then held and skipped, then done. */
function applyView({ report, commit, runUrl, pulls, refusals }: ApplyFacts, short: Shortener): object {
  const of = (...wanted: readonly string[]): ApplyReport["outcomes"] =>
    report.outcomes.filter(({ status }) => wanted.includes(status));
  const [failed, held, done] = [of("failed"), of("held", "skipped"), of("done")];
  const row = (outcome: ApplyReport["outcomes"][number]): object => ({
    sigil: outcome.action === null ? "·" : SIGIL[outcome.action],
    address: short.cut(outcome.address),
    status: outcome.status,
    message: short.cut(outcome.message),
    next: short.cut("next" in outcome ? outcome.next : ""),
  });
  return {
    headline: applyHeadline(report, refusals.size),
    icon: isComplete(report) && refusals.size === 0 ? "✅" : failed.length + report.blockers.length > 0 ? "⛔" : "✋",
    blockers: short.map(report.blockers, "blocker", ({ message, next }) => ({
      message: short.cut(message),
      next: short.cut(next),
    })),
    refused: short.map([...refusals], "refused pull request", ([number, why]) => ({ number, why: short.cut(why) })),
    failed: short.map(failed, "failure", row),
    held: short.map(held, "held change", row),
    done: short.map(done, "done change", row),
    doneCount: plural(done.length, "change"),
    pulls: short.map(pulls, "pull request", ({ number, title }) => ({ number, title: short.cut(title) })),
    next: nextOf(report, refusals.size),
    commit: commit.slice(0, 8),
    digest: report.plan,
    run: { text: "the run", url: runUrl },
  };
}

/** What was done, in one line; `refused` counts pull requests of which nothing was. */
export function applyHeadline({ estate, blockers, outcomes }: ApplyReport, refused: number): string {
  const name = escapeText(cutText(estate, 60));
  if (blockers.length > 0) return `Nothing was applied to ${name}`;
  const counts = (["done", "failed", "held", "skipped"] as const)
    .map((status) => ({ status, count: outcomes.filter((outcome) => outcome.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`);
  if (refused > 0) counts.push(`${plural(refused, "pull request")} refused`);
  return `Applied to ${name}: ${counts.length === 0 ? "nothing to do" : counts.join(", ")}`;
}

function nextOf({ blockers, outcomes }: ApplyReport, refused: number): string {
  const [blocker] = blockers;
  if (blocker !== undefined) return `${blocker.next}.`;
  if (outcomes.some(({ status }) => status === "failed"))
    return "mend what failed and run the apply again; what is done is not done twice.";
  return refused === 0 && outcomes.every(({ status }) => status === "done")
    ? "nothing; all of it is done."
    : "what is held was not reviewed as it is now: a new pull request, or a push to one, plans it again.";
}
