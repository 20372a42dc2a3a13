/** The check run of an apply, on the commit of the default branch. Pure but for its templates. */
import { isComplete } from "../../apply/apply-plan.ts";
import {
  type ApplyFacts,
  applyHeadline,
  type BrokenOff,
  renderApplyReply,
  renderBrokenOff,
} from "../comment/apply-texts.ts";
import { cutText } from "../comment/markup.ts";
import { APPLY_CHECK } from "../contributions.ts";
import type { CheckConclusion, CheckReport, Sha } from "../model.ts";

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

export function brokenCheck(broken: BrokenOff): CheckReport {
  return {
    name: APPLY_CHECK,
    conclusion: "failure",
    title: "The apply broke off",
    summary: renderBrokenOff(broken),
    text: null,
    externalId: "reeve:broken-off",
    annotations: [],
    detailsUrl: broken.runUrl,
  };
}

/** Neither done nor failed: the run of a newer commit carries this one out too. */
export function supersededCheck(by: Sha, runUrl: string): CheckReport {
  return {
    name: APPLY_CHECK,
    conclusion: "neutral",
    title: `Left to the apply of ${by.slice(0, 12)}`,
    summary: `The branch has moved on to ${by}, whose apply carries out this commit too.`,
    text: null,
    externalId: `reeve:superseded:${by}`,
    annotations: [],
    detailsUrl: runUrl,
  };
}

function conclusionOf({ report, refusals }: ApplyFacts): CheckConclusion {
  if (isComplete(report) && refusals.size === 0) return "success";
  const isFailed = report.blockers.length > 0 || report.outcomes.some(({ status }) => status === "failed");
  return isFailed ? "failure" : "action_required";
}
