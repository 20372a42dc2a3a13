/** The vocabulary of the pull-request loop. Values alone: parsed once at the rim, decided on by pure functions. */
import type { Action, Change } from "../plan/change.ts";
import type { Diagnostic } from "../support/diagnostic.ts";

/** `owner/name`, as GitHub spells it. */
export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** Who did something. Bots and apps are never counted as reviewers. */
export interface Actor {
  readonly login: string;
  readonly id: number;
  readonly isBot: boolean;
}

/** A commit id in full. */
export type Sha = string;

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly author: Actor;
  readonly state: "open" | "closed";
  readonly isDraft: boolean;
  readonly head: { readonly sha: Sha; readonly ref: string };
  readonly base: { readonly sha: Sha; readonly ref: string };
  /** True where head is of another repository: its author has no rights here. */
  readonly isFork: boolean;
  readonly mergedAt: Date | null;
  readonly mergeCommit: Sha | null;
  readonly labels: readonly string[];
}

export interface Review {
  readonly reviewer: Actor;
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed";
  /** The commit that was looked at. */
  readonly commit: Sha;
  readonly at: Date;
}

/** A file of a pull request, by its path; a renamed one has both. */
export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: "added" | "modified" | "removed" | "renamed";
}

export type Permission = "none" | "read" | "triage" | "write" | "maintain" | "admin";

/** What a policy is asked about a pull request. */
export interface PolicyQuestion {
  readonly author: Actor;
  /** Everybody who is known to have pushed to its branch: they made it as the author did. */
  readonly pushers: readonly Actor[];
  readonly head: Sha;
  readonly reviews: readonly Review[];
  readonly files: readonly ChangedFile[];
  /** What the pull request would do, and what documents it changes without any effect in the live world. */
  readonly changes: readonly PolicyChange[];
  /** Logins by team, `team:platform` as the policy names it; only those that the policy mentions. */
  readonly teams: ReadonlyMap<string, ReadonlySet<string>>;
  /** By login: of the author, those who pushed and those who reviewed. `anyone` is who can write. */
  readonly permissions: ReadonlyMap<string, Permission>;
  /** `desired-state/reeve.yaml`: it is protected, whatever the policy says. */
  readonly estateFile: string;
  /** Who asked for the rules to be passed over; null where nobody did. */
  readonly override: PolicyOverrideRequest | null;
}

/** A wish to pass over the rules. Like an approval, it is for one commit alone. */
export interface PolicyOverrideRequest {
  readonly by: Actor;
  readonly reason: string;
  readonly commit: Sha;
}

/** One thing that a pull request does to a resource, as the rules see it. */
export interface PolicyChange {
  readonly address: string;
  readonly kind: string;
  readonly name: string;
  /** As its document is at the base; null where there is none. Both sides must be allowed: nobody relabels their way out. */
  readonly before: PolicyFace | null;
  /** As its document is at the head; null where there is none. */
  readonly after: PolicyFace | null;
  /** `document`: its document changes and nothing else does. */
  readonly action: Action | "document";
  /** Of the plan's change; null where the plan has none. */
  readonly digest: Change["digest"] | null;
}

/** What rules go by, beside kind and name. */
export interface PolicyFace {
  readonly labels: Readonly<Record<string, string>>;
  /** Where it is declared; null for what no document declares. */
  readonly file: string | null;
}

/** What the policy says of one touched resource or file. */
export interface PolicyAnswer {
  /** The resource's address, or the file's path. */
  readonly subject: string;
  readonly action: PolicyChange["action"] | "file";
  readonly isAllowed: boolean;
  /** In plain words: which rule, what it asks, what is there, what is missing. */
  readonly reasons: readonly string[];
  /** What is still needed; empty where it is allowed or where nothing would help. */
  readonly needs: readonly string[];
}

export interface PolicyVerdict {
  readonly isAllowed: boolean;
  readonly answers: readonly PolicyAnswer[];
  /** Recorded where rules were passed over that would have denied. */
  readonly brokenGlass: BrokenGlass | null;
  readonly findings: readonly Diagnostic[];
}

/** The record of an emergency. */
interface BrokenGlass {
  readonly by: string;
  readonly reason: string;
  readonly commit: Sha;
  /** The subjects that the rules alone would have denied. */
  readonly passedOver: readonly string[];
}

/** A comment on a pull request or an issue. */
export interface Comment {
  readonly id: number;
  readonly author: Actor;
  readonly body: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Issue {
  readonly number: number;
  readonly author: Actor;
  readonly title: string;
  readonly body: string;
  readonly isOpen: boolean;
  readonly labels: readonly string[];
}

/** One line of a check run, shown at its place in the pull request's files. */
export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
}

export type CheckConclusion = "success" | "failure" | "neutral" | "action_required";

/** What a check run says once it is complete. */
export interface CheckReport {
  readonly name: string;
  readonly conclusion: CheckConclusion;
  readonly title: string;
  readonly summary: string;
  readonly text: string | null;
  readonly externalId: string;
  readonly annotations: readonly Annotation[];
  readonly detailsUrl: string | null;
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly sha: Sha;
  readonly isComplete: boolean;
  readonly conclusion: string | null;
  readonly externalId: string;
  /** The app that made it: `github-actions` for workflow tokens. */
  readonly app: string;
}

export interface WorkflowRun {
  readonly id: number;
  /** `.github/workflows/plan.yml` */
  readonly path: string;
  readonly event: string;
  readonly headSha: Sha;
  /** The branch that the head is of. */
  readonly headBranch: string;
  /** `owner/name` that the head is of: another one for a fork. */
  readonly headRepository: string;
  readonly conclusion: string | null;
  readonly createdAt: Date;
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly isExpired: boolean;
}

export interface CommitObject {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
}
