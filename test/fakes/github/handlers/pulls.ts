import { type Answer, ApiError, accepted, created, forbidden, invalid, ok, page } from "../answer.ts";
import { found, type Handler, needed, param, type RepoCall } from "../call.ts";
import { listChanges } from "../changes.ts";
import { hasFailure, isBehind, refusalToMerge } from "../gate.ts";
import { presentUserOrNull } from "../present/basics.ts";
import { isPull } from "../present/checks.ts";
import { presentChange, presentCommit } from "../present/git.ts";
import { commentsOn, type PullIssue, presentPull } from "../present/pulls.ts";
import { hasRole } from "../roles.ts";
import { branchesOf, closeIssue, syncRepo } from "../sync.ts";
import { fullName, type Repo, type World } from "../world.ts";
import { checkText, createIssue } from "./issues.ts";

/** As GitHub's files list ends. */
const MOST_FILES = 3000;

export function pullOf(call: RepoCall): PullIssue {
  const issue = found(call.repo.issues.get(Number(param(call, "pull_number"))));
  return found(isPull(issue) ? issue : null);
}

export const listPulls: Handler = ({ world, repo, query }) => {
  const [state, head, base] = [query.text("state") ?? "open", query.text("head"), query.text("base")];
  const isAscending = query.text("direction") === "asc";
  const key = query.text("sort") === "updated" ? "updatedAt" : "createdAt";
  const pulls = [...repo.issues.values()]
    .filter(isPull)
    .filter((issue) => state === "all" || issue.state === state)
    .filter(({ pull }) => head === undefined || `${pull.headRepo.owner}:${pull.headRef}` === head)
    .filter(({ pull }) => base === undefined || pull.baseRef === base)
    .toSorted((a, b) => a[key].getTime() - b[key].getTime() || a.number - b.number);
  return page(isAscending ? pulls : pulls.toReversed(), (issue) => presentPull(world, repo, issue));
};

export const createPull: Handler = async (call) => {
  const { world, repo, body, token } = call;
  if (token.app === world.actions && !repo.actionsMayOpenPulls)
    throw new ApiError(403, "GitHub Actions is not permitted to create or approve pull requests.");
  const head = headOf(call, needed(body, "head"));
  const baseRef = needed(body, "base");
  const headSha = (await branchesOf(head.repo)).get(head.ref);
  const baseSha = (await branchesOf(repo)).get(baseRef);
  if (baseSha === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  if (headSha === undefined) throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  await refuseNothing(repo, { headRepo: head.repo, headRef: head.ref, headSha, baseRef, baseSha });
  const issue = createIssue(call, {
    title: body.text("title") ?? "",
    body: body.text("body") ?? null,
    pull: {
      headRepo: head.repo,
      headRef: head.ref,
      headSha,
      baseRef,
      baseSha,
      isDraft: body.flag("draft") ?? false,
      merged: null,
      trial: null,
      moves: [],
    },
  });
  await syncRepo(world, repo);
  return created(await presentFullPull(world, repo, found(isPull(issue) ? issue : null)));
};

function headOf({ world, repo }: RepoCall, label: string): { readonly repo: Repo; readonly ref: string } {
  const [owner = "", ref] = label.split(":");
  if (ref === undefined) return { repo, ref: label };
  const side = owner === repo.owner ? repo : world.repos.get(`${owner}/${repo.name}`);
  if (side === undefined) throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
  return { repo: side, ref };
}

interface Wanted {
  readonly headRepo: Repo;
  readonly headRef: string;
  readonly headSha: string;
  readonly baseRef: string;
  readonly baseSha: string;
}

async function refuseNothing(repo: Repo, { headRepo, headRef, headSha, baseRef, baseSha }: Wanted): Promise<void> {
  const custom = (message: string): ApiError => invalid({ resource: "PullRequest", code: "custom", message });
  const isSame = ({ pull, state }: PullIssue): boolean =>
    state === "open" && pull.headRepo === headRepo && pull.headRef === headRef && pull.baseRef === baseRef;
  if ([...repo.issues.values()].filter(isPull).some(isSame))
    throw custom(`A pull request already exists for ${headRepo.owner}:${headRef}.`);
  if (headRepo !== repo) await repo.git.run(["fetch", "--quiet", headRepo.git.dir, headSha]);
  if (await repo.git.isAncestor(headSha, baseSha)) throw custom(`No commits between ${baseRef} and ${headRef}`);
}

export const getPull: Handler = async (call) => {
  const issue = pullOf(call);
  if (/\.diff\b/.test(call.accept)) {
    const text = await call.repo.git.run(["diff", "-M", `${issue.pull.baseSha}...${issue.pull.headSha}`]);
    return { kind: "bytes", type: "application/vnd.github.diff; charset=utf-8", bytes: Buffer.from(text.out) };
  }
  const shown = await presentFullPull(call.world, call.repo, issue);
  const { trial } = issue.pull;
  if (issue.state === "closed" || trial === null || trial.unread === 0) return ok(shown);
  trial.unread -= 1;
  return ok({ ...shown, mergeable: null, mergeable_state: "unknown", rebaseable: null, merge_commit_sha: null });
};

export async function presentFullPull(world: World, repo: Repo, issue: PullIssue): Promise<object> {
  const { pull } = issue;
  const range = `${pull.baseSha}..${pull.headSha}`;
  const [changes, commits] = await Promise.all([changesOf(repo, issue), repo.git.out("rev-list", "--count", range)]);
  const sum = (key: "additions" | "deletions"): number => changes.reduce((total, change) => total + change[key], 0);
  return {
    ...presentPull(world, repo, issue),
    merged: pull.merged !== null,
    merged_by: presentUserOrNull(world, pull.merged?.by ?? null),
    mergeable: pull.merged !== null || issue.state === "closed" ? null : pull.trial?.sha != null,
    rebaseable: pull.trial?.sha != null,
    mergeable_state: await mergeableState(repo, issue),
    comments: commentsOn(repo, issue.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: Number(commits),
    additions: sum("additions"),
    deletions: sum("deletions"),
    changed_files: changes.length,
  };
}

async function mergeableState(repo: Repo, issue: PullIssue): Promise<string> {
  const { pull } = issue;
  if (issue.state === "closed") return "unknown";
  if (pull.trial?.sha == null) return "dirty";
  if (pull.isDraft) return "draft";
  if (refusalToMerge(repo, issue, null) !== null) return "blocked";
  if (await isBehind(repo, issue)) return "behind";
  return hasFailure(repo, pull.headSha) ? "unstable" : "clean";
}

/** What the pull request changes, counted from where it left its base. */
async function changesOf(repo: Repo, { pull }: PullIssue) {
  const from = await repo.git.out("merge-base", pull.baseSha, pull.headSha);
  return listChanges(repo.git, from, pull.headSha);
}

export const updatePull: Handler = async (call) => {
  const { world, repo, body, token } = call;
  const issue = pullOf(call);
  if (issue.author !== token.actor && token.app === null && !hasRole(repo, token.actor, "triage")) throw forbidden();
  checkText("PullRequest", body);
  issue.title = body.text("title") ?? issue.title;
  if (body.has("body")) issue.body = body.text("body") ?? null;
  issue.pull.baseRef = body.text("base") ?? issue.pull.baseRef;
  if (body.text("state") === "closed" && issue.state === "open") closeIssue(world, issue, token.actor);
  if (body.text("state") === "open" && issue.pull.merged === null)
    Object.assign(issue, { state: "open", closedAt: null });
  issue.updatedAt = world.now();
  await syncRepo(world, repo);
  return ok(await presentFullPull(call.world, call.repo, issue));
};

export const listFiles: Handler = async (call) => {
  const { world, repo } = call;
  const issue = pullOf(call);
  const changes = (await changesOf(repo, issue)).slice(0, MOST_FILES);
  return page(changes, (change) => presentChange(world, repo, { change, at: issue.pull.headSha }));
};

export const listPullCommits: Handler = async (call) => {
  const { world, repo } = call;
  const { pull } = pullOf(call);
  const commits = await repo.git.commits("--reverse", "--topo-order", `${pull.baseSha}..${pull.headSha}`);
  return page(commits.slice(0, 250), (commit) => presentCommit(world, repo, commit));
};

export const updateBranch: Handler = async (call): Promise<Answer> => {
  const { world, repo, body } = call;
  const issue = pullOf(call);
  const { pull } = issue;
  if ((body.text("expected_head_sha") ?? pull.headSha) !== pull.headSha)
    throw new ApiError(422, "expected head sha didn’t match current head ref.");
  const base = found(await repo.git.resolve(`refs/heads/${pull.baseRef}`));
  if (await repo.git.isAncestor(base, pull.headSha))
    throw new ApiError(422, "There are no new commits on the base branch.");
  if (pull.trial?.sha == null) throw new ApiError(422, "merge conflict between base and head");
  const { git } = pull.headRepo;
  if (pull.headRepo !== repo) await git.run(["fetch", "--quiet", repo.git.dir, pull.trial.sha, base]);
  const person = { name: "GitHub", email: "noreply@github.com", date: world.now() };
  const sha = await git.writeCommit({
    tree: await git.out("rev-parse", `${pull.trial.sha}^{tree}`),
    parents: [pull.headSha, base],
    message: `Merge branch '${pull.baseRef}' into ${pull.headRef}`,
    author: person,
    committer: person,
  });
  await git.run(["update-ref", `refs/heads/${pull.headRef}`, sha]);
  await syncRepo(world, repo);
  return accepted({
    message: "Updating pull request branch.",
    url: `${world.htmlUrl}/${fullName(repo)}/pull/${issue.number}`,
  });
};
