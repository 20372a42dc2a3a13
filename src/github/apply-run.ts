/** `reeve github apply`: carry out what merged pull requests were reviewed for, hold the rest, and say so to everybody. */
import type { ApplyReport } from "../apply/apply-plan.ts";
import { checkWorkspace, planWorkspace, type Workspace } from "../apply/workspace.ts";
import { userError } from "../support/user-error.ts";
import { applyReviewed } from "./apply-reviewed.ts";
import type { GitHubReader, GitHubWriter } from "./client/github.ts";
import type { ApplyFacts } from "./comment/apply-texts.ts";
import { type BranchLine, type Contribution, readContributions } from "./contributions.ts";
import type { RunContext } from "./event.ts";
import { type Examined, examineContribution } from "./judge-contribution.ts";
import type { PullRequest, Sha } from "./model.ts";
import { replanTouching } from "./replan-open.ts";
import { uniteReviewed } from "./reviewed-union.ts";
import { tellEverybody } from "./tell-apply.ts";
import type { Trees } from "./trees.ts";
import { underLock } from "./under-lock.ts";

export interface ApplyRun {
  readonly workspace: Workspace;
  readonly trees: Trees;
  readonly context: RunContext;
  readonly github: GitHubWriter;
  readonly branch: string;
  /** `.github/workflows/plan.yml` */
  readonly planWorkflow: string;
  /** What of the branch is applied. */
  readonly choose: (line: BranchLine) => Promise<Chosen>;
}

export interface Chosen {
  readonly contributions: readonly Contribution[];
  /** Null where the apply is of all that waits; else of the plan that was asked for by its digest. */
  readonly digest: string | null;
  /** False where something else waits for an apply too: then nothing is said of the branch as a whole. */
  readonly isAll: boolean;
}

/** Everything since the last apply that was done. */
export function sinceLastApply(github: GitHubReader, before: Sha): ApplyRun["choose"] {
  return async (line) => ({
    contributions: await readContributions(github, line, before),
    digest: null,
    isAll: true,
  });
}

/** `superseded`: the branch has moved on, and the run of its newer commit applies all of it. */
export type ApplyJob =
  | { readonly status: "superseded"; readonly by: Sha }
  | { readonly status: "applied"; readonly report: ApplyReport; readonly refusals: ReadonlyMap<number, string> };

const MOST_COMMITS = 100;

export async function runApply(run: ApplyRun): Promise<ApplyJob> {
  const { sha } = await run.trees.head();
  const moved = await movedTo(run, sha);
  if (moved !== null) return { status: "superseded", by: moved };
  const estate = (await checkWorkspace(run.workspace)).checkable.name;
  return underLock(run, estate, async () => {
    // Looked at again, because another apply may have come and gone before the lock was free.
    const by = await movedTo(run, sha);
    return by === null ? await applyBranch(run, sha) : { status: "superseded", by };
  });
}

/** Where the branch is by now; null where it is still at this commit, or gone. */
async function movedTo({ github, branch }: ApplyRun, sha: Sha): Promise<Sha | null> {
  const tip = await github.ref(`heads/${branch}`);
  return tip === sha ? null : tip;
}

async function applyBranch(run: ApplyRun, sha: Sha): Promise<ApplyJob> {
  const { github, trees, workspace, context, planWorkflow } = run;
  const { contributions, digest, isAll } = await run.choose({
    branch: run.branch,
    commits: await trees.firstParents(sha, MOST_COMMITS),
  });
  const court = { workspace, trees, github, repository: context.repository, planWorkflow };
  const examined: Examined[] = [];
  for (const contribution of contributions) examined.push(await examineContribution(court, contribution));
  if (digest !== null) demandPlan(examined, digest);
  const { report, refusals } = await carryOut(run, examined);
  const facts: ApplyFacts = { report, commit: sha, runUrl: context.url, pulls: pullsOf(examined), refusals };
  await tellEverybody(github, facts, isAll);
  await replan(run, report);
  return { status: "applied", report, refusals };
}

async function replan({ github, context, planWorkflow, workspace }: ApplyRun, report: ApplyReport): Promise<void> {
  const { repository } = context;
  const { refused } = await replanTouching({ github, repository, planWorkflow }, addressesDone(report));
  for (const [number, why] of refused) workspace.progress.step(`#${number} could not be planned again: ${why}`);
}

/** The digest that somebody named is that of the very plan which is carried out, read under the lock. */
function demandPlan(examined: readonly Examined[], digest: string): void {
  const recorded = examined.flatMap(({ judged }) => judged?.reviewed ?? []);
  const other = recorded.find((reviewed) => "plan" in reviewed && reviewed.plan.digest !== digest);
  if (other === undefined) return;
  throw userError(
    "other-plan",
    `the plan that was recorded for the last commit ${other.pull.head.sha.slice(0, 12)} of #${other.pull.number} is another one`,
    "take the digest from the end of the plan's comment",
  );
}

interface CarriedOut {
  readonly report: ApplyReport;
  readonly refusals: ReadonlyMap<number, string>;
}

/** Only what the contributions reach is planned: drift of other resources is no matter of a merge. */
async function carryOut({ workspace }: ApplyRun, examined: readonly Examined[]): Promise<CarriedOut> {
  const checked = await checkWorkspace(workspace);
  const isEverything = examined.some(({ touched }) => touched.isEverything);
  const reach = new Set(examined.flatMap(({ touched }) => [...touched.reach]));
  const reviewedAddresses = examined.flatMap(({ judged }) =>
    judged !== null && "plan" in judged.reviewed ? judged.reviewed.verdict.ours : [],
  );
  const wanted = new Set<string>([...reach, ...reviewedAddresses]);
  const selects = (address: string): boolean => isEverything || wanted.has(address);
  const planned = await planWorkspace(workspace, checked, selects);
  const judged = examined.flatMap((one) => one.judged ?? []);
  const { reviewed, refusals } = uniteReviewed(judged, planned.plan, checked.checkable.acknowledged);
  return { report: await applyReviewed(workspace, planned, reviewed), refusals };
}

function pullsOf(examined: readonly Examined[]): readonly PullRequest[] {
  return examined.flatMap(({ contribution }) => contribution.pull ?? []);
}

function addressesDone({ outcomes }: ApplyReport): ReadonlySet<string> {
  return new Set(outcomes.filter(({ status }) => status !== "held").map(({ address }) => address));
}
