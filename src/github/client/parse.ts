/** From GitHub's answers to the model: the one place that decides about missing and odd fields. Pure. */
import type { Actor, Comment, Issue, Permission, PullRequest, Review, WorkflowRun } from "../model.ts";

interface RawActor {
  readonly login: string;
  readonly id: number;
  readonly type?: string;
}

/** GitHub's own placeholder for accounts that are gone. */
const GHOST: Actor = { login: "ghost", id: 10_137, isBot: false };

export function parseActor(raw: RawActor | null | undefined): Actor {
  if (raw === null || raw === undefined) return GHOST;
  return { login: raw.login, id: raw.id, isBot: raw.type === "Bot" || raw.login.endsWith("[bot]") };
}

interface RawPull {
  readonly number: number;
  readonly title: string;
  readonly user: RawActor | null;
  readonly state: string;
  readonly draft?: boolean | undefined;
  readonly head: { readonly sha: string; readonly ref: string; readonly repo?: { readonly full_name: string } | null };
  readonly base: { readonly sha: string; readonly ref: string; readonly repo?: { readonly full_name: string } | null };
  readonly merged_at?: string | null;
  readonly merge_commit_sha?: string | null;
  readonly labels?: readonly (string | { readonly name?: string })[];
}

/** A head whose repository is gone is treated as a stranger's. */
export function parsePull(raw: RawPull): PullRequest {
  const home = raw.base.repo?.full_name;
  return {
    number: raw.number,
    title: raw.title,
    author: parseActor(raw.user),
    state: raw.state === "open" ? "open" : "closed",
    isDraft: raw.draft ?? false,
    head: { sha: raw.head.sha, ref: raw.head.ref },
    base: { sha: raw.base.sha, ref: raw.base.ref },
    isFork: home === undefined || raw.head.repo?.full_name !== home,
    mergedAt: raw.merged_at === null || raw.merged_at === undefined ? null : new Date(raw.merged_at),
    mergeCommit: raw.merge_commit_sha ?? null,
    labels: (raw.labels ?? []).map(labelName),
  };
}

function labelName(label: string | { readonly name?: string }): string {
  return typeof label === "string" ? label : (label.name ?? "");
}

const REVIEW_STATES: Readonly<Record<string, Review["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
};

interface RawReview {
  readonly user: RawActor | null;
  readonly state: string;
  readonly commit_id: string | null;
  readonly submitted_at?: string;
}

/** A review that is not sent yet, or of a commit that is gone, is none. */
export function parseReview(raw: RawReview): readonly Review[] {
  const state = REVIEW_STATES[raw.state];
  if (state === undefined || raw.commit_id === null || raw.submitted_at === undefined) return [];
  return [
    {
      reviewer: parseActor(raw.user),
      state,
      commit: raw.commit_id,
      at: new Date(raw.submitted_at),
    },
  ];
}

interface RawComment {
  readonly id: number;
  readonly user: RawActor | null;
  readonly body?: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export function parseComment(raw: RawComment): Comment {
  return {
    id: raw.id,
    author: parseActor(raw.user),
    body: raw.body ?? "",
    createdAt: new Date(raw.created_at),
    updatedAt: new Date(raw.updated_at),
  };
}

interface RawIssue {
  readonly number: number;
  readonly user: RawActor | null;
  readonly title: string;
  readonly body?: string | null;
  readonly state: string;
  readonly labels: readonly (string | { readonly name?: string })[];
}

export function parseIssue(raw: RawIssue): Issue {
  return {
    number: raw.number,
    author: parseActor(raw.user),
    title: raw.title,
    body: raw.body ?? "",
    isOpen: raw.state === "open",
    labels: raw.labels.map(labelName),
  };
}

interface RawRun {
  readonly id: number;
  readonly path: string;
  readonly event: string;
  readonly head_sha: string;
  readonly head_branch: string | null;
  readonly head_repository: { readonly full_name: string } | null;
  readonly conclusion: string | null;
  readonly created_at: string;
}

/** `path` may carry the ref of a required workflow behind an `@`. */
export function parseRun(raw: RawRun): WorkflowRun {
  return {
    id: raw.id,
    path: raw.path.split("@")[0] ?? raw.path,
    event: raw.event,
    headSha: raw.head_sha,
    headBranch: raw.head_branch ?? "",
    headRepository: raw.head_repository?.full_name ?? "",
    conclusion: raw.conclusion,
    createdAt: new Date(raw.created_at),
  };
}

const PERMISSIONS: ReadonlySet<string> = new Set(["none", "read", "triage", "write", "maintain", "admin"]);

/** `role_name` tells maintain and triage apart; a role of the organisation's own counts as what it is built on. */
export function parsePermission(raw: { readonly permission: string; readonly role_name?: string }): Permission {
  const word = PERMISSIONS.has(raw.role_name ?? "") ? (raw.role_name ?? "") : raw.permission;
  return PERMISSIONS.has(word) ? (word as Permission) : "none";
}
