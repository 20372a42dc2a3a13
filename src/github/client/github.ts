import type {
  Actor,
  Artifact,
  CheckReport,
  CheckRun,
  Comment,
  CommitObject,
  Issue,
  Permission,
  PullRequest,
  Review,
  Sha,
  WorkflowRun,
} from "../model.ts";

/** All that may be asked of GitHub; it has no way to write. Every list is whole: pages are read to their end. */
export interface GitHubReader {
  /** Who these credentials are: the only author whose comments and issues are ours. */
  viewer(): Promise<Actor>;
  pullRequest(number: number): Promise<PullRequest>;
  openPullRequests(): Promise<readonly PullRequest[]>;
  /** All that were ever opened from a branch of this repository, the closed ones too. */
  pullRequestsFrom(branch: string): Promise<readonly PullRequest[]>;
  /** Pull requests that brought a commit to where it is. */
  pullRequestsOf(commit: Sha): Promise<readonly PullRequest[]>;
  reviews(number: number): Promise<readonly Review[]>;
  /** Accounts behind the commits of its branch, as authors and as committers. */
  committers(number: number): Promise<readonly Actor[]>;
  permissionOf(login: string): Promise<Permission>;
  /** Logins in lower case; null where there is no such team, or none that these credentials may see. */
  teamMembers(team: { readonly org: string; readonly slug: string }): Promise<ReadonlySet<string> | null>;
  /** Null where it is gone. */
  comment(id: number): Promise<Comment | null>;
  comments(number: number): Promise<readonly Comment[]>;
  /** Issues that these credentials opened with this label, open and closed, newest first. */
  issuesLabelled(label: string): Promise<readonly Issue[]>;
  checkRuns(sha: Sha, name: string): Promise<readonly CheckRun[]>;
  workflowRuns(headSha: Sha, event: string): Promise<readonly WorkflowRun[]>;
  artifacts(run: number): Promise<readonly Artifact[]>;
  /** The archive's bytes. */
  download(artifact: number): Promise<Uint8Array>;
  /** Null where there is no such ref; `name` begins with neither `refs/` nor a slash. */
  ref(name: string): Promise<Sha | null>;
  commit(sha: Sha): Promise<CommitObject>;
  /** First-parent history is for git; this is what GitHub's own default branch is called. */
  defaultBranch(): Promise<string>;
}

/** Reading and writing. */
export interface GitHubWriter extends GitHubReader {
  createComment(number: number, body: string): Promise<Comment>;
  updateComment(id: number, body: string): Promise<void>;
  reactTo(comment: number, reaction: "eyes" | "+1" | "-1" | "confused" | "rocket"): Promise<void>;
  /** Annotations beyond the first 50 are appended, 50 a request. */
  report(sha: Sha, report: CheckReport): Promise<void>;
  createIssue(issue: { readonly title: string; readonly body: string; readonly label: string }): Promise<Issue>;
  updateIssue(number: number, change: { readonly body?: string; readonly isOpen?: boolean }): Promise<void>;
  /** The tree with these files, by their paths, in the place of what it has there. */
  createTree(base: Sha, files: ReadonlyMap<string, string>): Promise<Sha>;
  createCommit(commit: Omit<CommitObject, "sha">): Promise<Sha>;
  /** False where it is there already. */
  createRef(name: string, sha: Sha): Promise<boolean>;
  /** False where the ref is no ancestor of `sha`: somebody else moved it. */
  forwardRef(name: string, sha: Sha): Promise<boolean>;
  createPullRequest(pull: {
    readonly title: string;
    readonly body: string;
    readonly head: string;
    readonly base: string;
  }): Promise<PullRequest>;
  /** Runs a workflow's run once more: the same event, and whatever its refs are by now. */
  rerun(run: number): Promise<void>;
}
