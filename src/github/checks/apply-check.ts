/** The check run of an apply, on the commit of the default branch. Pure but for its templates. */
import { isComplete } from "../../apply/apply-plan.ts";
import { type ApplyFacts, applyHeadline, renderApplyReply } from "../comment/apply-texts.ts";
import { cutText } from "../comment/markup.ts";
import { APPLY_CHECK } from "../contributions.ts";
import type { CheckConclusion, CheckReport } from "../model.ts";

const LIMIT = 65_535;
const TITLE = 200;

/** Success only where everything that was reviewed is done: it is what the next apply starts from. */
export function applyCheck(facts: ApplyFacts): CheckReport {
  const { report, refusals, runUrl } = facts;
  return {
    name: APPLY_CHECK,
    conclusion: conclusionOf(facts),
    title: cutText(applyHeadline(report, refusals.size), TITLE),
    summary: renderApplyReply(facts, LIMIT).text,
    text: null,
    externalId: `reeve:${report.plan}`,
    annotations: [],
    detailsUrl: runUrl,
  };
}

function conclusionOf({ report, refusals }: ApplyFacts): CheckConclusion {
  if (isComplete(report) && refusals.size === 0) return "success";
  const isFailed = report.blockers.length > 0 || report.outcomes.some(({ status }) => status === "failed");
  return isFailed ? "failure" : "action_required";
}
