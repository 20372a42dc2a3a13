/** After an apply: what other open pull requests would do may have changed, so they are planned once more. */
import type { GitHubWriter } from "./client/github.ts";
import type { RepositoryName } from "./model.ts";
import { readReviewed, trustedRun } from "./reviewed.ts";

export interface Replanning {
  readonly github: GitHubWriter;
  readonly repository: RepositoryName;
  readonly planWorkflow: string;
}

/** Runs the last plan of every open pull request again that would change one of these. Gives their numbers. */
export async function replanTouching(
  { github, repository, planWorkflow: workflow }: Replanning,
  addresses: ReadonlySet<string>,
): Promise<readonly number[]> {
  if (addresses.size === 0) return [];
  const numbers: number[] = [];
  for (const pull of await github.openPullRequests()) {
    if (pull.isFork) continue;
    const runs = await github.workflowRuns(pull.head.sha, "pull_request");
    const run = trustedRun(runs, pull, { repository, workflow });
    if (run === null) continue;
    const reviewed = await readReviewed(pull, { github, repository, workflow });
    const touches = "plan" in reviewed && reviewed.plan.changes.some(({ address }) => addresses.has(address));
    if (!touches) continue;
    await github.rerun(run.id);
    numbers.push(pull.number);
  }
  return numbers;
}
