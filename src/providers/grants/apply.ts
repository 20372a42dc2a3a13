import type { Change } from "../../plan/change.ts";
import type { Outcome } from "../../plan/outcome.ts";
import type { Session, Work } from "../provider.ts";
import { kindKey } from "./client/served-kinds.ts";
import { ClusterTrouble } from "./client/trouble.ts";
import type { ClusterWriter } from "./client/writer.ts";
import { type Step, stepsOf } from "./compare-objects.ts";
import { isExclusive, serverMark } from "./live.ts";
import { type ClusterOpener, type ClusterView, type GrantsObservation, isRead } from "./model.ts";
import { type ClusterDocument, resolveTopology } from "./topology.ts";

/** Object by object, in order: what is left of an apply that breaks off lets in fewer, never more. */
export async function* applyGrants(
  work: Work<GrantsObservation>,
  opener: ClusterOpener<ClusterWriter>,
  session: Session,
): AsyncIterable<Outcome> {
  const jobs = resolveTopology(work.desired).clusters.flatMap((cluster) => {
    const view = work.observation.clusters.get(cluster.name);
    return isRead(view) ? [{ cluster, view, steps: stepsOf(cluster, view), writer: opener.open(cluster) }] : [];
  });
  for (const change of work.changes) {
    session.signal.throwIfAborted();
    session.progress.step(`applying ${change.address}`);
    const own = jobs.flatMap((job) => {
      const steps = job.steps.get(change.address);
      return steps === undefined ? [] : [{ ...job, steps }];
    });
    yield await applyChange(change, own);
  }
}

interface Job {
  readonly cluster: ClusterDocument;
  readonly view: ClusterView;
  readonly steps: readonly Step[];
  readonly writer: ClusterWriter;
}

async function applyChange({ address }: Change, jobs: readonly Job[]): Promise<Outcome> {
  try {
    const all = jobs.flatMap((job) => job.steps.map((step) => ({ job, step })));
    await takeAway(all.filter(({ step }) => step.do === "remove"));
    for (const { job, step } of all) if (step.do !== "remove") await carryOut(step, job);
    return { status: "done", address, message: `${all.length} objects` };
  } catch (error) {
    if (!(error instanceof ClusterTrouble)) throw error;
    const { failure, next } = error.verdict;
    return { status: "failed", address, message: error.message, failure, next };
  }
}

/** What cannot be taken away does not keep the rest, which all lets people in; nothing is opened after it. */
async function takeAway(removals: readonly { readonly job: Job; readonly step: Step }[]): Promise<void> {
  const troubles: ClusterTrouble[] = [];
  for (const { job, step } of removals) {
    try {
      await carryOut(step, job);
    } catch (error) {
      if (!(error instanceof ClusterTrouble)) throw error;
      troubles.push(error);
    }
  }
  const [first] = troubles;
  if (first !== undefined) throw first;
}

async function carryOut(step: Step, { cluster, view, writer }: Job): Promise<void> {
  if (step.do === "refuse") throw new ClusterTrouble(cluster.name, step.verdict);
  const object = step.do === "remove" ? step.live : step.rendered.object;
  const kind = view.kinds.get(kindKey(object));
  if (kind === undefined) throw new TypeError(`${kindKey(object)} was planned and is not served`);
  if (step.do === "remove") {
    await writer.remove(kind, { ...object.metadata, uid: serverMark(object, "uid") });
    return;
  }
  const { fieldManager, conflicts } = cluster.spec;
  const isForced = conflicts === "force" || isExclusive(object);
  const applied = await writer.apply(kind, object, { fieldManager, isForced });
  if (step.foreign.length === 0) return;
  const resourceVersion = serverMark(applied.object, "resourceVersion");
  const steps = step.foreign.map(({ pointer }) => ({ op: "remove", path: pointer }) as const);
  await writer.patch(kind, { ...object.metadata, resourceVersion }, steps);
}
