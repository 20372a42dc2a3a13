import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
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

/**
 * Where the branches are, read from git's files as they lie: this is asked before every request, and to start a git for it
 * would take longer than all the rest. Nothing here packs references; a client's git could.
 */
export async function branchesOf(repo: Repo): Promise<ReadonlyMap<string, string>> {
  const branches = new Map<string, string>();
  const packed = await readFile(join(repo.git.dir, "packed-refs"), "utf8").catch(() => "");
  for (const [, sha = "", name = ""] of packed.matchAll(/^(\w{40}) refs\/heads\/(.+)$/gm)) branches.set(name, sha);
  const folder = join(repo.git.dir, "refs/heads");
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".lock")) continue;
    const path = join(entry.parentPath, entry.name);
    branches.set(relative(folder, path), (await readFile(path, "utf8")).trim());
  }
  return branches;
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
  if (pull.headRepo !== repo) await repo.git.run(["fetch", "--quiet", pull.headRepo.git.dir, head]);
  pull.trial = { of, sha: await tryMerge(world, repo, { head, base }), unread: world.mergeableLag };
  const ref = `refs/pull/${issue.number}`;
  const merge = pull.trial.sha === null ? `delete ${ref}/merge` : `update ${ref}/merge ${pull.trial.sha}`;
  await repo.git.run(["update-ref", "--stdin"], { input: `update ${ref}/head ${head}\n${merge}\n` });
}

function dismissApprovals(repo: Repo, number: number): void {
  for (const review of repo.reviews.values()) {
    if (review.pull === number && review.state === "APPROVED") review.state = "DISMISSED";
  }
}

/** The trial merge that workflows of `pull_request` check out; null where there is a conflict. */
async function tryMerge(world: World, repo: Repo, { head, base }: Omit<Heads, "issue">): Promise<string | null> {
  const tree = await mergeTrees(repo.git, base, head);
  if (tree === null) return null;
  const person = { name: "GitHub", email: addressOf(world, ACTIONS.bot), date: world.now() };
  const message = `Merge ${head} into ${base}`;
  return repo.git.writeCommit({ tree, parents: [base, head], message, author: person, committer: person });
}
