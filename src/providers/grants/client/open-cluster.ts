/** A WorkstationCluster's API server, opened for reading or for writing. */
import { homedir } from "node:os";
import { join } from "node:path";
import { durationSeconds } from "../../../support/duration.ts";
import type { Session } from "../../provider.ts";
import type { ClusterDocument } from "../topology.ts";
import { verdictOf } from "./classify.ts";
import { openConnection } from "./connection.ts";
import { type Door, openDoor } from "./door.ts";
import type { CredentialSource } from "./kubeconfig.ts";
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

function doorOf({ clock, calls, signal, environment }: Session, cluster: ClusterDocument): Door {
  const { name } = cluster;
  const { limits } = cluster.spec;
  const connection = openConnection({
    clock,
    timeoutMs: durationSeconds(limits.timeout) * 1000,
    load: async () => {
      const source = sourceOf(cluster, environment);
      const { loadCredentials } = await import("./kubeconfig.ts");
      return named(cluster, () => loadCredentials(source));
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

/** Set where Reeve works on stand-ins: all clusters are there, each by its name, whatever its document says. */
const STAND_INS = "REEVE_SANDBOX_CLUSTERS";

function sourceOf({ name, spec }: ClusterDocument, environment: Session["environment"]): CredentialSource {
  const { kubeconfig, kubeconfigFrom } = spec;
  const standIns = environment[STAND_INS] ?? "";
  if (standIns !== "") return { from: "text", text: standIns.replaceAll("{cluster}", name), context: name };
  if (kubeconfig !== undefined) {
    const home = environment["HOME"] ?? homedir();
    const path = kubeconfig.path.startsWith("~/") ? join(home, kubeconfig.path.slice(2)) : kubeconfig.path;
    return { from: "file", path, context: kubeconfig.context };
  }
  if (kubeconfigFrom === undefined) return { from: "cluster" };
  const text = environment[kubeconfigFrom.env] ?? "";
  if (text === "")
    throw new ClusterTrouble("kubeconfig", verdictOf("unconfigured", `${kubeconfigFrom.env} is not set`));
  return { from: "text", text, context: kubeconfigFrom.context };
}
