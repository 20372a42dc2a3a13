/**
 * Which plan was reviewed: the one that the state repository's own plan workflow made for the pull request's last commit.
 * Comments and check texts are never read for it, because everybody whose job may write to the pull request may write those.
 */
import { unzipSync } from "fflate";
import { parseReviewedPlan } from "../apply/reviewed-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { UserError } from "../support/user-error.ts";
import type { GitHubReader } from "./client/github.ts";
import type { Artifact, PolicyAnswer, PullRequest, RepositoryName, WorkflowRun } from "./model.ts";

/** What one merged pull request has brought for the apply. */
export type ReviewedPlan =
  | { readonly pull: PullRequest; readonly plan: Plan; readonly verdict: RecordedVerdict }
  | { readonly pull: PullRequest; readonly refusal: string };

/** What the plan job says of its own plan; `verdict.json` in the artifact. */
export interface RecordedVerdict {
  readonly formatVersion: 1;
  /** False where a change was shown in full neither by the comment nor by the check. */
  readonly isShownWhole: boolean;
  /** Addresses of the changes that the pull request makes. The plan's other changes were there without it. */
  readonly ours: readonly string[];
  /** What the policy said when it was planned, for reading alone: an apply asks it anew. */
  readonly answers: readonly RecordedAnswer[];
}

export type RecordedAnswer = Pick<PolicyAnswer, "subject" | "isAllowed" | "reasons" | "needs">;

export interface ReviewedOptions {
  readonly github: GitHubReader;
  readonly repository: RepositoryName;
  /** `.github/workflows/plan.yml` */
  readonly workflow: string;
}

const ARTIFACT = "reeve-plan";
const PLAN_FILE = "plan.json";
const VERDICT_FILE = "verdict.json";

/** Far above any plan, far below what memory holds. */
const MOST_BYTES = 256 * 1024 * 1024;

export async function readReviewed(pull: PullRequest, options: ReviewedOptions): Promise<ReviewedPlan> {
  const runs = await options.github.workflowRuns(pull.head.sha, "pull_request");
  const run = trustedRun(runs, pull, options);
  if ("refusal" in run) return { pull, refusal: run.refusal };
  const rival = await rivalBase(pull, options.github);
  if (rival !== null) {
    const refusal = `its last commit was proposed for the branch ${rival} too, whose workflow may have recorded this plan: push a commit`;
    return { pull, refusal };
  }
  return readRecorded(pull, run, options);
}

/** What one run recorded, whatever it may be worth. */
export async function readRecorded(
  pull: PullRequest,
  run: WorkflowRun,
  { github }: Pick<ReviewedOptions, "github">,
): Promise<ReviewedPlan> {
  const artifact = newest(await github.artifacts(run.id));
  if (artifact === null)
    return { pull, refusal: "its plan's artifact is gone: GitHub keeps artifacts for a time only" };
  if (artifact.bytes > MOST_BYTES) return { pull, refusal: "its plan's artifact is too large" };
  return readArchive(pull, await github.download(artifact.id));
}

/**
 * GitHub does not say which branch a run's pull request was for, and a run takes its workflow from the merge with that branch.
 * So no other branch may have been asked to take this very commit.
 */
async function rivalBase({ number, head, base }: PullRequest, github: GitHubReader): Promise<string | null> {
  const pulls = await github.pullRequestsFrom(head.ref);
  const rival = pulls.find((one) => one.number !== number && one.head.sha === head.sha && one.base.ref !== base.ref);
  return rival?.base.ref ?? null;
}

/**
 * The latest one, and only where it succeeded: an earlier one may have planned against another base, from the workflow that was
 * there. Pure.
 */
export function trustedRun(
  runs: readonly WorkflowRun[],
  pull: PullRequest,
  place: Pick<ReviewedOptions, "repository" | "workflow">,
): WorkflowRun | { readonly refusal: string } {
  const [latest] = planRuns(runs, pull, place);
  const commit = pull.head.sha.slice(0, 12);
  if (latest === undefined) return { refusal: `no plan was made for its last commit ${commit} by ${place.workflow}` };
  if (latest.conclusion === "success") return latest;
  const state = latest.conclusion === null ? "is not done" : `ended as ${latest.conclusion}`;
  return { refusal: `the last plan of its last commit ${commit} ${state}: run it again` };
}

/** Runs of that very workflow, on that very commit, of a head in this repository, the latest first. Pure. */
export function planRuns(
  runs: readonly WorkflowRun[],
  pull: PullRequest,
  { repository, workflow }: Pick<ReviewedOptions, "repository" | "workflow">,
): readonly WorkflowRun[] {
  const home = `${repository.owner}/${repository.name}`.toLowerCase();
  const fitting = runs.filter(
    (run) =>
      run.path === workflow &&
      run.event === "pull_request" &&
      run.headSha === pull.head.sha &&
      run.headBranch === pull.head.ref &&
      run.headRepository.toLowerCase() === home,
  );
  return fitting.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id);
}

function newest(artifacts: readonly Artifact[]): Artifact | null {
  const fitting = artifacts.filter(({ name, isExpired }) => name === ARTIFACT && !isExpired);
  return fitting.toSorted((a, b) => b.id - a.id)[0] ?? null;
}

function readArchive(pull: PullRequest, bytes: Uint8Array): ReviewedPlan {
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => (name === PLAN_FILE || name === VERDICT_FILE) && originalSize <= MOST_BYTES,
    });
    const [plan, verdict] = [files[PLAN_FILE], files[VERDICT_FILE]];
    if (plan === undefined || verdict === undefined)
      return { pull, refusal: "its plan's artifact is not one of Reeve's" };
    return { pull, plan: parseReviewedPlan(textOf(plan), PLAN_FILE), verdict: parseVerdict(textOf(verdict)) };
  } catch (error) {
    if (error instanceof UserError) return { pull, refusal: `its recorded plan is refused: ${error.message}` };
    return { pull, refusal: "its plan's artifact cannot be read" };
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** Anything but a clear yes is a no. */
function parseVerdict(text: string): RecordedVerdict {
  const value = membersOf(JSON.parse(text));
  return {
    formatVersion: 1,
    isShownWhole: value["isShownWhole"] === true,
    ours: textsOf(value["ours"]),
    answers: listOf(value["answers"]).flatMap(parseAnswer),
  };
}

function parseAnswer(raw: unknown): readonly RecordedAnswer[] {
  const { subject, isAllowed, reasons, needs } = membersOf(raw);
  if (typeof subject !== "string") return [];
  return [{ subject, isAllowed: isAllowed === true, reasons: textsOf(reasons), needs: textsOf(needs) }];
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one): one is string => typeof one === "string");
}
