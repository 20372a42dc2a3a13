/** One round: look at the world, decide, carry out under the lease what may be, look again. */
import type { ApplyReport } from "../apply/apply-plan.ts";
import { type CheckedEstate, type Planned, planWorkspace, type Workspace } from "../apply/workspace.ts";
import { applyReviewed } from "../github/apply-reviewed.ts";
import type { Outcome } from "../plan/outcome.ts";
import type { Blocker } from "../plan/plan.ts";
import type { Calls } from "../support/calls.ts";
import type { Clock } from "../support/clock.ts";
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
  /** What earlier instants have changed and that is not done yet. */
  readonly due: ReadonlySet<string>;
  readonly lease: Lease;
  /** Asked under the lease: why this tree is not the one to apply any more; null where it is. */
  readonly outdated: (lastCommit: string | null) => Promise<string | null>;
  /** Called under the lease, before the first write. */
  readonly onBegin: () => void;
}

export interface Finished {
  readonly planned: Planned;
  /** Before anything of that plan was read: an instant that came since is still to be seen to. */
  readonly plannedAt: Date;
  /** Of the plan as it is after all. */
  readonly decisions: readonly Decision[];
  readonly outcomes: readonly Outcome[];
  /** Those of them that put back what the world had moved. */
  readonly corrections: readonly Outcome[];
  /** What stopped an apply before its first write. */
  readonly blockers: readonly Blocker[];
  /** Why what may be carried out was not begun, or not finished; null where it was. */
  readonly waits: string | null;
  /** The next instant of the plan came in the middle, and the apply has stopped at a safe point. */
  readonly isCutShort: boolean;
}

export async function runRound(round: Round): Promise<Finished> {
  const first = await look(round);
  const wanted = first.decisions.filter(({ left }) => left === null);
  if (wanted.length === 0) return { ...first, ...NOTHING, waits: null };
  const lease = await round.lease.take(round.workspace.signal);
  if (!isTaken(lease)) return { ...first, ...NOTHING, waits: lease.heldBy };
  const applied = await applyHolding(round, lease, first);
  if ("waits" in applied) return { ...first, ...NOTHING, ...applied };
  const { reports, isCutShort } = applied;
  const outcomes = reports.flatMap((report) => report.outcomes);
  const blockers = reports.flatMap((report) => report.blockers);
  const waits = applied.isLost ? "the lease was lost" : null;
  const moved = new Set(wanted.flatMap(({ change, cause }) => (cause === "drift" ? [change.address] : [])));
  const corrections = outcomes.filter(({ address }) => moved.has(address));
  return { ...(await look(round)), outcomes, corrections, blockers, waits, isCutShort };
}

const NOTHING = { outcomes: [], corrections: [], blockers: [], isCutShort: false } as const;

interface Looked {
  readonly planned: Planned;
  readonly plannedAt: Date;
  readonly decisions: readonly Decision[];
}

async function look(round: Round, selects?: (address: string) => boolean): Promise<Looked> {
  const plannedAt = round.workspace.clock.now();
  const planned = await planWorkspace(round.workspace, round.checked, selects);
  const isOfTime = timeWatch(round, planned);
  return { planned, plannedAt, decisions: decide(planned.plan.changes, { ...round.grounds, isOfTime }) };
}

/** Compares what was read with the documents once more, as if it still were the last settled instant. */
function timeWatch({ settledAt, due }: Round, { lanes }: Planned): Grounds["isOfTime"] {
  if (settledAt === null) return ({ address }) => due.has(address);
  const before = lanes.flatMap(
    ({ provider, survey }) => provider.compare(survey.desired, survey.observation, settledAt).changes,
  );
  const isNew = changesOfTime(before);
  return (change) => due.has(change.address) || isNew(change);
}

/** What an instant has ended does not wait for anything else, nor for what stops anything else. */
const ORDER: readonly (readonly Cause[])[] = [["time"], ["commit", "drift"]];

/** Nor for a provider that it is none of the business of: rights that are lost at AWS keep nobody's access from ending. */
function providersOf({ providers }: Workspace, causes: readonly Cause[], wanted: readonly Decision[]): Providers {
  if (!causes.includes("time")) return providers;
  const names = new Set(wanted.map(({ change }) => change.provider));
  return providers.filter(({ name }) => names.has(name));
}

type Providers = Workspace["providers"];

interface Applied {
  readonly reports: readonly ApplyReport[];
  readonly isCutShort: boolean;
  readonly isLost: boolean;
}

/** Gives the lease back, whatever becomes of the apply. */
async function applyHolding(
  round: Round,
  lease: HeldLease,
  first: Looked,
): Promise<Applied | { readonly waits: string }> {
  let done: string | null = null;
  const guarded = guardCalls(round.workspace.calls, lease);
  try {
    const outdated = await round.outdated(lease.commit);
    if (outdated !== null) return { waits: outdated };
    done = round.tree.commit;
    round.onBegin();
    return await applyUnder({ ...round, workspace: { ...round.workspace, calls: guarded.calls } }, lease, first);
  } finally {
    await guarded.settled();
    await lease.release(done);
  }
}

/** An apply may take longer than the plan's next instant is away: then it stops for that, and is carried on afterwards. */
async function applyUnder(round: Round, lease: HeldLease, { planned, decisions }: Looked): Promise<Applied> {
  const { workspace } = round;
  const over = new AbortController();
  const instant = watchFor(workspace.clock, planned.plan.nextChangeAt, over.signal);
  const stops = AbortSignal.any([lease.lost, instant]);
  const signal = AbortSignal.any([workspace.signal, stops]);
  const reports: ApplyReport[] = [];
  try {
    for (const causes of ORDER) {
      const wanted = decisions.filter(({ left, cause }) => left === null && causes.includes(cause));
      const group = new Set<string>(wanted.map(({ change }) => change.address));
      if (group.size === 0 || stops.aborted) continue;
      const providers = providersOf(workspace, causes, wanted);
      const inner = { ...round, workspace: { ...workspace, providers, signal } };
      const done = applyGroup(inner, (address) => group.has(address));
      reports.push(...(await done.catch(unlessStopped(workspace.signal, stops))));
    }
  } finally {
    over.abort();
  }
  return { reports, isCutShort: instant.aborted && !workspace.signal.aborted, isLost: lease.lost.aborted };
}

/** Aborted when the instant comes. */
function watchFor(clock: Clock, instant: string | null, over: AbortSignal): AbortSignal {
  const controller = new AbortController();
  if (instant === null) return controller.signal;
  const wait = async (): Promise<void> => {
    const due = Date.parse(instant);
    for (let left = due - clock.now().getTime(); left > 0; left = due - clock.now().getTime())
      await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), over);
    controller.abort(new Error("an instant of the plan has come"));
  };
  // Ended with the apply: then nobody listens.
  void wait().catch(() => undefined);
  return controller.signal;
}

const LONGEST_SLEEP_MS = 60_000;

async function applyGroup(round: Round, selects: (address: string) => boolean): Promise<readonly ApplyReport[]> {
  const { planned, decisions } = await look(round, selects);
  const changes = decisions.filter(({ left }) => left === null).map(({ change }) => change);
  if (changes.length === 0) return [];
  return [await applyReviewed(round.workspace, planned, { ...planned.plan, changes })];
}

/** What stops an apply may also break off a look: the next round begins anew. */
function unlessStopped(signal: AbortSignal, stops: AbortSignal): (error: unknown) => readonly ApplyReport[] {
  return (error) => {
    if (stops.aborted && !signal.aborted) return [];
    throw error;
  };
}

interface Guarded {
  readonly calls: Calls;
  /** Resolves when no call is under way, whatever became of the apply that made them. */
  settled(): Promise<void>;
}

/** No call goes out that somebody else's apply could meet, and none is under way any more when the lease is given back. */
function guardCalls(calls: Calls, lease: HeldLease): Guarded {
  const underWay = new Set<Promise<unknown>>();
  const watched = async <Out>(call: Promise<Out>): Promise<Out> => {
    underWay.add(call);
    try {
      return await call;
    } finally {
      underWay.delete(call);
    }
  };
  return {
    calls: {
      send: async (label, request) => {
        lease.lost.throwIfAborted();
        if (!lease.isHeld()) throw new Error("the lease may be somebody else's by now");
        return watched(calls.send(label, request));
      },
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
