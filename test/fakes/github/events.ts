import { openContract } from "./contract.ts";
import { addUser } from "./create-world.ts";
import type { Commit } from "./git.ts";
import { presentFullPull } from "./handlers/pulls.ts";
import type { EventName } from "./operations.ts";
import { presentOrganization, presentRepo, presentUser, repoPage, time } from "./present/basics.ts";
import { isPull } from "./present/checks.ts";
import { type PullIssue, presentComment, presentIssue, presentPull, presentReview } from "./present/pulls.ts";
import { syncRepo } from "./sync.ts";
import { DEFAULT_BRANCH, fullName, type Repo, type World } from "./world.ts";

/** An event as a workflow gets it: the file at `GITHUB_EVENT_PATH`, and what the runner says of it in the environment. */
export interface WorkflowEvent {
  /** `GITHUB_EVENT_NAME`. */
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly actor: string;
  /** `GITHUB_SHA` and `GITHUB_REF`: of a pull request its trial merge, else the default branch. */
  readonly sha: string;
  readonly ref: string;
  readonly pull: PullIssue | null;
}

/** Payloads made of the stand-in's state, each held against GitHub's description of the event. */
export interface Events {
  pullOpened(number: number): Promise<WorkflowEvent>;
  /** Of the last push to the head. */
  pullSynchronized(number: number): Promise<WorkflowEvent>;
  /** Merged or not: as the pull request stands. */
  pullClosed(number: number): Promise<WorkflowEvent>;
  reviewSubmitted(id: number): Promise<WorkflowEvent>;
  commentCreated(id: number): Promise<WorkflowEvent>;
  commentEdited(id: number, before: string, by: string): Promise<WorkflowEvent>;
  /** Of the default branch, from one commit to where it is now. */
  push(before: string, by: string): Promise<WorkflowEvent>;
  schedule(cron: string): Promise<WorkflowEvent>;
  dispatch(workflow: string, by: string, inputs?: Readonly<Record<string, string>>): Promise<WorkflowEvent>;
}

const MAIN = `refs/heads/${DEFAULT_BRANCH}`;

export function createEvents(world: World, repo: Repo, violations: string[]): Events {
  const judged = <Payload extends object>(name: EventName, payload: Payload): Payload => {
    const problems = openContract().checkEvent(name, JSON.parse(JSON.stringify(payload)));
    for (const problem of problems) violations.push(`event ${name}: ${problem}`);
    return payload;
  };
  const frame = (sender: string): object => ({
    repository: presentRepo(world, repo),
    organization: presentOrganization(world, repo.owner),
    sender: presentUser(world, addUser(world, sender).login),
  });
  const onMain = async (event: Pick<WorkflowEvent, "name" | "payload" | "actor">): Promise<WorkflowEvent> => {
    const sha = await repo.git.out("rev-parse", MAIN);
    return { ...event, sha, ref: MAIN, pull: null };
  };
  return {
    ...pullEvents({ world, repo, judged, frame }),
    ...commentEvents({ world, repo, judged, frame }, onMain),
    push: async (before, by) => {
      const payload = judged("push", { ...(await pushed(world, repo, { before, by })), ...frame(by) });
      return onMain({ name: "push", actor: by, payload });
    },
    schedule: (cron) => {
      const actor = world.actions.bot;
      return onMain({ name: "schedule", actor, payload: { schedule: cron, ...frame(actor) } });
    },
    dispatch: (workflow, by, inputs = {}) => {
      const path = `.github/workflows/${workflow}`;
      const payload = judged("workflow-dispatch", { inputs, ref: MAIN, workflow: path, ...frame(by) });
      return onMain({ name: "workflow_dispatch", actor: by, payload });
    },
  };
}

interface Parts {
  readonly world: World;
  readonly repo: Repo;
  judged<Payload extends object>(name: EventName, payload: Payload): Payload;
  frame(sender: string): object;
}

type PullEvents = Pick<Events, "pullOpened" | "pullSynchronized" | "pullClosed" | "reviewSubmitted">;

function pullEvents({ world, repo, judged, frame }: Parts): PullEvents {
  const pullOf = async (number: number): Promise<PullIssue> => {
    await syncRepo(world, repo);
    const issue = repo.issues.get(number);
    if (issue === undefined || !isPull(issue)) throw new Error(`the stand-in GitHub has no pull request ${number}`);
    return issue;
  };
  const about = (issue: PullIssue, actor: string, payload: object): Omit<WorkflowEvent, "name"> => ({
    payload: { ...payload, ...frame(actor) },
    actor,
    sha: issue.pull.merged?.sha ?? issue.pull.trial?.sha ?? issue.pull.headSha,
    ref: issue.pull.merged === null ? `refs/pull/${issue.number}/merge` : `refs/heads/${issue.pull.baseRef}`,
    pull: issue,
  });
  const whole = async (issue: PullIssue): Promise<object> => ({
    number: issue.number,
    pull_request: await presentFullPull(world, repo, issue),
  });
  const judgedAs = (name: EventName, event: Omit<WorkflowEvent, "name">, as = "pull_request"): WorkflowEvent => {
    judged(name, event.payload);
    return { ...event, name: as };
  };
  return {
    pullOpened: async (number) => {
      const issue = await pullOf(number);
      const event = about(issue, issue.author, { action: "opened", ...(await whole(issue)) });
      return judgedAs("pull-request-opened", event);
    },
    pullSynchronized: async (number) => {
      const issue = await pullOf(number);
      const move = issue.pull.moves.at(-1);
      if (move === undefined) throw new Error(`nothing was pushed to pull request ${number}`);
      const event = about(issue, issue.author, { action: "synchronize", ...move, ...(await whole(issue)) });
      return judgedAs("pull-request-synchronize", event);
    },
    pullClosed: async (number) => {
      const issue = await pullOf(number);
      const event = about(issue, issue.closedBy ?? issue.author, { action: "closed", ...(await whole(issue)) });
      return judgedAs("pull-request-closed", event);
    },
    reviewSubmitted: async (id) => {
      const review = repo.reviews.get(id);
      if (review === undefined) throw new Error(`the stand-in GitHub has no review ${id}`);
      const issue = await pullOf(review.pull);
      const shown = presentReview(world, repo, review);
      const payload = {
        action: "submitted",
        review: { ...shown, state: review.state.toLowerCase(), body: review.body === "" ? null : review.body },
        pull_request: presentPull(world, repo, issue),
      };
      return judgedAs("pull-request-review-submitted", about(issue, review.author, payload), "pull_request_review");
    },
  };
}

type OnMain = (event: Pick<WorkflowEvent, "name" | "payload" | "actor">) => Promise<WorkflowEvent>;

/** Workflows of comments run on the default branch, whatever the comment is on. */
function commentEvents(
  { world, repo, judged, frame }: Parts,
  onMain: OnMain,
): Pick<Events, "commentCreated" | "commentEdited"> {
  const about = (id: number, sender?: string): { readonly actor: string; readonly shown: object } => {
    const comment = repo.comments.get(id);
    const issue = comment && repo.issues.get(comment.issue);
    if (comment === undefined || issue === undefined) throw new Error(`the stand-in GitHub has no comment ${id}`);
    const actor = sender ?? comment.author;
    const shown = { issue: presentIssue(world, repo, issue), comment: presentComment(world, repo, comment) };
    return { actor, shown: { ...shown, ...frame(actor) } };
  };
  return {
    commentCreated: (id) => {
      const { actor, shown } = about(id);
      const payload = judged("issue-comment-created", { action: "created", ...shown });
      return onMain({ name: "issue_comment", actor, payload });
    },
    commentEdited: (id, before, by) => {
      const { actor, shown } = about(id, by);
      const changes = { body: { from: before } };
      const payload = judged("issue-comment-edited", { action: "edited", changes, ...shown });
      return onMain({ name: "issue_comment", actor, payload });
    },
  };
}

interface Pushed {
  readonly before: string;
  readonly by: string;
}

async function pushed(world: World, repo: Repo, { before, by }: Pushed): Promise<object> {
  const after = await repo.git.out("rev-parse", MAIN);
  const [commits, isForward] = await Promise.all([
    repo.git.commits("--reverse", "--topo-order", `${before}..${after}`),
    repo.git.isAncestor(before, after),
  ]);
  const shown = await Promise.all(commits.map((commit) => presentPushed(world, repo, commit)));
  return {
    ref: MAIN,
    before,
    after,
    created: false,
    deleted: false,
    forced: !isForward,
    base_ref: null,
    compare: `${repoPage(world, repo)}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: shown,
    head_commit: shown.at(-1) ?? null,
    pusher: { name: by, email: `${by}@users.noreply.github.test` },
  };
}

async function presentPushed(world: World, repo: Repo, commit: Commit): Promise<object> {
  const { sha, tree, message, author, committer } = commit;
  const listing = await repo.git.out("diff-tree", "-r", "--root", "--no-commit-id", "--name-status", "-m", sha);
  const changed = (letter: string): readonly string[] =>
    listing.split("\n").flatMap((line) => (line.startsWith(`${letter}\t`) ? [line.slice(2)] : []));
  return {
    id: sha,
    tree_id: tree,
    distinct: true,
    message,
    timestamp: time(committer.date),
    url: `${world.htmlUrl}/${fullName(repo)}/commit/${sha}`,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
    added: changed("A"),
    removed: changed("D"),
    modified: changed("M"),
  };
}
