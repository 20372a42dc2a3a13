/** After an apply: what other open pull requests would do may have changed, so they are planned once more. */

import { UserError } from "../support/user-error.ts";
import type { GitHubWriter } from "./client/github.ts";
import type { PullRequest, RepositoryName } from "./model.ts";
import { planRuns, readRecorded } from "./reviewed.ts";

export interface Replanning {
  readonly github: GitHubWriter;
  readonly repository: RepositoryName;
  readonly planWorkflow: string;
}

/** Which pull requests are planned again, and why others that should be cannot. */
export interface Replanned {
  readonly numbers: readonly number[];
  readonly refused: ReadonlyMap<number, string>;
}

/** Runs the last plan of every open pull request again that would change one of these. What is applied stays applied. */
export async function replanTouching(replanning: Replanning, addresses: ReadonlySet<string>): Promise<Replanned> {
  const numbers: number[] = [];
  const refused = new Map<number, string>();
  const pulls = addresses.size === 0 ? [] : await replanning.github.openPullRequests();
  for (const pull of pulls.filter(({ isFork }) => !isFork)) {
    try {
      if (await replanOne(replanning, pull, addresses)) numbers.push(pull.number);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refused.set(pull.number, error.message);
    }
  }
  return { numbers, refused };
}

/** By the last run that came to an end, done or failed: a plan that could not be made then may be made now. */
async function replanOne(
  { github, repository, planWorkflow: workflow }: Replanning,
  pull: PullRequest,
  addresses: ReadonlySet<string>,
): Promise<boolean> {
  const place = { github, repository, workflow };
  const [run] = planRuns(await github.workflowRuns(pull.head.sha, "pull_request"), pull, place);
  if (run === undefined || run.conclusion === null) return false;
  const recorded = await readRecorded(pull, run, place);
  if (!("plan" in recorded) || recorded.plan.changes.every(({ address }) => !addresses.has(address))) return false;
  await github.rerun(run.id);
  return true;
}
