import type { PullIssue } from "./present/pulls.ts";
import { hasRole } from "./roles.ts";
import type { CheckRun, Protection, Repo, Review } from "./world.ts";

/** The last opinion of each reviewer: comments change none. */
function opinions(repo: Repo, number: number): readonly Review[] {
  const last = new Map<string, Review>();
  for (const review of repo.reviews.values()) {
    if (review.pull === number && review.state !== "COMMENTED") last.set(review.author, review);
  }
  return [...last.values()];
}

/** Why the branch's protection does not let a pull request in, in GitHub's words; null where it does. */
export function refusalToMerge(repo: Repo, issue: PullIssue, by: string | null): string | null {
  const protection = repo.protections.get(issue.pull.baseRef);
  if (protection === undefined) return null;
  if (by !== null && mayBypass(repo, issue, by)) return null;
  return refusalOfReviews(repo, issue, protection) ?? refusalOfChecks(repo, issue, protection);
}

/** Admins, where the protection is not theirs too. */
export function mayBypass(repo: Repo, { pull }: PullIssue, by: string): boolean {
  return repo.protections.get(pull.baseRef)?.enforceAdmins === false && hasRole(repo, by, "admin");
}

function refusalOfReviews(repo: Repo, issue: PullIssue, { approvals }: Protection): string | null {
  if (approvals === 0) return null;
  const counted = opinions(repo, issue.number).filter(({ author }) => hasRole(repo, author, "write"));
  if (counted.some(({ state }) => state === "CHANGES_REQUESTED")) return "Changes have been requested.";
  const given = counted.filter(({ state, author }) => state === "APPROVED" && author !== issue.author).length;
  if (given >= approvals) return null;
  const plural = approvals === 1 ? "approving review is" : "approving reviews are";
  return `At least ${approvals} ${plural} required by reviewers with write access.`;
}

function refusalOfChecks(repo: Repo, { pull }: PullIssue, { checks }: Protection): string | null {
  return expected(
    checks.filter((name) => !isGreen(repo, pull.headSha, name)),
    checks,
  );
}

function expected(missing: readonly string[], checks: readonly string[]): string | null {
  const [first] = missing;
  if (first === undefined) return null;
  return missing.length === 1
    ? `Required status check "${first}" is expected.`
    : `${missing.length} of ${checks.length} required status checks are expected.`;
}

/** Of a head that is behind its base, no check counts, however green it is: GitHub says no more than that. */
export async function refusalOfBehind(repo: Repo, issue: PullIssue): Promise<string | null> {
  const { checks = [] } = repo.protections.get(issue.pull.baseRef) ?? {};
  return (await isBehind(repo, issue)) ? expected(checks, checks) : null;
}

/** Behind its base, where the branch wants what is merged to be up to date. */
export async function isBehind(repo: Repo, { pull }: PullIssue): Promise<boolean> {
  if (repo.protections.get(pull.baseRef)?.strict !== true) return false;
  const base = await repo.git.resolve(`refs/heads/${pull.baseRef}`);
  return base !== null && !(await repo.git.isAncestor(base, pull.headSha));
}

function isGreen(repo: Repo, sha: string, name: string): boolean {
  const check = latestChecks(repo, sha).findLast((run) => run.name === name);
  if (check !== undefined) return ["success", "neutral", "skipped"].includes(check.conclusion ?? "");
  return repo.statuses.findLast((status) => status.sha === sha && status.context === name)?.state === "success";
}

/** The newest run of each name and App. */
export function latestChecks(repo: Repo, sha: string): readonly CheckRun[] {
  const last = new Map<string, CheckRun>();
  for (const check of repo.checks.values()) {
    if (check.headSha === sha) last.set(`${check.app.id} ${check.name}`, check);
  }
  return [...last.values()];
}

/** Whether a check of the head failed: `unstable`, where nothing requires it. */
export function hasFailure(repo: Repo, sha: string): boolean {
  return latestChecks(repo, sha).some(({ conclusion }) => conclusion === "failure" || conclusion === "timed_out");
}
