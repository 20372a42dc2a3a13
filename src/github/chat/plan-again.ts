/** `/reeve plan`: which run is repeated, or why none is. Pure. */
import type { PullRequest, WorkflowRun } from "../model.ts";
import { type Answer, answer } from "./answer.ts";

/** `runs` are those of the plan's workflow for the pull request's last commit, the latest first. */
export function choosePlanRun(pull: PullRequest, runs: readonly WorkflowRun[], workflow: string): WorkflowRun | Answer {
  const head = pull.head.sha.slice(0, 12);
  if (pull.state === "closed") return answer("refused", "There is nothing to plan: the pull request is closed");
  if (pull.isFork) {
    return answer("refused", "A fork's pull request is not planned with credentials, whoever asks", {
      next: "to take it up, push its commits to a branch of this repository and open a pull request from there",
    });
  }
  const [last] = runs;
  if (last === undefined) {
    return answer("refused", `There is no run of ${workflow} for ${head} to repeat`, {
      next: "push a commit, which starts one; if none starts, see whether GitHub can merge the branch",
    });
  }
  if (last.conclusion === null) {
    return answer("refused", `${head} is being planned already`, { next: "wait for its comment" });
  }
  return last;
}

export function plannedAnswer(pull: PullRequest): Answer {
  return answer("done", `Planning ${pull.head.sha.slice(0, 12)} again`, {
    next: "read the plan's comment, which is edited in place",
  });
}
