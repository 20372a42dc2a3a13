/** Waiting for the cluster to have done what it was asked for. */
import type { Session } from "../provider.ts";
import { verdictOf } from "./client/classify.ts";
import type { ServedKind } from "./client/served-kinds.ts";
import { ClusterTrouble } from "./client/trouble.ts";
import type { ClusterWriter } from "./client/writer.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject, serverMark } from "./live.ts";
import { isRecord, listAt, showJson } from "./render/json-walk.ts";

export interface Waiting {
  /** The WorkstationCluster's name. */
  readonly cluster: string;
  readonly kind: ServedKind;
  readonly writer: Pick<ClusterWriter, "get">;
  readonly session: Pick<Session, "clock" | "progress" | "signal">;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
/** A desktop gets 30 seconds to stop, and a namespace is emptied kind by kind: longer than either takes. */
const MOST_MS = 180_000;

/** Until the server no longer knows this very object. Throws a `ClusterTrouble` that says what holds it. */
export async function waitUntilGone(waiting: Waiting, object: KubeObject): Promise<void> {
  const uid = serverMark(object, "uid");
  await poll(waiting, object, (found) => {
    if (found === null || serverMark(found, "uid") !== uid) return null;
    const finalizers = listAt(found.metadata, "finalizers").map(showJson);
    return finalizers.length === 0 ? "is still there" : `is held by ${finalizers.join(", ")}`;
  });
}

/** Until a workload that was told to have no pods has none. */
export async function waitUntilStopped(waiting: Waiting, workload: KubeObject): Promise<void> {
  await poll(waiting, workload, (found) => {
    if (found === null) return null;
    const { status, metadata } = found;
    const { replicas = 0, observedGeneration = 0 } = isRecord(status) ? status : {};
    const isSeen = Number(observedGeneration) >= Number(metadata["generation"] ?? 0);
    return isSeen && replicas === 0 ? null : `still has ${isSeen ? showJson(replicas) : "its"} pods`;
  });
}

/** `whyNot` says what is still to come of what was found; null for nothing. */
async function poll(
  { cluster, kind, writer, session }: Waiting,
  object: KubeObject,
  whyNot: (found: KubeObject | null) => string | null,
): Promise<void> {
  const what = describeObject(object);
  let pause = FIRST_PAUSE_MS;
  for (let waited = 0; ; waited += pause, pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const why = whyNot(await writer.get(kind, object.metadata));
    if (why === null) return;
    if (waited >= MOST_MS) {
      const message = `${what} ${why} after ${MOST_MS / 1000} s`;
      throw new ClusterTrouble(cluster, verdictOf("still-there", message));
    }
    session.progress.step(`waiting in ${cluster}: ${what} ${why}`);
    await session.clock.sleep(pause, session.signal);
  }
}
