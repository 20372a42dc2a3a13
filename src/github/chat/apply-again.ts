/** `/reeve apply`: of which pull request, and what came of it. Pure. */
import { type ApplyReport, isComplete } from "../../apply/apply-plan.ts";
import { applyHeadline } from "../comment/apply-texts.ts";
import type { PullRequest, Sha } from "../model.ts";
import { type Answer, answer } from "./answer.ts";

export interface Merged {
  readonly pull: PullRequest;
  readonly defaultBranch: string;
  readonly commentedAt: Date;
}

/** Null where it may go on. */
export function refuseApply({ pull, defaultBranch, commentedAt }: Merged): Answer | null {
  const { mergedAt, base } = pull;
  if (pull.state === "open") {
    return answer("refused", "It is not merged, and nothing is applied before that", {
      next: "have it approved and merge it; the merge applies its plan",
    });
  }
  if (mergedAt === null)
    return answer("refused", "It was closed without being merged: there is nothing of it to apply");
  if (base.ref !== defaultBranch) {
    return answer("refused", `It was merged into ${base.ref}, and only ${defaultBranch} is applied`);
  }
  if (mergedAt > commentedAt) {
    return answer("refused", "It was merged after this comment was written", {
      next: "look at what its merge did; then comment again",
    });
  }
  return null;
}

export function movedAnswer(by: Sha): Answer {
  return answer("refused", `The branch has moved on to ${by.slice(0, 12)} since this job began`, {
    next: "let the apply of that commit end; then comment again",
  });
}

export function appliedAnswer(report: ApplyReport, refusals: ReadonlyMap<number, string>): Answer {
  const isDone = isComplete(report) && refusals.size === 0;
  return answer(isDone ? "done" : "failed", applyHeadline(report, refusals.size), {
    points: [...refusals.values()].map((text) => ({ label: "Refused", text })),
    next: isDone ? "" : "read the apply's comment on this pull request: it says what to do for each change",
  });
}
