import { ApiError, notFound, ok, page } from "../answer.ts";
import { type Handler, param, type RepoCall } from "../call.ts";
import { listChanges } from "../changes.ts";
import type { Commit } from "../git.ts";
import { repoPage, repoUrl } from "../present/basics.ts";
import { isPull } from "../present/checks.ts";
import { presentChange, presentCommit } from "../present/git.ts";
import { type PullIssue, presentPull } from "../present/pulls.ts";
import { DEFAULT_BRANCH, type Repo } from "../world.ts";

/** As GitHub's comparison ends. */
const MOST_COMPARED = 300;
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** The commit that a branch, a tag or a hash means. Branches come first, as in GitHub. */
export async function commitOf(repo: Repo, name: string): Promise<string | null> {
  const tries = name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name];
  for (const attempt of tries) {
    const sha = await repo.git.resolve(`${attempt}^{commit}`);
    if (sha !== null) return sha;
  }
  return null;
}

export async function readCommit(repo: Repo, name: string): Promise<Commit> {
  const sha = await commitOf(repo, name);
  const [commit] = sha === null ? [] : await repo.git.commits("-1", sha);
  if (commit === undefined) throw new ApiError(422, `No commit found for SHA: ${name}`);
  return commit;
}

export const getCommit: Handler = async (call) => {
  const { world, repo } = call;
  const commit = await readCommit(repo, param(call, "ref"));
  const changes = await listChanges(repo.git, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const sum = (key: "additions" | "deletions"): number => changes.reduce((total, change) => total + change[key], 0);
  const [additions, deletions] = [sum("additions"), sum("deletions")];
  return ok({
    ...presentCommit(world, repo, commit),
    stats: { additions, deletions, total: additions + deletions },
    files: changes.slice(0, MOST_COMPARED).map((change) => presentChange(world, repo, { change, at: commit.sha })),
  });
};

export const listCommits: Handler = async ({ world, repo, query }) => {
  const start = await readCommit(repo, query.text("sha") ?? DEFAULT_BRANCH);
  const path = query.text("path");
  const commits = await repo.git.commits(start.sha, "--", ...(path === undefined ? [] : [path]));
  return page(commits, (commit) => presentCommit(world, repo, commit));
};

/** The merged one that brought it in; for what is not on the default branch, those that hold it. */
export const listPullsOfCommit: Handler = async (call) => {
  const { world, repo } = call;
  const { sha } = await readCommit(repo, param(call, "commit_sha"));
  const pulls = [...repo.issues.values()].filter(isPull);
  const isOnDefault = await repo.git.isAncestor(sha, `refs/heads/${DEFAULT_BRANCH}`);
  const kept = isOnDefault
    ? pulls.filter(({ pull }) => pull.merged?.introduced.includes(sha))
    : await holding(call, pulls, sha);
  return page(kept, (issue) => presentPull(world, repo, issue));
};

async function holding({ repo }: RepoCall, pulls: readonly PullIssue[], sha: string): Promise<readonly PullIssue[]> {
  const held = await Promise.all(
    pulls.map(async (issue) => {
      const { baseSha, headSha } = issue.pull;
      return (await repo.git.out("rev-list", `${baseSha}..${headSha}`)).split("\n").includes(sha);
    }),
  );
  return pulls.filter((_, index) => held[index]);
}

export const compare: Handler = async (call) => {
  const { world, repo } = call;
  const [baseName = "", headName = ""] = param(call, "basehead").split("...");
  const [base, head] = await Promise.all([sideOf(call, baseName), sideOf(call, headName)]);
  const mergeBase = await readCommit(repo, await repo.git.out("merge-base", base.sha, head.sha));
  const commits = await repo.git.commits("--reverse", "--topo-order", `${base.sha}..${head.sha}`);
  const behind = Number(await repo.git.out("rev-list", "--count", `${head.sha}..${base.sha}`));
  const changes = await listChanges(repo.git, mergeBase.sha, head.sha);
  const html = `${repoPage(world, repo)}/compare/${baseName}...${headName}`;
  return ok({
    url: `${repoUrl(world, repo)}/compare/${baseName}...${headName}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: presentCommit(world, repo, base),
    merge_base_commit: presentCommit(world, repo, mergeBase),
    status: statusOf(commits.length, behind),
    ahead_by: commits.length,
    behind_by: behind,
    total_commits: commits.length,
    commits: commits.slice(0, 250).map((commit) => presentCommit(world, repo, commit)),
    files: changes.slice(0, MOST_COMPARED).map((change) => presentChange(world, repo, { change, at: head.sha })),
  });
};

/** `owner:branch` is a fork's. */
async function sideOf({ world, repo }: RepoCall, name: string): Promise<Commit> {
  const [owner = "", branch] = name.split(":");
  if (branch === undefined) return commitOrNotFound(repo, name);
  const side = world.repos.get(`${owner}/${repo.name}`);
  if (side === undefined) throw notFound();
  if (side !== repo) await repo.git.run(["fetch", "--quiet", side.git.dir, `refs/heads/${branch}`]);
  const sha = await commitOf(side, branch);
  return commitOrNotFound(repo, sha ?? branch);
}

async function commitOrNotFound(repo: Repo, name: string): Promise<Commit> {
  if ((await commitOf(repo, name)) === null) throw notFound();
  return readCommit(repo, name);
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? "diverged" : "ahead";
  return behind > 0 ? "behind" : "identical";
}
