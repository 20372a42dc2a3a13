import type { Git } from "./git.ts";
import type { MergeMethod } from "./merging.ts";

export type Role = "admin" | "maintain" | "write" | "triage" | "read" | "none";
export type Association = "OWNER" | "MEMBER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE";

export interface User {
  readonly login: string;
  readonly id: number;
  readonly type: "User" | "Bot" | "Organization";
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: string;
  readonly bot: string;
  readonly installationId: number;
  readonly permissions: Readonly<Record<string, Level>>;
  /** PEM; null for GitHub Actions, whose tokens are only ever handed out. */
  readonly publicKey: string | null;
}

export type Level = "read" | "write" | "admin";

/** Whom a token speaks for, and what it may. */
export interface Token {
  /** `jwt` is an App that speaks for itself, to get a token of an installation. */
  readonly kind: "person" | "installation" | "jwt" | "anonymous";
  readonly actor: string;
  /** Null for a person, who may what their role allows. */
  readonly app: App | null;
  readonly permissions: Readonly<Record<string, Level>>;
  /** `owner/name`s it works on; null for all that its actor sees. */
  readonly repos: readonly string[] | null;
  readonly expiresAt: Date | null;
}

interface Merged {
  readonly sha: string;
  readonly by: string;
  readonly at: Date;
  readonly method: MergeMethod;
  /** Every commit that the merge brought into the base branch. */
  readonly introduced: readonly string[];
}

/** A head that was pushed over an earlier one. */
interface HeadMove {
  readonly before: string;
  readonly after: string;
}

export interface Pull {
  /** Null once the fork is gone. */
  readonly headRepo: Repo;
  readonly headRef: string;
  headSha: string;
  baseRef: string;
  /** The base branch when the head last moved: not where it is now. */
  baseSha: string;
  isDraft: boolean;
  merged: Merged | null;
  /** The trial merge, and the pair of commits that it was made of. */
  trial: { readonly of: string; readonly sha: string | null; unread: number } | null;
  moves: HeadMove[];
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: string;
  readonly app: App | null;
  readonly createdAt: Date;
  readonly pull: Pull | null;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: string | null;
  labels: string[];
  assignees: string[];
  updatedAt: Date;
  closedAt: Date | null;
  closedBy: string | null;
}

export interface Reaction {
  readonly id: number;
  readonly user: string;
  readonly content: string;
  readonly createdAt: Date;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  readonly app: App | null;
  readonly createdAt: Date;
  readonly reactions: Reaction[];
  body: string;
  updatedAt: Date;
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";

export interface Review {
  readonly id: number;
  readonly pull: number;
  readonly author: string;
  readonly body: string;
  readonly commit: string;
  readonly submittedAt: Date;
  state: ReviewState;
}

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: string;
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: number;
  readonly app: App;
  readonly headSha: string;
  readonly annotations: Annotation[];
  name: string;
  externalId: string;
  detailsUrl: string;
  status: string;
  conclusion: string | null;
  startedAt: Date;
  completedAt: Date | null;
  title: string | null;
  summary: string | null;
  text: string | null;
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: Date;
}

export interface Workflow {
  readonly id: number;
  readonly name: string;
  readonly path: string;
}

export interface WorkflowRun {
  readonly id: number;
  readonly number: number;
  readonly workflow: Workflow;
  readonly event: string;
  readonly headSha: string;
  readonly headBranch: string;
  readonly headRepo: Repo;
  readonly actor: string;
  readonly createdAt: Date;
  status: string;
  conclusion: string | null;
}

export interface Artifact {
  readonly id: number;
  readonly run: WorkflowRun;
  readonly name: string;
  readonly zip: Buffer;
  readonly createdAt: Date;
  isExpired: boolean;
}

interface Dispatch {
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly by: string;
}

/** What a protected branch asks for. */
export interface Protection {
  readonly approvals: number;
  readonly dismissStale: boolean;
  readonly checks: readonly string[];
  readonly strict: boolean;
  readonly enforceAdmins: boolean;
}

export interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly branches: readonly string[];
  readonly rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[];
}

export interface Repo {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly git: Git;
  readonly parent: Repo | null;
  readonly isPrivate: boolean;
  readonly createdAt: Date;
  /** Whether workflow tokens may open and approve pull requests: a setting of the repository. */
  readonly actionsMayOpenPulls: boolean;
  readonly roles: Map<string, Role>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly reviews: Map<number, Review>;
  readonly checks: Map<number, CheckRun>;
  /** Check suites: one an App and commit. */
  readonly suites: Map<string, number>;
  readonly statuses: Status[];
  readonly workflows: Workflow[];
  readonly runs: Map<number, WorkflowRun>;
  readonly artifacts: Map<number, Artifact>;
  readonly dispatches: Dispatch[];
  readonly protections: Map<string, Protection>;
  readonly rulesets: Ruleset[];
}

export interface Team {
  readonly org: string;
  readonly slug: string;
  readonly members: ReadonlySet<string>;
}

/** All that the stand-in knows. */
export interface World {
  /** Where the API is: `http://127.0.0.1:PORT` and a prefix. */
  url: string;
  /** Where artifacts are: another host than the API's, so that clients keep their credentials to themselves. */
  storage: string;
  readonly htmlUrl: string;
  now(): Date;
  /** Ids of everything come from here: never twice the same, and ever larger. */
  nextId(): number;
  /** How often a pull request is read before its trial merge is done: GitHub says null until then. */
  readonly mergeableLag: number;
  readonly users: Map<string, User>;
  readonly apps: App[];
  readonly actions: App;
  readonly tokens: Map<string, Token>;
  readonly teams: Team[];
  readonly repos: Map<string, Repo>;
}

export const DEFAULT_BRANCH = "main";

export function fullName(repo: Pick<Repo, "owner" | "name">): string {
  return `${repo.owner}/${repo.name}`;
}
