/** Literals of the loop's vocabulary. */
import type { PullRequest, WorkflowRun } from "../../../src/github/model.ts";

const HEAD = "1".repeat(40);

export function pull(number: number, over: Partial<PullRequest> = {}): PullRequest {
  return {
    number,
    title: `Pull request ${number}`,
    author: { login: "bob", id: 2, isBot: false },
    state: "closed",
    isDraft: false,
    head: { sha: HEAD, ref: "grow" },
    base: { sha: "b".repeat(40), ref: "main" },
    isFork: false,
    mergedAt: new Date("2026-03-02T09:00:00Z"),
    mergeCommit: null,
    labels: [],
    ...over,
  };
}

export function run(id: number, over: Partial<WorkflowRun> = {}): WorkflowRun {
  return {
    id,
    path: ".github/workflows/plan.yml",
    event: "pull_request",
    headSha: HEAD,
    headBranch: "grow",
    headRepository: "acme/state",
    conclusion: "success",
    createdAt: new Date("2026-03-02T09:00:00Z"),
    ...over,
  };
}
