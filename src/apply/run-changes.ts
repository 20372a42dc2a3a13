import type { Address } from "../estate/resource.ts";
import type { Change } from "../plan/change.ts";
import type { Outcome } from "../plan/outcome.ts";
import type { Session } from "../providers/provider.ts";
import type { AnyProvider, Surveyed } from "../providers/survey.ts";

/** What a run needs of one provider. */
export interface Lane {
  readonly provider: AnyProvider;
  readonly survey: Surveyed;
}

export interface Run {
  /** Reviewed changes, in dependency order. */
  readonly changes: readonly Change[];
  readonly lanes: readonly Lane[];
  readonly session: Session;
  /** Called before a batch goes out and for each outcome: the journal. */
  readonly record: (event: RunEvent) => Promise<void>;
}

export type RunEvent =
  | { readonly event: "intent"; readonly changes: readonly Change[] }
  | { readonly event: "outcome"; readonly outcome: Outcome };

/**
 * Carries changes out: all providers at once, each getting at one go whatever waits for no other provider (a provider
 * orders within its batch). What depends on a failure is skipped; everything else goes on.
 */
export async function runChanges(run: Run): Promise<readonly Outcome[]> {
  const outcomes = new Map<Address, Outcome>();
  let waiting = run.changes;
  while (waiting.length > 0) {
    for (const change of waiting) {
      const why = skipReason(change, outcomes, run.session.signal);
      if (why !== null) await settle(run, outcomes, skipOutcome(change, why));
    }
    waiting = waiting.filter((change) => !outcomes.has(change.address));
    const batch = readyChanges(waiting);
    if (batch.length === 0) continue;
    const share = (lane: Lane) => batch.filter((change) => change.provider === lane.provider.name);
    await Promise.all(run.lanes.map((lane) => runBatch(run, { lane, changes: share(lane) }, outcomes)));
    waiting = waiting.filter((change) => !outcomes.has(change.address));
  }
  return [...outcomes.values()];
}

/** Changes that wait for nothing but what is done or in the same provider's batch. */
function readyChanges(waiting: readonly Change[]): readonly Change[] {
  const unfinished = new Map(waiting.map((change) => [change.address, change.provider]));
  const ready = new Map<Address, Change>();
  for (const change of waiting) {
    const isReady = change.dependsOn.every((address) => {
      const provider = unfinished.get(address);
      return provider === undefined || (provider === change.provider && ready.has(address));
    });
    if (isReady) ready.set(change.address, change);
  }
  return [...ready.values()];
}

/** One provider's share of what is ready. */
interface Batch {
  readonly lane: Lane;
  readonly changes: readonly Change[];
}

async function runBatch(run: Run, { lane, changes }: Batch, outcomes: Map<Address, Outcome>): Promise<void> {
  if (changes.length === 0) return;
  await run.record({ event: "intent", changes });
  const { desired, observation } = lane.survey;
  const work = { changes, desired, observation, now: run.session.clock.now() };
  try {
    const writer = lane.provider.openWriter(run.session);
    for await (const outcome of lane.provider.apply(work, writer, run.session)) await settle(run, outcomes, outcome);
  } catch (error) {
    if (!run.session.signal.aborted) throw error;
  }
  for (const change of changes) {
    if (!outcomes.has(change.address)) await settle(run, outcomes, unansweredOutcome(change));
  }
}

async function settle(run: Run, outcomes: Map<Address, Outcome>, outcome: Outcome): Promise<void> {
  outcomes.set(outcome.address, outcome);
  await run.record({ event: "outcome", outcome });
}

function skipReason(change: Change, outcomes: ReadonlyMap<Address, Outcome>, signal: AbortSignal): string | null {
  if (signal.aborted) return "stopped before it began";
  const failed = change.dependsOn.find((address) => {
    const status = outcomes.get(address)?.status;
    return status !== undefined && status !== "done";
  });
  return failed === undefined ? null : `depends on ${failed}, which was not done`;
}

function skipOutcome({ address }: Change, message: string): Outcome {
  return { status: "skipped", address, message, next: "apply again: it carries on from here" };
}

function unansweredOutcome(change: Change): Outcome {
  return {
    status: "skipped",
    address: change.address,
    message: "stopped before it was finished",
    next: "apply again: it reads what is there and carries on",
  };
}
