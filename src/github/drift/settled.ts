/** Whether what differs now is drift, or what an apply has still to do. */
import type { Clock } from "../../support/clock.ts";
import type { GitHubReader } from "../client/github.ts";
import { APPLY_CHECK } from "../contributions.ts";
import { readHolder } from "../lock.ts";
import type { CheckRun, RepositoryName, Sha, WorkflowRun } from "../model.ts";
import type { Trees } from "../trees.ts";

/** The branch that is compared with the world, at the commit that is checked out. */
export interface Standpoint {
  readonly github: GitHubReader;
  readonly trees: Trees;
  readonly clock: Clock;
  readonly repository: RepositoryName;
  readonly estate: string;
  readonly branch: string;
  readonly sha: Sha;
  /** `.github/workflows/apply.yml` */
  readonly applyWorkflow: string;
}

/** `isApplied`: all that came to the branch up to this commit was applied, as its own workflow's run has recorded. */
export type Settled =
  | { readonly status: "unsettled"; readonly why: string }
  | { readonly status: "settled"; readonly isApplied: boolean };

/** GitHub has begun the run of a push long before. */
const YOUNG_MS = 3_600_000;

export async function lookWhetherSettled(place: Standpoint): Promise<Settled> {
  const { github, clock, estate, branch, sha } = place;
  const tip = await github.ref(`heads/${branch}`);
  if (tip !== sha) return unsettled(`the branch ${branch} has moved on to ${tip ?? "nothing"}`);
  const holder = await readHolder({ github, clock, estate });
  if (holder !== null) return unsettled(`the apply lock is held by ${holder}`);
  return judgeApply(await readApply(place), `the apply of ${sha.slice(0, 12)}`);
}

/** What is known of a commit's apply. */
export interface ApplyTraces {
  readonly checks: readonly Pick<CheckRun, "isComplete" | "conclusion">[];
  /** Of the apply workflow, for the push of this commit to this branch; the latest first. */
  readonly runs: readonly Pick<WorkflowRun, "conclusion">[];
  /** True where the commit is so new that its push may have no run yet. */
  readonly isYoung: boolean;
}

/**
 * The check alone would not do for `isApplied`: every job of the repository that may write checks can make one. A run of that
 * workflow for a push to that branch is GitHub's own word. Pure.
 */
export function judgeApply({ checks, runs, isYoung }: ApplyTraces, what: string): Settled {
  const [latest] = runs;
  if (latest?.conclusion === null || checks.some(({ isComplete }) => !isComplete)) {
    return unsettled(`${what} is under way`);
  }
  if (latest === undefined && checks.length === 0 && isYoung) return unsettled(`${what} is still to come`);
  const isDone = checks.some(({ conclusion }) => conclusion === "success");
  return { status: "settled", isApplied: isDone && latest?.conclusion === "success" };
}

async function readApply({
  github,
  trees,
  clock,
  repository,
  branch,
  sha,
  applyWorkflow,
}: Standpoint): Promise<ApplyTraces> {
  const [all, workflowRuns, { login, isBot }] = await Promise.all([
    github.checkRuns(sha, APPLY_CHECK),
    github.workflowRuns(sha, "push"),
    github.viewer(),
  ]);
  // An App that looks for drift is often not who applies.
  const apps = new Set(["github-actions", ...(isBot ? [login.replace(/\[bot\]$/, "")] : [])]);
  const home = `${repository.owner}/${repository.name}`.toLowerCase();
  const runs = workflowRuns.filter(
    (run) =>
      run.path === applyWorkflow &&
      run.event === "push" &&
      run.headSha === sha &&
      run.headBranch === branch &&
      run.headRepository.toLowerCase() === home,
  );
  const age = clock.now().getTime() - (await trees.committedAt(sha)).getTime();
  return {
    checks: all.filter(({ app }) => !isBot || apps.has(app)),
    runs: runs.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id),
    isYoung: age >= 0 && age < YOUNG_MS,
  };
}

function unsettled(why: string): Settled {
  return { status: "unsettled", why };
}
