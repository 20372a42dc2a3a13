/** What has come to the default branch since the last apply that was done, commit by commit. */
import type { GitHubReader } from "./client/github.ts";
import type { PullRequest, Sha } from "./model.ts";

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

/**
 * Oldest first. `line` is the branch's first-parent line, its tip first. It is followed back to a commit whose apply was done;
 * where none ever was, to `before`, where this push began.
 */
export async function readContributions(
  github: GitHubReader,
  line: readonly Sha[],
  before: Sha,
): Promise<readonly Contribution[]> {
  const applied = await firstIndex(line, (sha) => isApplied(github, sha));
  const pushed = line.indexOf(before);
  const end = applied ?? (pushed < 0 ? line.length : pushed);
  const steps: Step[] = [];
  for (const [index, sha] of line.slice(0, end).entries()) {
    steps.unshift({ sha, parent: line[index + 1] ?? null, pull: await pullOf(github, sha) });
  }
  return groupSteps(steps);
}

/** What one merged pull request brought to the branch; null where its merge is not on this part of the line. */
export async function readContributionOf(
  github: GitHubReader,
  line: readonly Sha[],
  pull: PullRequest,
): Promise<Contribution | null> {
  const at = line.findIndex((sha) => sha === pull.mergeCommit);
  if (at < 0) return null;
  const head = line[at] ?? "";
  // A rebase brought more than its last commit.
  for (const [index, sha] of line.entries()) {
    if (index > at && (await pullOf(github, sha))?.number !== pull.number) return { pull, base: sha, head };
  }
  return { pull, base: null, head };
}

async function firstIndex(line: readonly Sha[], holds: (sha: Sha) => Promise<boolean>): Promise<number | null> {
  for (const [index, sha] of line.entries()) if (await holds(sha)) return index;
  return null;
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

/** Whoever forges this check makes less be applied, never more: what is not asked for is held. */
async function isApplied(github: GitHubReader, sha: Sha): Promise<boolean> {
  const runs = await github.checkRuns(sha, APPLY_CHECK);
  return runs.some(({ isComplete, conclusion }) => isComplete && conclusion === "success");
}

/** The merged one; a commit may be in others that are still open. */
async function pullOf(github: GitHubReader, sha: Sha): Promise<PullRequest | null> {
  const pulls = (await github.pullRequestsOf(sha)).filter(({ mergedAt }) => mergedAt !== null);
  return pulls.find(({ mergeCommit }) => mergeCommit === sha) ?? pulls[0] ?? null;
}
