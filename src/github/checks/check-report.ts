/** The check run of a plan. Pure but for its templates. */
import { escapeMarkdown } from "../../render/escape.ts";
import { plural } from "../../render/words.ts";
import { hasErrors } from "../../support/diagnostic.ts";
import { CHECK_LIMIT, checkDetails } from "../comment/details.ts";
import type { CommentFacts } from "../comment/facts.ts";
import { CHECK_LEVELS } from "../comment/levels.ts";
import { cutText } from "../comment/markup.ts";
import { artifactLink, pageOf, summaryLink } from "../comment/page.ts";
import { Shortener } from "../comment/shortener.ts";
import type { CheckConclusion, CheckReport } from "../model.ts";
import { annotationsOf } from "./annotations.ts";

const TITLE = 200;

/** The summary is the plan's page, the text its fields, and its annotations stand at the lines of the documents. */
export function checkReport(facts: CommentFacts): CheckReport {
  const { place, subject } = facts;
  const { shown, more } = annotationsOf(facts);
  const whole = [summaryLink(place), artifactLink(place)];
  const page = pageOf(facts, { room: "a check has room for 65,535 characters", whole, hasDetails: false });
  return {
    name: "reeve plan",
    conclusion: conclusionOf(subject),
    title: cutText(page.present.verdict, TITLE),
    summary: summaryOf(page, more),
    text: "live" in subject ? textOf(subject.live.plan.changes) : null,
    externalId: `reeve:${page.present.digest}`,
    annotations: shown,
    detailsUrl: place.runUrl,
  };
}

/**
 * What must be mended is a failure; what somebody must still allow is action required. A stranger's difference is neutral:
 * it was not planned, so it is no success.
 */
function conclusionOf(subject: CommentFacts["subject"]): CheckConclusion {
  if ("offline" in subject) return hasErrors(subject.offline.diagnostics) ? "failure" : "neutral";
  const { plan, policy } = subject.live;
  if (plan.blockers.length > 0 || hasErrors(plan.diagnostics)) return "failure";
  return policy === null || policy.isAllowed ? "success" : "action_required";
}

function summaryOf(page: ReturnType<typeof pageOf>, unannotated: number): string {
  const beside =
    unannotated === 0 ? "" : `\n${unannotated} more findings and changes have no annotation at their line.\n`;
  for (const level of CHECK_LEVELS.filter((one) => page.atLeast(one) <= CHECK_LIMIT)) {
    const { text, isShownWhole } = page.body(new Shortener(level));
    const summary = `${text}${beside}\n**Next:** ${escapeMarkdown(page.next(isShownWhole))}\n`;
    if (summary.length <= CHECK_LIMIT) return summary;
  }
  throw new RangeError(`no summary fits ${CHECK_LIMIT} characters`);
}

function textOf(changes: Parameters<typeof checkDetails>[0]): string | null {
  const { text, whole } = checkDetails(changes);
  const missing = changes.length - whole.size;
  if (changes.length === 0) return null;
  const note =
    missing === 0
      ? ""
      : `\nThe fields of ${plural(missing, "change")} are not here, or not in full: see the run's summary.\n`;
  return `${text}\n${note}`;
}
