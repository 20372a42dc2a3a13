/** `reeve github plan`: plan what a pull request would do, and say it where its people look. */
import type { Workspace } from "../apply/workspace.ts";
import { checkWorkspace, planWorkspace, rootOf } from "../apply/workspace.ts";
import { leftBehind } from "../estate/left-behind.ts";
import type { Plan } from "../plan/plan.ts";
import { costLines, describeChangeCost } from "../render/cost-words.ts";
import { sortDiagnostics } from "../support/diagnostic.ts";
import type { Position } from "../support/position.ts";
import { checkReport } from "./checks/check-report.ts";
import { renderJobSummary } from "./checks/job-summary.ts";
import type { GitHubWriter } from "./client/github.ts";
import type { CommentFacts, CostWords, LivePlan, PlanPlace } from "./comment/facts.ts";
import { renderComment } from "./comment/render-comment.ts";
import type { RunContext } from "./event.ts";
import { gatherQuestion } from "./gather-question.ts";
import { findComment } from "./keyed-comment.ts";
import type { PullRequest } from "./model.ts";
import { basePolicy } from "./policy/base-policy.ts";
import { evaluatePolicy } from "./policy/evaluate-policy.ts";
import { offlineDifference } from "./policy/offline-difference.ts";
import { policyChanges } from "./policy/policy-changes.ts";
import { splitPlan, type Touched, touchedByPull } from "./policy/touched.ts";
import { checkedOutMerge, estateFileOf, type PullSides, readSides } from "./pull-sides.ts";
import type { Trees } from "./trees.ts";

export interface PlanRun {
  readonly workspace: Workspace;
  readonly trees: Trees;
  readonly context: RunContext;
  readonly pull: PullRequest;
  /** Null for a stranger's pull request: GitHub gives its job no right to write, and Reeve wants none. */
  readonly github: GitHubWriter | null;
}

/** What the job leaves behind for its artifact, its summary and its exit code. */
export interface PlanJob {
  readonly facts: CommentFacts;
  readonly comment: string;
  readonly isShownWhole: boolean;
  readonly summary: string;
  readonly isSuccess: boolean;
}

/** Plans, and posts the comment and the check. Never locks, never writes to the world. */
export async function runPlan(run: PlanRun): Promise<PlanJob> {
  const { workspace, trees, pull } = run;
  const merge = await checkedOutMerge(trees, pull);
  const { stateDir, signal } = workspace;
  const sides = await readSides({ trees, root: rootOf(workspace), stateDir, signal }, merge);
  const place = placeOf(run, sides);
  const { github } = run;
  if (github === null || pull.isFork) return jobOf({ place, subject: { offline: offlineOf(sides) }, previous: null });
  const live = await planLive(run, github, sides);
  const key = `plan:${live.plan.estate}`;
  const previous = (await findComment(github, pull.number, key)) ?? null;
  const facts: CommentFacts = { place, subject: { live }, previous: previous?.body ?? null };
  const job = jobOf(facts);
  if (previous === null) await github.createComment(pull.number, job.comment);
  else if (previous.body !== job.comment) await github.updateComment(previous.id, job.comment);
  await github.report(pull.head.sha, checkReport(facts));
  return job;
}

function jobOf(facts: CommentFacts): PlanJob {
  const { text, isShownWhole } = renderComment(facts);
  const { conclusion } = checkReport(facts);
  const summary = renderJobSummary(facts).text;
  return { facts, comment: text, isShownWhole, summary, isSuccess: conclusion !== "failure" };
}

function placeOf({ context, pull }: PlanRun, { baseSha }: PullSides): PlanPlace {
  return {
    repositoryUrl: context.repositoryUrl,
    head: pull.head.sha,
    base: baseSha,
    runUrl: context.url,
    artifact: { name: "reeve-plan", url: null },
  };
}

function offlineOf({ base, head }: PullSides): Extract<CommentFacts["subject"], { offline: unknown }>["offline"] {
  const documents = offlineDifference({ base: base.checkable, head: head.checkable });
  return { estate: head.checkable.name, documents, diagnostics: head.diagnostics };
}

async function planLive(run: PlanRun, github: GitHubWriter, sides: PullSides): Promise<LivePlan> {
  const { workspace, pull, context } = run;
  const estates = { base: sides.base.checkable, head: sides.head.checkable };
  const unreviewed = { ...workspace, base: estates.base };
  const { plan: planned } = await planWorkspace(unreviewed, await checkWorkspace(unreviewed));
  const left = leftBehind({ before: estates.base, after: estates.head });
  const plan = { ...planned, diagnostics: sortDiagnostics([...planned.diagnostics, ...left]) };
  const touched = touchedByPull(estates, sides.files);
  const split = splitPlan(plan, touched);
  const base = basePolicy(sides.base);
  const changes = policyChanges(touched.documents, split.ours, estates);
  const estateFile = estateFileOf(sides);
  const { owner } = context.repository;
  const question = await gatherQuestion({ github, owner, base, pull, files: sides.files, changes, estateFile });
  const policy = base.status === "none" ? null : evaluatePolicy(base, question);
  return { plan, ...split, removed: removedBy(touched), policy, cost: costWords(plan) };
}

function costWords({ cost, changes }: Plan): CostWords | null {
  if (cost === undefined) return null;
  const phrases = changes.flatMap((change) =>
    change.cost === undefined ? [] : [[change.address, describeChangeCost(change.cost)] as const],
  );
  return { lines: costLines(cost, changes.length > 0), notes: cost.notes, changes: new Map<string, string>(phrases) };
}

function removedBy({ documents }: Touched): ReadonlyMap<string, Position> {
  const gone = documents.filter(({ after }) => after === null);
  return new Map(
    gone.flatMap(({ address, before }) => (before?.source == null ? [] : [[address, before.source] as const])),
  );
}
