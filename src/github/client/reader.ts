import type { Octokit } from "@octokit/rest";
import type { Calls } from "../../support/calls.ts";
import type { Actor, RepositoryName } from "../model.ts";
import type { GitHubReader } from "./github.ts";
import { parseActor, parseComment, parseIssue, parsePermission, parsePull, parseReview, parseRun } from "./parse.ts";
import { isStatus, wrapTrouble } from "./trouble.ts";

/** What every call goes out with. */
export interface Connection {
  readonly octokit: Octokit;
  readonly repository: RepositoryName;
  readonly calls: Calls;
  /** Who these credentials are; asked once. */
  readonly viewer: () => Promise<Actor>;
}

const PAGE = 100;

/** Sends one call under a label, with GitHub's refusals in words. */
export function ask<Out>({ calls }: Connection, label: string, request: () => Promise<Out>): Promise<Out> {
  return calls.send(`github: ${label}`, request).catch((error: unknown) => {
    throw wrapTrouble(error, label);
  });
}

export function createReader(connection: Connection): GitHubReader {
  return {
    ...readPulls(connection),
    ...readPeople(connection),
    ...readTalk(connection),
    ...readRuns(connection),
    ...readGit(connection),
  };
}

type Pulls = Pick<GitHubReader, "pullRequest" | "openPullRequests" | "pullRequestsFrom" | "pullRequestsOf">;

function readPulls(connection: Connection): Pulls {
  const { rest, paginate } = connection.octokit;
  const repo = repoOf(connection);
  return {
    pullRequest: async (pull_number) =>
      parsePull(
        (await ask(connection, `pull request ${pull_number}`, () => rest.pulls.get({ ...repo, pull_number }))).data,
      ),
    openPullRequests: async () => {
      const asked = { ...repo, state: "open", per_page: PAGE } as const;
      return (await ask(connection, "open pull requests", () => paginate(rest.pulls.list, asked))).map(parsePull);
    },
    pullRequestsFrom: async (branch) => {
      const asked = { ...repo, state: "all", head: `${repo.owner}:${branch}`, per_page: PAGE } as const;
      return (await ask(connection, `pull requests from ${branch}`, () => paginate(rest.pulls.list, asked))).map(
        parsePull,
      );
    },
    pullRequestsOf: async (commit_sha) => {
      const asked = { ...repo, commit_sha, per_page: PAGE };
      const list = () => paginate(rest.repos.listPullRequestsAssociatedWithCommit, asked);
      return (await ask(connection, `pull requests of ${commit_sha}`, list)).map(parsePull);
    },
  };
}

type People = Pick<GitHubReader, "reviews" | "committers" | "permissionOf" | "teamMembers">;

function readPeople(connection: Connection): People {
  const { rest, paginate } = connection.octokit;
  const repo = repoOf(connection);
  return {
    reviews: async (pull_number) => {
      const list = () => paginate(rest.pulls.listReviews, { ...repo, pull_number, per_page: PAGE });
      return (await ask(connection, `reviews of ${pull_number}`, list)).flatMap(parseReview);
    },
    committers: async (pull_number) => {
      const list = () => paginate(rest.pulls.listCommits, { ...repo, pull_number, per_page: PAGE });
      const commits = await ask(connection, `commits of ${pull_number}`, list);
      const people = commits.flatMap(({ author, committer }) => [author, committer].flatMap(accountOf));
      return [...new Map(people.map((person) => [person.login, person])).values()];
    },
    permissionOf: async (username) => {
      const level = () => rest.repos.getCollaboratorPermissionLevel({ ...repo, username });
      const answer = await ask(connection, `permission of ${username}`, () => orNull(level));
      return answer === null ? "none" : parsePermission(answer.data);
    },
    teamMembers: async ({ org, slug }) => {
      const list = () => paginate(rest.teams.listMembersInOrg, { org, team_slug: slug, per_page: PAGE });
      const members = await ask(connection, `members of ${org}/${slug}`, () => orNull(list, [403, 404]));
      return members === null ? null : new Set(members.map(({ login }) => login.toLowerCase()));
    },
  };
}

function readTalk(
  connection: Connection,
): Pick<GitHubReader, "viewer" | "comment" | "comments" | "issuesLabelled" | "defaultBranch"> {
  const { rest, paginate } = connection.octokit;
  const repo = repoOf(connection);
  const { viewer } = connection;
  return {
    viewer,
    comment: async (comment_id) => {
      const get = () => orNull(() => rest.issues.getComment({ ...repo, comment_id }));
      const answer = await ask(connection, `comment ${comment_id}`, get);
      return answer === null ? null : parseComment(answer.data);
    },
    comments: async (issue_number) => {
      const list = () => paginate(rest.issues.listComments, { ...repo, issue_number, per_page: PAGE });
      return (await ask(connection, `comments of ${issue_number}`, list)).map(parseComment);
    },
    issuesLabelled: async (labels) => {
      const { login } = await viewer();
      const asked = { ...repo, labels, state: "all", per_page: PAGE } as const;
      const issues = await ask(connection, `issues labelled ${labels}`, () => paginate(rest.issues.listForRepo, asked));
      return issues.filter((issue) => issue.pull_request === undefined && issue.user?.login === login).map(parseIssue);
    },
    defaultBranch: async () =>
      (await ask(connection, "the repository", () => rest.repos.get(repo))).data.default_branch,
  };
}

function readRuns(connection: Connection): Pick<GitHubReader, "checkRuns" | "workflowRuns" | "artifacts" | "download"> {
  const { rest, paginate } = connection.octokit;
  const repo = repoOf(connection);
  return {
    checkRuns: async (ref, check_name) => {
      const list = () =>
        paginate(rest.checks.listForRef, { ...repo, ref, check_name, filter: "latest", per_page: PAGE });
      return (await ask(connection, `checks of ${ref}`, list)).map((run) => ({
        id: run.id,
        name: run.name,
        sha: run.head_sha,
        isComplete: run.status === "completed",
        conclusion: run.conclusion,
        externalId: run.external_id ?? "",
        app: run.app?.slug ?? "",
      }));
    },
    workflowRuns: async (head_sha, event) => {
      const list = () => paginate(rest.actions.listWorkflowRunsForRepo, { ...repo, head_sha, event, per_page: PAGE });
      return (await ask(connection, `workflow runs of ${head_sha}`, list)).map(parseRun);
    },
    artifacts: async (run_id) => {
      const list = () => paginate(rest.actions.listWorkflowRunArtifacts, { ...repo, run_id, per_page: PAGE });
      return (await ask(connection, `artifacts of run ${run_id}`, list)).map((one) => ({
        id: one.id,
        name: one.name,
        bytes: one.size_in_bytes,
        isExpired: one.expired,
      }));
    },
    download: async (artifact_id) => {
      const get = () => rest.actions.downloadArtifact({ ...repo, artifact_id, archive_format: "zip" });
      const { data } = await ask(connection, `artifact ${artifact_id}`, get);
      if (data instanceof ArrayBuffer) return new Uint8Array(data);
      throw new TypeError("GitHub's archive is not bytes");
    },
  };
}

function readGit(connection: Connection): Pick<GitHubReader, "ref" | "commit"> {
  const { rest } = connection.octokit;
  const repo = repoOf(connection);
  return {
    ref: async (ref) => {
      const answer = await ask(connection, `ref ${ref}`, () => orNull(() => rest.git.getRef({ ...repo, ref })));
      return answer?.data.object.sha ?? null;
    },
    commit: async (commit_sha) => {
      const { data } = await ask(connection, `commit ${commit_sha}`, () => rest.git.getCommit({ ...repo, commit_sha }));
      const { sha, tree, parents, message } = data;
      return { sha, tree: tree.sha, parents: parents.map((parent) => parent.sha), message };
    },
  };
}

/** GitHub gives no account, or an empty one, for an address that is nobody's there. The bot that merges made nothing. */
function accountOf(account: object | null): readonly Actor[] {
  if (account === null || !("login" in account) || !("id" in account)) return [];
  const actor = parseActor(account as { readonly login: string; readonly id: number });
  return actor.login === "web-flow" ? [] : [actor];
}

export function repoOf({ repository }: Connection): { readonly owner: string; readonly repo: string } {
  return { owner: repository.owner, repo: repository.name };
}

/** Not there is an answer. */
async function orNull<Out>(request: () => Promise<Out>, answers: readonly number[] = [404]): Promise<Out | null> {
  try {
    return await request();
  } catch (error) {
    if (answers.some((status) => isStatus(error, status))) return null;
    throw error;
  }
}
