/** A WorkstationCluster's API server, opened for reading or for writing. */
import { durationSeconds } from "../../../support/duration.ts";
import type { Session } from "../../provider.ts";
import type { ClusterDocument } from "../topology.ts";
import { openConnection } from "./connection.ts";
import { sourceOf } from "./credential-source.ts";
import { type Door, openDoor } from "./door.ts";
import { type ClusterReader, createReader } from "./reader.ts";
import { ClusterTrouble, isTrouble } from "./trouble.ts";
import { type ClusterWriter, createWriter } from "./writer.ts";

/** No call goes out, and no kubeconfig is read, before the first question. */
export function openClusterReader(session: Session, cluster: ClusterDocument): ClusterReader {
  return createReader(doorOf(session, cluster), cluster.spec.limits.pageSize);
}

/** As `openClusterReader`; for apply alone. */
export function openClusterWriter(session: Session, cluster: ClusterDocument): ClusterWriter {
  return createWriter(doorOf(session, cluster), cluster.spec.fieldManager);
}

function doorOf(session: Session, cluster: ClusterDocument): Door {
  const { clock, calls, signal } = session;
  const { name } = cluster;
  const { limits } = cluster.spec;
  const connection = openConnection({
    clock,
    timeoutMs: durationSeconds(limits.timeout) * 1000,
    load: async () => {
      const { loadCredentials } = await import("./kubeconfig.ts");
      return named(cluster, () => loadCredentials(sourceOf(cluster, session)));
    },
  });
  return openDoor({ name, limits, connection, clock, calls, signal, random: Math.random });
}

/** What is wrong with a kubeconfig is told with where it was looked for. */
function named<Loaded>({ spec }: ClusterDocument, load: () => Loaded): Loaded {
  try {
    return load();
  } catch (error) {
    if (!isTrouble(error, "unconfigured")) throw error;
    const { kubeconfig, kubeconfigFrom } = spec;
    const inPod =
      kubeconfigFrom === undefined ? "the account of Reeve's own pod" : `the kubeconfig in ${kubeconfigFrom.env}`;
    const where = kubeconfig === undefined ? inPod : `the kubeconfig ${kubeconfig.path}`;
    const verdict = { ...error.verdict, message: `${where}: ${error.verdict.message}` };
    throw new ClusterTrouble("kubeconfig", verdict, { cause: error });
  }
}
