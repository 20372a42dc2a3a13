/** One round: look at the world, decide, carry out under the lease what may be, look again. */
import type { ApplyReport } from "../apply/apply-plan.ts";
import { type CheckedEstate, type Planned, planWorkspace, type Workspace } from "../apply/workspace.ts";
import { applyReviewed } from "../github/apply-reviewed.ts";
import type { Outcome } from "../plan/outcome.ts";
import type { Blocker } from "../plan/plan.ts";
import type { Calls } from "../support/calls.ts";
import { type Cause, changesOfTime, type Decision, decide, type Grounds } from "./decide.ts";
import { type HeldLease, isTaken, type Lease } from "./lease/lease.ts";
import type { Tree } from "./tree.ts";

export interface Round {
  readonly workspace: Workspace;
  readonly tree: Tree;
  readonly checked: CheckedEstate;
  readonly grounds: Omit<Grounds, "isOfTime">;
  /** When a round last saw to what time had changed; null: never, and then nothing is of time alone. */
  readonly settledAt: Date | null;
  readonly lease: Lease;
  /** Asked under the lease: why this tree is not the one to apply any more; null where it is. */
  readonly outdated: (lastCommit: string | null) => Promise<string | null>;
}

export interface Finished {
  readonly planned: Planned;
  /** Of the plan as it is after all. */
  readonly decisions: readonly Decision[];
  readonly outcomes: readonly Outcome[];
  /** What stopped an apply before its first write. */
  readonly blockers: readonly Blocker[];
  /** Why what may be carried out was not begun, or not finished; null where it was. */
  readonly waits: string | null;
}

export async function runRound(round: Round): Promise<Finished> {
  const first = await look(round);
  const wanted = first.decisions.filter(({ left }) => left === null);
  if (wanted.length === 0) return { ...first, outcomes: [], blockers: [], waits: null };
  const lease = await round.lease.take(round.workspace.signal);
  if (!isTaken(lease)) return { ...first, outcomes: [], blockers: [], waits: lease.heldBy };
  let done: string | null = null;
  try {
    const outdated = await round.outdated(lease.commit);
    if (outdated !== null) return { ...first, outcomes: [], blockers: [], waits: outdated };
    done = round.tree.commit;
    const reports = await applyUnder(round, lease, wanted);
    const outcomes = reports.flatMap((report) => report.outcomes);
    const blockers = reports.flatMap((report) => report.blockers);
    const waits = lease.lost.aborted ? "the lease was lost" : null;
    return { ...(await look(round)), outcomes, blockers, waits };
  } finally {
    await lease.release(done);
  }
}

interface Looked {
  readonly planned: Planned;
  readonly decisions: readonly Decision[];
}

async function look(round: Round, selects?: (address: string) => boolean): Promise<Looked> {
  const planned = await planWorkspace(round.workspace, round.checked, selects);
  const isOfTime = timeWatch(round, planned);
  return { planned, decisions: decide(planned.plan.changes, { ...round.grounds, isOfTime }) };
}

/** Compares what was read with the documents once more, as if it still were the last settled instant. */
function timeWatch({ settledAt }: Round, { lanes }: Planned): Grounds["isOfTime"] {
  if (settledAt === null) return () => false;
  const before = lanes.flatMap(
    ({ provider, survey }) => provider.compare(survey.desired, survey.observation, settledAt).changes,
  );
  return changesOfTime(before);
}

/** What an instant has ended does not wait for anything else, nor for what stops anything else. */
const ORDER: readonly (readonly Cause[])[] = [["time"], ["commit", "drift"]];

async function applyUnder(
  round: Round,
  lease: HeldLease,
  wanted: readonly Decision[],
): Promise<readonly ApplyReport[]> {
  const reports: ApplyReport[] = [];
  const { workspace } = round;
  const signal = AbortSignal.any([workspace.signal, lease.lost]);
  const calls = guardCalls(workspace.calls, lease);
  for (const causes of ORDER) {
    const group = new Set<string>(
      wanted.filter(({ cause }) => causes.includes(cause)).map(({ change }) => change.address),
    );
    if (group.size === 0 || lease.lost.aborted) continue;
    const inner = { ...round, workspace: { ...workspace, signal, calls } };
    reports.push(...(await applyGroup(inner, (address) => group.has(address)).catch(unlessLost(round, lease))));
  }
  return reports;
}

async function applyGroup(round: Round, selects: (address: string) => boolean): Promise<readonly ApplyReport[]> {
  const { planned, decisions } = await look(round, selects);
  const changes = decisions.filter(({ left }) => left === null).map(({ change }) => change);
  if (changes.length === 0) return [];
  return [await applyReviewed(round.workspace, planned, { ...planned.plan, changes })];
}

/** A lease that was lost breaks off a look as it does an apply: the next round begins anew. */
function unlessLost({ workspace }: Round, { lost }: HeldLease): (error: unknown) => readonly ApplyReport[] {
  return (error) => {
    if (lost.aborted && !workspace.signal.aborted) return [];
    throw error;
  };
}

/** No call goes out that somebody else's apply could meet. */
function guardCalls(calls: Calls, lease: HeldLease): Calls {
  return {
    send: async (label, request) => {
      lease.lost.throwIfAborted();
      if (!lease.isHeld()) throw new Error("the lease may be somebody else's by now");
      return calls.send(label, request);
    },
  };
}
