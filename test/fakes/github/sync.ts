import { ACTIONS } from "./create-world.ts";
import { mergeTrees } from "./merging.ts";
import { isPull } from "./present/checks.ts";
import { addressOf } from "./present/git.ts";
import type { PullIssue } from "./present/pulls.ts";
import type { Repo, World } from "./world.ts";

/**
 * Takes in what git has been told behind the API's back: heads that moved, branches that are gone. GitHub does it when a
 * push arrives; here it is done before anybody looks, so that pushes straight into the bare repository count.
 */
export async function syncRepo(world: World, repo: Repo): Promise<void> {
  const open = [...repo.issues.values()].filter(isPull).filter(({ state }) => state === "open");
  if (open.length === 0) return;
  const heads = new Map<Repo, ReadonlyMap<string, string>>();
  for (const side of new Set([repo, ...open.map(({ pull }) => pull.headRepo)])) heads.set(side, await branchesOf(side));
  for (const issue of open) {
    const head = heads.get(issue.pull.headRepo)?.get(issue.pull.headRef);
    const base = heads.get(repo)?.get(issue.pull.baseRef);
    if (head === undefined) closeIssue(world, issue, null);
    else await moveHead(world, repo, { issue, head, base: base ?? issue.pull.baseSha });
  }
}

export async function branchesOf(repo: Repo): Promise<ReadonlyMap<string, string>> {
  const lines = await repo.git.out("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads");
  return new Map(lines.split("\n").flatMap((line) => (line === "" ? [] : [[line.slice(41), line.slice(0, 40)]])));
}

export function closeIssue(
  world: World,
  issue: { state: string; closedAt: Date | null; closedBy: string | null; updatedAt: Date },
  by: string | null,
): void {
  issue.state = "closed";
  issue.closedAt = world.now();
  issue.updatedAt = world.now();
  issue.closedBy = by;
}

interface Heads {
  readonly issue: PullIssue;
  readonly head: string;
  readonly base: string;
}

async function moveHead(world: World, repo: Repo, { issue, head, base }: Heads): Promise<void> {
  const { pull } = issue;
  if (pull.headSha !== head) {
    pull.moves.push({ before: pull.headSha, after: head });
    pull.headSha = head;
    pull.baseSha = base;
    issue.updatedAt = world.now();
    if (repo.protections.get(pull.baseRef)?.dismissStale === true) dismissApprovals(repo, issue.number);
  }
  const of = `${base} ${head}`;
  if (pull.trial?.of === of) return;
  await publishHead(repo, issue);
  pull.trial = { of, sha: await tryMerge(world, repo, { issue, head, base }) };
}

function dismissApprovals(repo: Repo, number: number): void {
  for (const review of repo.reviews.values()) {
    if (review.pull === number && review.state === "APPROVED") review.state = "DISMISSED";
  }
}

/** `refs/pull/N/head`, with a fork's objects brought over. */
async function publishHead(repo: Repo, { number, pull }: PullIssue): Promise<void> {
  const ref = `refs/pull/${number}/head`;
  if (pull.headRepo === repo) await repo.git.run(["update-ref", ref, pull.headSha]);
  else await repo.git.run(["fetch", "--quiet", pull.headRepo.git.dir, `+refs/heads/${pull.headRef}:${ref}`]);
}

/** The trial merge that workflows of `pull_request` check out; null where there is a conflict. */
async function tryMerge(world: World, repo: Repo, { issue, head, base }: Heads): Promise<string | null> {
  const tree = await mergeTrees(repo.git, base, head);
  const ref = `refs/pull/${issue.number}/merge`;
  if (tree === null) {
    await repo.git.run(["update-ref", "-d", ref]);
    return null;
  }
  const person = { name: "GitHub", email: addressOf(world, ACTIONS.bot), date: world.now() };
  const message = `Merge ${head} into ${base}`;
  const sha = await repo.git.writeCommit({ tree, parents: [base, head], message, author: person, committer: person });
  await repo.git.run(["update-ref", ref, sha]);
  return sha;
}
