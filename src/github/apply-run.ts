/** `reeve github apply`: carry out what merged pull requests were reviewed for, hold the rest, and say so to everybody. */
import { randomUUID } from "node:crypto";
import { type ApplyReport, applyPlan, isComplete } from "../apply/apply-plan.ts";
import { openJournal } from "../apply/journal.ts";
import { checkWorkspace, ownFolder, planWorkspace, type Workspace } from "../apply/workspace.ts";
import { UserError } from "../support/user-error.ts";
import { applyCheck } from "./checks/apply-check.ts";
import type { GitHubWriter } from "./client/github.ts";
import { type ApplyFacts, applyKey, renderApplyReply, renderTrackingIssue } from "./comment/apply-texts.ts";
import { readContributions } from "./contributions.ts";
import type { RunContext } from "./event.ts";
import { type Examined, examineContribution } from "./judge-contribution.ts";
import { keepComment } from "./keyed-comment.ts";
import { closeIssue, keepIssueOpen, type Matter } from "./keyed-issue.ts";
import { type HeldLock, type LockOptions, takeLock } from "./lock.ts";
import type { PullRequest, Sha } from "./model.ts";
import { replanTouching } from "./replan-open.ts";
import { uniteReviewed } from "./reviewed-union.ts";
import type { Trees } from "./trees.ts";

export interface ApplyRun {
  readonly workspace: Workspace;
  readonly trees: Trees;
  readonly context: RunContext;
  readonly github: GitHubWriter;
  readonly push: { readonly branch: string; readonly before: Sha; readonly after: Sha };
  /** `.github/workflows/plan.yml` */
  readonly planWorkflow: string;
}

/** `superseded`: the branch has moved on, and the run of its newer commit applies all of it. */
export type ApplyJob =
  | { readonly status: "superseded"; readonly by: Sha }
  | { readonly status: "applied"; readonly report: ApplyReport; readonly refusals: ReadonlyMap<number, string> };

/** A run that died holds nobody up for longer; one that lives says so three times as often. */
const LOCK_MS = 3_600_000;
const MOST_COMMITS = 100;

export async function runApply(run: ApplyRun): Promise<ApplyJob> {
  const { github, push, trees } = run;
  const tip = await github.ref(`heads/${push.branch}`);
  const { sha } = await trees.head();
  if (tip !== null && tip !== sha) return { status: "superseded", by: tip };
  const estate = (await checkWorkspace(run.workspace)).checkable.name;
  const lock = await takeLock(lockOptions(run, estate));
  const done = new AbortController();
  const renewal = keepRenewing(run, lock, done.signal);
  try {
    return await applyBranch(run, sha);
  } finally {
    done.abort();
    await renewal;
    await lock.release();
  }
}

/** Until it is done; a lock that somebody broke is not taken again. */
async function keepRenewing({ workspace }: ApplyRun, lock: HeldLock, done: AbortSignal): Promise<void> {
  try {
    do await workspace.clock.sleep(LOCK_MS / 3, done);
    while (await lock.renew());
  } catch (error) {
    if (!done.aborted && !(error instanceof UserError)) throw error;
  }
}

function lockOptions({ github, workspace, context }: ApplyRun, estate: string): LockOptions {
  const owner = { run: `${context.runId}.${context.attempt}`, url: context.url, actor: context.actor };
  return { github, clock: workspace.clock, estate, owner, lifetime: LOCK_MS };
}

async function applyBranch(run: ApplyRun, sha: Sha): Promise<ApplyJob> {
  const { github, trees, push, workspace, context, planWorkflow } = run;
  const line = await trees.firstParents(sha, MOST_COMMITS);
  const contributions = await readContributions(github, line, push.before);
  const court = { workspace, trees, github, repository: context.repository, planWorkflow };
  const examined: Examined[] = [];
  for (const contribution of contributions) examined.push(await examineContribution(court, contribution));
  const { report, refusals } = await carryOut(run, examined);
  const facts: ApplyFacts = { report, commit: sha, runUrl: context.url, pulls: pullsOf(examined), refusals };
  await tellEverybody(run, facts);
  await replanTouching({ github, repository: context.repository, planWorkflow }, addressesDone(report));
  return { status: "applied", report, refusals };
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
  const { plan: now, lanes, session } = await planWorkspace(workspace, checked, selects);
  const judged = examined.flatMap((one) => one.judged ?? []);
  const { reviewed, refusals } = uniteReviewed(judged, now, checked.checkable.acknowledged);
  const head = {
    run: randomUUID(),
    estate: now.estate,
    commit: now.commit,
    plan: reviewed.digest,
    clock: workspace.clock,
  };
  const journal = await openJournal(ownFolder(workspace), head);
  try {
    const report = await applyPlan({ now, reviewed, lanes, session, record: journal.record });
    return { report, refusals };
  } finally {
    await journal.close();
  }
}

function pullsOf(examined: readonly Examined[]): readonly PullRequest[] {
  return examined.flatMap(({ contribution }) => contribution.pull ?? []);
}

function addressesDone({ outcomes }: ApplyReport): ReadonlySet<string> {
  return new Set(outcomes.filter(({ status }) => status !== "held").map(({ address }) => address));
}

function trackingIssue(estate: string): Matter {
  const title = `Reeve could not apply everything to ${estate}`;
  return { key: `tracking:${estate}`, label: "reeve-apply", title };
}

/** The commit's check, a reply on each pull request, and the one issue that stays open until an apply is complete. */
async function tellEverybody({ github }: ApplyRun, facts: ApplyFacts): Promise<void> {
  const { report, commit, pulls, refusals } = facts;
  const matter = trackingIssue(report.estate);
  if (isComplete(report) && refusals.size === 0) await closeIssue(github, matter, renderTrackingIssue(facts).text);
  else await keepIssueOpen(github, matter, renderTrackingIssue(facts).text);
  for (const { number } of pulls) {
    await keepComment(github, { number, key: applyKey(report.estate) }, () => renderApplyReply(facts).text);
  }
  // Last: it says that everything up to this commit is applied and told.
  await github.report(commit, applyCheck(facts));
}
