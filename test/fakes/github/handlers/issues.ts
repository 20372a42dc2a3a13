import { ApiError, created, forbidden, invalid, noContent, notFound, ok, page } from "../answer.ts";
import { found, type Handler, needed, param, type RepoCall } from "../call.ts";
import { commentsOn, presentComment, presentIssue, presentLabel, presentReaction } from "../present/pulls.ts";
import { hasRole } from "../roles.ts";
import { closeIssue } from "../sync.ts";
import { type Fields, isTree } from "../tree.ts";
import type { Comment, Issue, Pull, Reaction } from "../world.ts";

/** The longest body, and title, that GitHub takes. It says so in other words when something is made than when it is changed. */
const LONGEST_BODY = 65_536;
const LONGEST_TITLE = 256;

export function checkText(resource: string, body: Fields): void {
  if ((body.text("body") ?? "").length > LONGEST_BODY) {
    const message = `Body is too long (maximum is ${LONGEST_BODY} characters)`;
    throw invalid({ resource, code: "unprocessable", field: "data", message });
  }
  if ((body.text("title") ?? "").length > LONGEST_TITLE) throw tooLong(resource, "title", LONGEST_TITLE);
}

function tooLong(resource: string, field: string, most: number): ApiError {
  return invalid({ resource, code: "custom", field, message: `${field} is too long (maximum is ${most} characters)` });
}

interface NewIssue {
  readonly title: string;
  readonly body: string | null;
  readonly pull: Pull | null;
}

/** Issues and pull requests share their numbers. */
export function createIssue(call: RepoCall, { title, body, pull }: NewIssue): Issue {
  const { world, repo, token } = call;
  checkText(pull === null ? "Issue" : "PullRequest", call.body);
  const issue: Issue = {
    id: world.nextId(),
    number: Math.max(0, ...repo.issues.keys()) + 1,
    author: token.actor,
    app: token.app,
    createdAt: world.now(),
    updatedAt: world.now(),
    title,
    body,
    pull,
    state: "open",
    stateReason: null,
    labels: [],
    assignees: [],
    closedAt: null,
    closedBy: null,
  };
  repo.issues.set(issue.number, issue);
  return issue;
}

function issueOf(call: RepoCall): Issue {
  return found(call.repo.issues.get(Number(param(call, "issue_number"))));
}

/** Labels are for those who sort issues; others' are dropped without a word, as GitHub does. */
function maySort({ repo, token }: RepoCall): boolean {
  return token.app !== null || hasRole(repo, token.actor, "triage");
}

function labelNames(values: readonly unknown[] | undefined): string[] | undefined {
  const names = values?.map((value) => (isTree(value) ? value["name"] : value));
  return names?.filter((name) => typeof name === "string");
}

function sort({ world, body }: RepoCall, issue: Issue): void {
  issue.labels = labelNames(body.list("labels")) ?? issue.labels;
  const assignees = body.list("assignees")?.map(String);
  // Who is nobody is left out, as GitHub does.
  if (assignees !== undefined) issue.assignees = assignees.filter((login) => world.users.has(login));
}

export const listIssues: Handler = ({ world, repo, query }) => {
  const state = query.text("state") ?? "open";
  const labels = (query.text("labels") ?? "").split(",").filter((name) => name !== "");
  const creator = query.text("creator");
  const since = query.text("since");
  const key = query.text("sort") === "updated" ? "updatedAt" : "createdAt";
  const issues = [...repo.issues.values()]
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => creator === undefined || issue.author === creator)
    .filter((issue) => since === undefined || issue.updatedAt >= new Date(since))
    .toSorted((a, b) => a[key].getTime() - b[key].getTime() || a.number - b.number);
  const isAscending = query.text("direction") === "asc";
  return page(isAscending ? issues : issues.toReversed(), (issue) => presentIssue(world, repo, issue));
};

export const createOneIssue: Handler = (call) => {
  const { world, repo, body } = call;
  const title = body.text("title") ?? String(body.number("title"));
  const issue = createIssue(call, { title, body: body.text("body") ?? null, pull: null });
  if (maySort(call)) sort(call, issue);
  return created(presentIssue(world, repo, issue));
};

export const getIssue: Handler = (call) => ok(presentIssue(call.world, call.repo, issueOf(call)));

export const updateIssue: Handler = (call) => {
  const { world, repo, body, token } = call;
  const issue = issueOf(call);
  if (issue.author !== token.actor && !maySort(call)) throw forbidden();
  checkText("Issue", body);
  issue.title = body.text("title") ?? issue.title;
  if (body.has("body")) issue.body = body.text("body") ?? null;
  if (maySort(call)) sort(call, issue);
  setState(call, issue);
  issue.updatedAt = world.now();
  return ok(presentIssue(world, repo, issue));
};

function setState({ world, body, token }: RepoCall, issue: Issue): void {
  const state = body.text("state");
  if (state === "closed" && issue.state === "open") {
    closeIssue(world, issue, token.actor);
    issue.stateReason = body.text("state_reason") ?? "completed";
  }
  if (state === "open" && issue.state === "closed" && issue.pull?.merged == null)
    Object.assign(issue, { state: "open", stateReason: "reopened", closedAt: null, closedBy: null });
}

export const addLabels: Handler = (call) => {
  const { world, repo, body } = call;
  const issue = issueOf(call);
  if (!maySort(call)) throw forbidden();
  issue.labels = [...new Set([...issue.labels, ...(labelNames(body.list("labels")) ?? [])])];
  return page(issue.labels, (name) => presentLabel(world, repo, name));
};

export const removeLabel: Handler = (call) => {
  const { world, repo } = call;
  const issue = issueOf(call);
  if (!maySort(call)) throw forbidden();
  const name = param(call, "name");
  if (!issue.labels.includes(name)) throw new ApiError(404, "Label does not exist");
  issue.labels = issue.labels.filter((label) => label !== name);
  return page(issue.labels, (label) => presentLabel(world, repo, label));
};

function commentOf(call: RepoCall): Comment {
  return found(call.repo.comments.get(Number(param(call, "comment_id"))));
}

export const listComments: Handler = (call) => {
  const since = call.query.text("since");
  const comments = commentsOn(call.repo, issueOf(call).number).filter(
    ({ updatedAt }) => since === undefined || updatedAt >= new Date(since),
  );
  return page(comments, (comment) => presentComment(call.world, call.repo, comment));
};

export const createComment: Handler = (call) => {
  const { world, repo, body, token } = call;
  const issue = issueOf(call);
  checkText("IssueComment", body);
  const comment: Comment = {
    id: world.nextId(),
    issue: issue.number,
    author: token.actor,
    app: token.app,
    createdAt: world.now(),
    updatedAt: world.now(),
    reactions: [],
    body: needed(body, "body"),
  };
  repo.comments.set(comment.id, comment);
  issue.updatedAt = world.now();
  return created(presentComment(world, repo, comment));
};

export const getComment: Handler = (call) => ok(presentComment(call.world, call.repo, commentOf(call)));

/** One's own comments, and with write access everybody's. */
function mayEdit({ repo, token }: RepoCall, { author }: Comment): boolean {
  return author === token.actor || token.app !== null || hasRole(repo, token.actor, "write");
}

export const updateComment: Handler = (call) => {
  const { world, repo, body } = call;
  const comment = commentOf(call);
  if (!mayEdit(call, comment)) throw new ApiError(403, "Must have admin rights to Repository.");
  if (needed(body, "body").length > LONGEST_BODY) throw tooLong("IssueComment", "body", LONGEST_BODY);
  comment.body = needed(body, "body");
  comment.updatedAt = world.now();
  return ok(presentComment(world, repo, comment));
};

export const deleteComment: Handler = (call) => {
  const comment = commentOf(call);
  if (!mayEdit(call, comment)) throw new ApiError(403, "Must have admin rights to Repository.");
  call.repo.comments.delete(comment.id);
  return noContent;
};

export const listReactions: Handler = (call) => {
  const content = call.query.text("content");
  const reactions = commentOf(call).reactions.filter((reaction) => (content ?? reaction.content) === reaction.content);
  return page(reactions, (reaction) => presentReaction(call.world, reaction));
};

/** The same reaction again is the same reaction, and 200. */
export const createReaction: Handler = (call) => {
  const { world, token, body } = call;
  const comment = commentOf(call);
  const content = needed(body, "content");
  const known = comment.reactions.find((reaction) => reaction.user === token.actor && reaction.content === content);
  if (known !== undefined) return ok(presentReaction(world, known));
  const reaction: Reaction = { id: world.nextId(), user: token.actor, content, createdAt: world.now() };
  comment.reactions.push(reaction);
  return created(presentReaction(world, reaction));
};

export const deleteReaction: Handler = (call) => {
  const { reactions } = commentOf(call);
  const index = reactions.findIndex(({ id }) => String(id) === param(call, "reaction_id"));
  if (index < 0) throw notFound();
  if (reactions[index]?.user !== call.token.actor) throw forbidden();
  reactions.splice(index, 1);
  return noContent;
};
