import { ApiError, noContent, notFound, ok } from "../answer.ts";
import { found, type Handler, type RepoCall } from "../call.ts";
import { mayBypass, refusalOfBehind, refusalToMerge } from "../gate.ts";
import type { Person } from "../git.ts";
import { type MergeMethod, mergeCommits } from "../merging.ts";
import { addressOf } from "../present/git.ts";
import type { PullIssue } from "../present/pulls.ts";
import { closeIssue } from "../sync.ts";
import { pullOf } from "./pulls.ts";

export const checkMerged: Handler = (call) => {
  if (pullOf(call).pull.merged === null) throw notFound();
  return noContent;
};

export const mergePull: Handler = async (call) => {
  const { world, repo, body, token } = call;
  const issue = pullOf(call);
  const { pull } = issue;
  await refuse(call, issue);
  const method = methodOf(body.text("merge_method"));
  const base = found(await repo.git.resolve(`refs/heads/${pull.baseRef}`));
  const sha = await mergeCommits(repo.git, method, { base, head: pull.headSha, ...signatures(call, issue, method) });
  if (sha === null) throw new ApiError(405, "Pull Request is not mergeable");
  await repo.git.run(["update-ref", `refs/heads/${pull.baseRef}`, sha, base]);
  const introduced = (await repo.git.out("rev-list", `${base}..${sha}`)).split("\n");
  pull.merged = { sha, by: token.actor, at: world.now(), method, introduced };
  closeIssue(world, issue, token.actor);
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
};

async function refuse({ repo, body, token }: RepoCall, issue: PullIssue): Promise<void> {
  const { pull, state } = issue;
  if (state === "closed" || pull.isDraft || pull.trial?.sha == null)
    throw new ApiError(405, "Pull Request is not mergeable");
  const expected = body.text("sha");
  if (expected !== undefined && expected !== pull.headSha)
    throw new ApiError(409, "Head branch was modified. Review and try the merge again.");
  const by = token.app === null ? token.actor : null;
  const refusal =
    refusalToMerge(repo, issue, by) ??
    (by !== null && mayBypass(repo, issue, by) ? null : await refusalOfBehind(repo, issue));
  if (refusal !== null) throw new ApiError(405, refusal);
}

function methodOf(text: string | undefined): MergeMethod {
  return text === "squash" || text === "rebase" ? text : "merge";
}

interface Signatures {
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

/** Who merges is the author of a merge commit; who opened the pull request, of a squashed one; GitHub commits both. */
function signatures({ world, body, token }: RepoCall, issue: PullIssue, method: MergeMethod): Signatures {
  const sign = (login: string): Person => ({ name: login, email: addressOf(world, login), date: world.now() });
  const { pull, number, title } = issue;
  const usual =
    method === "squash"
      ? [`${title} (#${number})`, ""]
      : [`Merge pull request #${number} from ${pull.headRepo.owner}/${pull.headRef}`, title];
  const words = [body.text("commit_title") ?? usual[0], body.text("commit_message") ?? usual[1]];
  return {
    author: sign(method === "squash" ? issue.author : token.actor),
    committer:
      method === "rebase" ? sign(token.actor) : { name: "GitHub", email: "noreply@github.com", date: world.now() },
    message: words.filter((word) => word !== "").join("\n\n"),
  };
}
