import pLimit from "p-limit";
import type { Address } from "../../estate/resource.ts";
import type { Change } from "../../plan/change.ts";
import type { Outcome } from "../../plan/outcome.ts";
import type { Session, Work } from "../provider.ts";
import { carryOut, type Doable, type Site } from "./carry-out.ts";
import { ClusterTrouble } from "./client/trouble.ts";
import type { ClusterWriter } from "./client/writer.ts";
import { type ClusterOpener, type GrantsObservation, isRead } from "./model.ts";
import { gateOf } from "./proof/gate.ts";
import { feasibleSteps, isClosing, type Step } from "./steps.ts";
import { resolveTopology } from "./topology.ts";

/**
 * What takes access away goes first, of every change, and waits for nothing. Then what clusters share, then what opens; each
 * change in its own order, changes side by side. What is left of an apply that breaks off lets in fewer, never more.
 */
export async function* applyGrants(
  work: Work<GrantsObservation>,
  opener: ClusterOpener<ClusterWriter>,
  session: Session,
): AsyncIterable<Outcome> {
  const jobs = jobsOf(work, opener, session);
  const limit = pLimit(atOnce(work));
  let done = 0;
  const progress = (job: Job): void => {
    session.progress.step(`applying ${job.change.address}`, { done, of: jobs.length });
  };
  const started = jobs.map((job) => ({ job, closed: limit(() => close(job, progress)) }));
  const shared = new Map(
    started.flatMap(({ job, closed }) =>
      job.change.kind === "WorkstationCluster" ? [[job.change.address, finish(job, closed, NOTHING)] as const] : [],
    ),
  );
  const outcomes = started.map(async ({ job, closed }) => {
    const own = shared.get(job.change.address);
    const outcome =
      own ?? closed.then(() => Promise.all(shared.values())).then(() => limit(() => finish(job, closed, shared)));
    return outcome.finally(() => {
      done += 1;
    });
  });
  yield* inOrder(outcomes, session.signal);
}

/** A step and where it is done. */
interface Task {
  readonly step: Step;
  readonly site: Site;
}

interface Job {
  readonly change: Change;
  readonly tasks: readonly Task[];
  /** Clusters of which something shared is still to be done. */
  readonly unsettled: ReadonlySet<Address>;
}

function jobsOf(
  { changes, desired, observation }: Work<GrantsObservation>,
  opener: ClusterOpener<ClusterWriter>,
  session: Session,
): readonly Job[] {
  const topology = resolveTopology(desired);
  const places = topology.clusters.flatMap((cluster) => {
    const view = observation.clusters.get(cluster.name);
    if (!isRead(view)) return [];
    return [
      {
        site: { cluster, view, session, writer: opener.open(cluster) },
        steps: gateOf({ cluster, view, topology }).steps,
      },
    ];
  });
  const unsettled = new Set(
    places.flatMap(({ site: { cluster }, steps }) => (steps.has(cluster.address) ? [cluster.address] : [])),
  );
  return changes.map((change) => ({
    change,
    unsettled,
    tasks: places.flatMap(({ site, steps }) => (steps.get(change.address) ?? []).map((step) => ({ step, site }))),
  }));
}

/** No more changes are half done at one time than calls may be under way. */
function atOnce({ desired }: Work<GrantsObservation>): number {
  return Math.max(1, ...resolveTopology(desired).clusters.map(({ spec }) => spec.limits.concurrency));
}

/** What has to be gone, in this order: what is open, then what is kept, then what it was kept in. */
const KEPT = ["PersistentVolumeClaim", "Namespace"] as const;

function phaseOf(step: Step): number {
  return step.do === "remove" ? KEPT.findIndex((kind) => kind === step.live.kind) + 1 : 0;
}

/** The trouble that kept something open; null for none. What cannot be taken away does not keep the rest from it. */
async function close(job: Job, progress: (job: Job) => void): Promise<ClusterTrouble | null> {
  progress(job);
  const feasible = new Set(feasibleSteps(job.tasks.map(({ step }) => step)));
  const closing = job.tasks.filter(({ step }) => feasible.has(step) && isClosing(step));
  for (const phase of [0, 1, 2]) {
    const trouble = await closeAll(closing.filter(({ step }) => phaseOf(step) === phase));
    if (trouble !== null) return trouble;
  }
  return null;
}

async function closeAll(tasks: readonly Task[]): Promise<ClusterTrouble | null> {
  const troubles: ClusterTrouble[] = [];
  const waits: (() => Promise<void>)[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ClusterTrouble)) throw error;
      troubles.push(error);
    }
  };
  for (const { step, site } of tasks) {
    if (step.do === "refuse") continue;
    await attempt(async () => {
      const wait = await carryOut(step, site);
      if (wait !== null) waits.push(wait);
    });
  }
  for (const wait of waits) await attempt(wait);
  return troubles[0] ?? null;
}

type Shared = ReadonlyMap<Address, Promise<Outcome>>;
const NOTHING: Shared = new Map();

/** Opens what is to be opened, where all was closed that had to be. */
async function finish(job: Job, closed: Promise<ClusterTrouble | null>, shared: Shared): Promise<Outcome> {
  const { address } = job.change;
  try {
    const trouble = await closed;
    if (trouble !== null) throw trouble;
    const refused = job.tasks.find(({ step }) => step.do === "refuse")?.step;
    if (refused?.do === "refuse") {
      const { block, failure } = refused;
      const message = `what takes access away is done, and no more: ${block.message}`;
      return { status: "failed", address, message, failure, next: block.next };
    }
    const opening = job.tasks.filter(({ step }) => !isClosing(step));
    const waited = await unfinishedCluster(job, opening, shared);
    if (waited !== null) return waited;
    for (const { step, site } of opening) await (await carryOut(step as Doable, site))?.();
    return { status: "done", address, message: counted(job.tasks.length) };
  } catch (error) {
    if (!(error instanceof ClusterTrouble)) throw error;
    const { failure, next } = error.verdict;
    return { status: "failed", address, message: error.message, failure, next };
  }
}

/** Nobody is let in before what the cluster's gateway asks of everybody is there. */
async function unfinishedCluster(job: Job, opening: readonly Task[], shared: Shared): Promise<Outcome | null> {
  const { change, unsettled } = job;
  const clusters = new Set(opening.map(({ site }) => site.cluster.address));
  for (const cluster of [...clusters].filter((one) => one !== change.address && unsettled.has(one))) {
    const outcome = await shared.get(cluster);
    const isDone = outcome === undefined ? change.dependsOn.includes(cluster) : outcome.status === "done";
    if (isDone) continue;
    const done = opening.length < job.tasks.length ? "; what takes access away is done" : "";
    const message = `what opens waits for ${cluster}, which is not done${done}`;
    return {
      status: "skipped",
      address: change.address,
      message,
      next: `see ${cluster} in this report, then apply again`,
    };
  }
  return null;
}

/** What was stopped half-way has no outcome: the run says so of it. Throws after the last one where it was. */
async function* inOrder(outcomes: readonly Promise<Outcome>[], signal: AbortSignal): AsyncGenerator<Outcome> {
  const settled = outcomes.map(async (outcome) => {
    try {
      return await outcome;
    } catch (error) {
      if (!signal.aborted) throw error;
      return null;
    }
  });
  // Awaited one by one: one that fails early must not go unnoticed as unhandled.
  for (const outcome of settled) outcome.catch(() => undefined);
  for (const outcome of settled) {
    const one = await outcome;
    if (one !== null) yield one;
  }
  signal.throwIfAborted();
}

function counted(objects: number): string {
  return objects === 1 ? "1 object" : `${objects} objects`;
}
