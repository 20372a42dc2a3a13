/** What a workflow run was started by, parsed once from its environment and its event's payload. Pure. */
import { userError } from "../support/user-error.ts";
import { parseActor, parsePull } from "./client/parse.ts";
import type { Actor, PullRequest, RepositoryName, Sha } from "./model.ts";

/** The run itself. */
export interface RunContext {
  readonly repository: RepositoryName;
  /** Names the run, for locks and links. */
  readonly runId: string;
  readonly attempt: string;
  readonly url: string;
  /** `https://github.com/robco/estate` */
  readonly repositoryUrl: string;
  readonly actor: string;
}

export type LoopEvent =
  | { readonly kind: "pull-request"; readonly action: string; readonly pull: PullRequest }
  | { readonly kind: "push"; readonly branch: string; readonly before: Sha; readonly after: Sha }
  | { readonly kind: "comment"; readonly action: string; readonly comment: CommentEvent }
  | { readonly kind: "schedule" }
  | { readonly kind: "dispatch"; readonly inputs: Readonly<Record<string, string>> };

export interface CommentEvent {
  readonly id: number;
  readonly author: Actor;
  readonly body: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Of the issue or pull request. */
  readonly number: number;
  readonly isOnPullRequest: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function parseRunContext(environment: Environment): RunContext {
  const [owner = "", name = "", more] = (environment["GITHUB_REPOSITORY"] ?? "").split("/");
  if (owner === "" || name === "" || more !== undefined) {
    throw userError("no-repository", "GITHUB_REPOSITORY is not owner/name", "run this in a workflow, or set it");
  }
  const runId = environment["GITHUB_RUN_ID"] ?? "local";
  const repositoryUrl = `${environment["GITHUB_SERVER_URL"] ?? "https://github.com"}/${owner}/${name}`;
  return {
    repository: { owner, name },
    runId,
    attempt: environment["GITHUB_RUN_ATTEMPT"] ?? "1",
    url: `${repositoryUrl}/actions/runs/${runId}`,
    repositoryUrl,
    actor: environment["GITHUB_ACTOR"] ?? "",
  };
}

/** `name` is GITHUB_EVENT_NAME, `text` the payload's. */
export function parseEvent(name: string, text: string): LoopEvent {
  const payload = parsePayload(text);
  try {
    switch (name) {
      case "pull_request":
        return {
          kind: "pull-request",
          action: word(payload, "action"),
          pull: parsePullEvent(members(payload["pull_request"], "pull_request")),
        };
      case "push":
        return parsePush(payload);
      case "issue_comment":
        return { kind: "comment", action: word(payload, "action"), comment: parseCommentEvent(payload) };
      case "schedule":
        return { kind: "schedule" };
      case "workflow_dispatch":
        return { kind: "dispatch", inputs: parseInputs(payload["inputs"]) };
      default:
        throw unknownEvent(name);
    }
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw userError("bad-event", `the payload of ${name} is not as GitHub sends it: ${cause.message}`);
  }
}

type Members = Readonly<Record<string, unknown>>;

function parsePayload(text: string): Members {
  try {
    return members(JSON.parse(text), "the payload");
  } catch {
    throw userError("bad-event", "GITHUB_EVENT_PATH holds no event", "run this in a workflow");
  }
}

function parsePullEvent(pull: Members): PullRequest {
  if (!Number.isSafeInteger(pull["number"])) throw new TypeError("number is no number");
  word(pull, "title");
  word(pull, "state");
  for (const side of ["head", "base"]) {
    const commit = members(pull[side], side);
    word(commit, "sha");
    word(commit, "ref");
  }
  return parsePull(pull as never);
}

function parsePush(payload: Members): LoopEvent {
  const ref = word(payload, "ref");
  if (!ref.startsWith("refs/heads/"))
    throw userError("not-a-branch", `${ref} is no branch`, "run apply on pushes to the default branch");
  return {
    kind: "push",
    branch: ref.slice("refs/heads/".length),
    before: word(payload, "before"),
    after: word(payload, "after"),
  };
}

function parseCommentEvent(payload: Members): CommentEvent {
  const comment = members(payload["comment"], "comment");
  const issue = members(payload["issue"], "issue");
  const { id } = comment;
  const { number } = issue;
  if (typeof id !== "number" || typeof number !== "number") throw new TypeError("a number is missing");
  return {
    id,
    author: parseActor(comment["user"] as never),
    body: word(comment, "body"),
    createdAt: time(comment, "created_at"),
    updatedAt: time(comment, "updated_at"),
    number,
    isOnPullRequest: issue["pull_request"] !== undefined,
  };
}

function parseInputs(inputs: unknown): Readonly<Record<string, string>> {
  const pairs = inputs === null || inputs === undefined ? [] : Object.entries(members(inputs, "inputs"));
  return Object.fromEntries(pairs.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
}

function word(payload: Members, key: string): string {
  const value = payload[key];
  if (typeof value !== "string") throw new TypeError(`${key} is no text`);
  return value;
}

function time(payload: Members, key: string): Date {
  const date = new Date(word(payload, key));
  if (Number.isNaN(date.getTime())) throw new TypeError(`${key} is no time`);
  return date;
}

function members(value: unknown, what: string): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(`${what} is missing`);
  return value as Members;
}

function unknownEvent(name: string): Error {
  return userError(
    "unknown-event",
    `nothing is done on the event "${name}"`,
    "use pull_request, push, issue_comment, schedule or workflow_dispatch",
  );
}
