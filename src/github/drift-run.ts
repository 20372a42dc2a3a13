/** `reeve github drift`: compare the default branch with the world, say what differs, and see to it as the estate wants it. */
import { checkWorkspace, type Planned, planWorkspace } from "../apply/workspace.ts";
import type { Estate } from "../estate/estate.ts";
import type { Change } from "../plan/change.ts";
import { isDestructive } from "../render/words.ts";
import { hasErrors } from "../support/diagnostic.ts";
import { UserError } from "../support/user-error.ts";
import { type DriftFacts, type DriftMode, type Remark, readSeen, sinceWhen } from "./comment/drift-text.ts";
import { type Correction, correctDrift, isCorrectable, type ModeOf, NO_CORRECTION } from "./drift/correct.ts";
import { lookWhetherSettled, type Settled, type Standpoint } from "./drift/settled.ts";
import { driftMatter, tellDrift } from "./drift/tell-drift.ts";
import { findIssue } from "./keyed-issue.ts";
import { type Proposed, proposeDrift } from "./propose/propose-drift.ts";
import type { Trees } from "./trees.ts";
import type { LockRun } from "./under-lock.ts";

export interface DriftRun extends LockRun {
  readonly trees: Trees;
  /** `.github/workflows/apply.yml` */
  readonly applyWorkflow: string;
}

/** `unsettled`: an apply is under way or still to come, so nobody can say what is drift. */
export type DriftJob =
  | { readonly status: "unsettled"; readonly why: string }
  | {
      readonly status: "compared";
      readonly facts: DriftFacts;
      readonly issue: number | null;
      readonly isSound: boolean;
    };

export async function runDrift(run: DriftRun): Promise<DriftJob> {
  const { workspace, github } = run;
  const { estate, diagnostics } = await checkWorkspace(workspace);
  if (estate === null) throw new UserError(diagnostics.filter(({ severity }) => severity === "error"));
  const place = await standpoint(run, estate);
  const compared = await compareWorld(run, { estate, place });
  if ("status" in compared) return compared;
  const proposed = await propose(run, place, compared);
  const found = await findIssue(github, driftMatter(estate.name));
  const before = found === null ? new Map<string, string>() : readSeen(found.body);
  const facts = factsOf(run, { ...compared, estate, proposed, before });
  const issue = await tellDrift(github, facts, found);
  return { status: "compared", facts, issue, isSound: isSound(compared, facts) };
}

async function standpoint(
  { github, trees, workspace, context, applyWorkflow }: DriftRun,
  estate: Estate,
): Promise<Standpoint> {
  const [branch, { sha }] = await Promise.all([github.defaultBranch(), trees.head()]);
  const { clock } = workspace;
  return { github, trees, clock, repository: context.repository, estate: estate.name, branch, sha, applyWorkflow };
}

interface Compared {
  readonly planned: Planned;
  readonly correction: Correction;
  readonly isApplied: boolean;
  readonly modes: Modes;
  readonly modeOf: ModeOf;
}

type Modes = Readonly<Record<string, DriftMode | undefined>>;

type Unsettled = Extract<Settled, { readonly status: "unsettled" }>;

/** Looks twice whether an apply has begun: what it had half done while the world was read would be called drift. */
async function compareWorld(
  run: DriftRun,
  { estate, place }: { readonly estate: Estate; readonly place: Standpoint },
): Promise<Compared | Unsettled> {
  const { workspace } = run;
  const modes: Modes = { ...estate.settings.safety.modes };
  const modeOf: ModeOf = (kind) => modes[kind] ?? "report";
  const before = await lookWhetherSettled(place);
  if (before.status === "unsettled") return before;
  const planned = await planWorkspace(workspace, await checkWorkspace(workspace));
  const after = await lookWhetherSettled(place);
  if (after.status === "unsettled") return after;
  const { isApplied } = after;
  if (!isApplied || !planned.plan.changes.some((change) => isCorrectable(change, modeOf)))
    return { planned, correction: NO_CORRECTION, isApplied, modes, modeOf };
  const isStill = async (): Promise<boolean> => (await run.github.ref(`heads/${place.branch}`)) === place.sha;
  const correction = await correctDrift({ ...run, estate: estate.name, modeOf }, isStill);
  if (correction === null) return { status: "unsettled", why: "an apply has begun meanwhile" };
  return {
    planned: await planWorkspace(workspace, await checkWorkspace(workspace)),
    correction,
    isApplied,
    modes,
    modeOf,
  };
}

const NO_PROPOSAL: Proposed = { number: null, notes: new Map() };

/** Nothing is recorded in the place of what an apply has still to do. */
async function propose(run: DriftRun, place: Standpoint, compared: Compared): Promise<Proposed> {
  const { planned, isApplied, modes, modeOf } = compared;
  if (!isApplied || !Object.values(modes).includes("propose")) return NO_PROPOSAL;
  const { workspace, github, context } = run;
  return proposeDrift({ workspace, github, place, planned, modeOf, runUrl: context.url });
}

interface FactSources extends Compared {
  readonly estate: Estate;
  readonly proposed: Proposed;
  readonly before: ReadonlyMap<string, string>;
}

function factsOf({ workspace, context }: DriftRun, sources: FactSources): DriftFacts {
  const { planned, correction, isApplied, modeOf, estate, before, proposed } = sources;
  const { changes } = planned.plan;
  const troubles = troublesOf(planned);
  const now = workspace.clock.now().toISOString();
  const addresses = changes.map(({ address }) => address);
  return {
    estate: estate.name,
    changes,
    modeOf,
    seen: sinceWhen(addresses, before, { now, isWhole: troubles.length === 0 }),
    notes: new Map(changes.flatMap((change) => noteOf(change, sources))),
    corrected: correction.outcomes.filter(({ status }) => status === "done"),
    troubles,
    blockers: correction.blockers,
    isApplied,
    now,
    runUrl: context.url,
    proposal: proposed.number,
  };
}

/** Why a change that is to be put back is still there, or one that is to be recorded is in no pull request. */
function noteOf(change: Change, { modeOf, correction, proposed }: FactSources): readonly (readonly [string, string])[] {
  const { address, kind, blocked } = change;
  const unsaid = proposed.notes.get(address);
  if (unsaid !== undefined) return [[address, `not recorded: ${unsaid}`]];
  if (modeOf(kind) !== "correct" || blocked !== undefined) return [];
  if (isDestructive(change)) return [[address, "it destroys, so it is left to people"]];
  const outcome = correction.outcomes.find((one) => one.address === address);
  return outcome === undefined || outcome.status === "done" ? [] : [[address, `${outcome.status}: ${outcome.message}`]];
}

/** What could not be read, and what the live world forbids. */
export function troublesOf({ lanes }: Planned): readonly Remark[] {
  return lanes.flatMap(({ survey }) => {
    const unread = new Set(survey.comparison.unread);
    const findings = survey.comparison.findings.filter(
      ({ severity, resource }) => severity === "error" || (severity === "held" && unread.has(resource.address)),
    );
    return findings.map(({ resource, message }) => ({ address: resource.address, message }));
  });
}

/** That something differs is no failure of the job; that something could not be looked at or put back is. */
function isSound({ planned, correction }: Compared, { troubles }: DriftFacts): boolean {
  const isDone = correction.outcomes.every(({ status }) => status !== "failed");
  return troubles.length === 0 && isDone && !hasErrors(planned.plan.diagnostics);
}
