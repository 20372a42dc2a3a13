/** What an apply did, said where people look: on the commit, on the pull requests, in the one issue. */
import { isComplete } from "../apply/apply-plan.ts";
import { applyCheck, brokenCheck } from "./checks/apply-check.ts";
import type { GitHubWriter } from "./client/github.ts";
import {
  type ApplyFacts,
  applyKey,
  type BrokenOff,
  renderApplyReply,
  renderBrokenOff,
  renderTrackingIssue,
} from "./comment/apply-texts.ts";
import { keepComment } from "./keyed-comment.ts";
import { closeIssue, keepIssueOpen, type Matter } from "./keyed-issue.ts";

/** The issue that stays open until an apply is complete, a reply on each pull request, and the commit's check. */
export async function tellEverybody(github: GitHubWriter, facts: ApplyFacts, isAll: boolean): Promise<void> {
  const { report, commit, pulls } = facts;
  if (isAll) await keepTrackingIssue(github, facts);
  for (const { number } of pulls) {
    await keepComment(github, { number, key: applyKey(report.estate) }, () => renderApplyReply(facts).text);
  }
  // Last: it says that everything up to this commit is applied and told.
  if (isAll) await github.report(commit, applyCheck(facts));
}

/** An apply that could not begin, or broke off, is as open as one that failed. */
export async function tellBrokenOff(github: GitHubWriter, broken: BrokenOff): Promise<void> {
  await keepIssueOpen(github, trackingIssue(broken.estate), renderBrokenOff(broken));
  await github.report(broken.commit, brokenCheck(broken));
}

async function keepTrackingIssue(github: GitHubWriter, facts: ApplyFacts): Promise<void> {
  const { report, refusals } = facts;
  const matter = trackingIssue(report.estate);
  if (isComplete(report) && refusals.size === 0) await closeIssue(github, matter, renderTrackingIssue(facts).text);
  else await keepIssueOpen(github, matter, renderTrackingIssue(facts).text);
}

function trackingIssue(estate: string): Matter {
  const title = `Reeve could not apply everything to ${estate}`;
  return { key: `tracking:${estate}`, label: "reeve-apply", title };
}
