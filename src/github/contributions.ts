/** What has come to the default branch since the last apply that was done, commit by commit. */
import type { GitHubReader } from "./client/github.ts";
import type { CheckRun, PullRequest, Sha } from "./model.ts";

/** Commits that came together: those of one pull request, or one that was pushed without any. */
export interface Contribution {
  readonly pull: PullRequest | null;
  /** The branch's tip before it; null where it is the branch's first commit. */
  readonly base: Sha | null;
  /** Its last commit on the branch. */
  readonly head: Sha;
}

/** The name of the check that says that everything up to a commit is applied. */
export const APPLY_CHECK = "reeve apply";

/** One commit on the default branch's first-parent line. */
interface Step {
  readonly sha: Sha;
  readonly parent: Sha | null;
  readonly pull: PullRequest | null;
}

/** A branch as far as it is looked at. */
export interface BranchLine {
  readonly branch: string;
  /** Its first-parent line, its tip first. */
  readonly commits: readonly Sha[];
}

/**
 * Oldest first: what came since a commit whose apply was done, or, where none ever was, since `before`, where this push began,
 * and since whatever an apply that was not done had to carry out.
 */
export async function readContributions(
  github: GitHubReader,
  line: BranchLine,
  before: Sha,
): Promise<readonly Contribution[]> {
  const { commits } = line;
  const waiting = commits.slice(0, await countWaiting(github, commits, before));
  const steps: Step[] = [];
  for (const [index, sha] of waiting.entries()) {
    steps.unshift({ sha, parent: commits[index + 1] ?? null, pull: await pullOf(github, line, sha) });
  }
  return groupSteps(steps);
}

/** What one merged pull request brought to the branch; null where its merge is not on this part of the line. */
export async function readContributionOf(
  github: GitHubReader,
  line: BranchLine,
  pull: PullRequest,
): Promise<Contribution | null> {
  const { commits } = line;
  const at = commits.findIndex((sha) => sha === pull.mergeCommit);
  if (at < 0) return null;
  const head = commits[at] ?? "";
  // A rebase brought more than its last commit.
  for (const [index, sha] of commits.entries()) {
    if (index > at && (await pullOf(github, line, sha))?.number !== pull.number) return { pull, base: sha, head };
  }
  return { pull, base: null, head };
}

/** How many commits at the tip no apply has done yet. */
async function countWaiting(github: GitHubReader, commits: readonly Sha[], before: Sha): Promise<number> {
  const { login, isBot } = await github.viewer();
  const pushed = commits.indexOf(before);
  let waiting = pushed < 0 ? commits.length : pushed;
  for (const [index, sha] of commits.entries()) {
    const runs = (await github.checkRuns(sha, APPLY_CHECK)).filter(({ app }) => !isBot || `${app}[bot]` === login);
    if (runs.some(isSuccess)) return index;
    if (runs.length > 0) waiting = Math.max(waiting, index + 1);
  }
  return waiting;
}

/** Whoever forges such a check makes less be applied, never more: what is not asked for is held. */
function isSuccess({ isComplete, conclusion }: CheckRun): boolean {
  return isComplete && conclusion === "success";
}

/** A pull request that was rebased brought several commits in a row. Pure. */
export function groupSteps(steps: readonly Step[]): readonly Contribution[] {
  const groups: Contribution[] = [];
  for (const { sha, parent, pull } of steps) {
    const last = groups.at(-1);
    const isSame = pull !== null && last?.pull?.number === pull.number;
    if (isSame) groups[groups.length - 1] = { pull, base: last.base, head: sha };
    else groups.push({ pull, base: parent, head: sha });
  }
  return groups;
}

/** The one merged into this very branch; a commit may be in others that are open, or were for another branch. */
async function pullOf(github: GitHubReader, { branch }: BranchLine, sha: Sha): Promise<PullRequest | null> {
  const pulls = await github.pullRequestsOf(sha);
  const merged = pulls.filter(({ mergedAt, base }) => mergedAt !== null && base.ref === branch);
  return merged.find(({ mergeCommit }) => mergeCommit === sha) ?? merged[0] ?? null;
}
