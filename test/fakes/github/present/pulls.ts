import { crc32 } from "node:zlib";
import { associationOf } from "../roles.ts";
import {
  type Comment,
  fullName,
  type Issue,
  type Pull,
  type Reaction,
  type Repo,
  type Review,
  type World,
} from "../world.ts";
import {
  nodeId,
  presentAppOrNull,
  presentRepo,
  presentUser,
  presentUserOrNull,
  repoPage,
  repoUrl,
  time,
  timeOrNull,
} from "./basics.ts";

/** An issue that is a pull request. */
export interface PullIssue extends Issue {
  readonly pull: Pull;
}

export function presentLabel(world: World, repo: Repo, name: string): object {
  return {
    id: crc32(name),
    node_id: nodeId("Label", name),
    url: `${repoUrl(world, repo)}/labels/${encodeURIComponent(name)}`,
    name,
    description: "",
    color: "ededed",
    default: false,
  };
}

export function presentPull(world: World, repo: Repo, issue: PullIssue): Readonly<Record<string, unknown>> {
  const { pull, number } = issue;
  const url = `${repoUrl(world, repo)}/pulls/${number}`;
  const issueUrl = `${repoUrl(world, repo)}/issues/${number}`;
  const html = `${repoPage(world, repo)}/pull/${number}`;
  const statuses = `${repoUrl(world, repo)}/statuses/${pull.headSha}`;
  return {
    id: issue.id,
    node_id: nodeId("PullRequest", issue.id),
    number,
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(world, repo)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statuses,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    user: presentUser(world, issue.author),
    body: issue.body,
    labels: issue.labels.map((name) => presentLabel(world, repo, name)),
    milestone: null,
    assignee: presentUserOrNull(world, issue.assignees[0] ?? null),
    assignees: issue.assignees.map((login) => presentUser(world, login)),
    requested_reviewers: [],
    requested_teams: [],
    draft: pull.isDraft,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: timeOrNull(issue.closedAt),
    merged_at: timeOrNull(pull.merged?.at ?? null),
    merge_commit_sha: pull.merged?.sha ?? pull.trial?.sha ?? null,
    head: presentSide(world, pull.headRepo, { ref: pull.headRef, sha: pull.headSha }),
    base: presentSide(world, repo, { ref: pull.baseRef, sha: pull.baseSha }),
    author_association: associationOf(world, repo, issue.author),
    auto_merge: null,
    _links: links({ url, html, issueUrl, statuses, repo: repoUrl(world, repo) }),
  };
}

function presentSide(world: World, repo: Repo, { ref, sha }: { readonly ref: string; readonly sha: string }): object {
  return {
    label: `${repo.owner}:${ref}`,
    ref,
    sha,
    user: presentUser(world, repo.owner),
    repo: presentRepo(world, repo),
  };
}

interface PullLinks {
  readonly url: string;
  readonly html: string;
  readonly issueUrl: string;
  readonly statuses: string;
  readonly repo: string;
}

function links({ url, html, issueUrl, statuses, repo }: PullLinks): object {
  return {
    self: { href: url },
    html: { href: html },
    issue: { href: issueUrl },
    comments: { href: `${issueUrl}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${repo}/pulls/comments{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: statuses },
  };
}

/** As check runs and workflow runs name the pull requests of their commit. */
export function presentPullMinimal(world: World, repo: Repo, { id, number, pull }: PullIssue): object {
  const side = (at: Repo, ref: string, sha: string): object => ({
    ref,
    sha,
    repo: { id: at.id, name: at.name, url: repoUrl(world, at) },
  });
  return {
    id,
    number,
    url: `${repoUrl(world, repo)}/pulls/${number}`,
    head: side(pull.headRepo, pull.headRef, pull.headSha),
    base: side(repo, pull.baseRef, pull.baseSha),
  };
}

export function presentIssue(world: World, repo: Repo, issue: Issue): Readonly<Record<string, unknown>> {
  const url = `${repoUrl(world, repo)}/issues/${issue.number}`;
  const html = `${repoPage(world, repo)}/${issue.pull === null ? "issues" : "pull"}/${issue.number}`;
  const pullUrl = `${repoUrl(world, repo)}/pulls/${issue.number}`;
  return {
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    url,
    repository_url: repoUrl(world, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: presentUser(world, issue.author),
    labels: issue.labels.map((name) => presentLabel(world, repo, name)),
    assignee: presentUserOrNull(world, issue.assignees[0] ?? null),
    assignees: issue.assignees.map((login) => presentUser(world, login)),
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: commentsOn(repo, issue.number).length,
    closed_at: timeOrNull(issue.closedAt),
    closed_by: presentUserOrNull(world, issue.closedBy),
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    author_association: associationOf(world, repo, issue.author),
    reactions: rollup([], url),
    performed_via_github_app: presentAppOrNull(world, issue.app),
    ...(issue.pull === null
      ? {}
      : {
          draft: issue.pull.isDraft,
          pull_request: {
            url: pullUrl,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: timeOrNull(issue.pull.merged?.at ?? null),
          },
        }),
  };
}

export function commentsOn(repo: Repo, issue: number): readonly Comment[] {
  return [...repo.comments.values()].filter((comment) => comment.issue === issue);
}

const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket"] as const;

function rollup(reactions: readonly Reaction[], url: string): object {
  const count = (content: string): number => reactions.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    ...Object.fromEntries(REACTIONS.map((content) => [content, count(content)])),
  };
}

export function presentComment(world: World, repo: Repo, comment: Comment): Readonly<Record<string, unknown>> {
  const { id, issue } = comment;
  const url = `${repoUrl(world, repo)}/issues/comments/${id}`;
  const kind = repo.issues.get(issue)?.pull == null ? "issues" : "pull";
  return {
    id,
    node_id: nodeId("IssueComment", id),
    url,
    html_url: `${world.htmlUrl}/${fullName(repo)}/${kind}/${issue}#issuecomment-${id}`,
    issue_url: `${repoUrl(world, repo)}/issues/${issue}`,
    user: presentUser(world, comment.author),
    body: comment.body,
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: associationOf(world, repo, comment.author),
    reactions: rollup(comment.reactions, url),
    performed_via_github_app: presentAppOrNull(world, comment.app),
  };
}

export function presentReaction(world: World, { id, user, content, createdAt }: Reaction): object {
  return {
    id,
    node_id: nodeId("Reaction", id),
    user: presentUser(world, user),
    content,
    created_at: time(createdAt),
  };
}

export function presentReview(world: World, repo: Repo, review: Review): Readonly<Record<string, unknown>> {
  const { id, pull, commit, body, state } = review;
  const html = `${repoPage(world, repo)}/pull/${pull}#pullrequestreview-${id}`;
  const pullUrl = `${repoUrl(world, repo)}/pulls/${pull}`;
  return {
    id,
    node_id: nodeId("PullRequestReview", id),
    user: presentUser(world, review.author),
    body,
    state,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: associationOf(world, repo, review.author),
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: time(review.submittedAt),
    commit_id: commit,
  };
}
