import { openClusterReader, openClusterWriter } from "../../../../src/providers/grants/client/open-cluster.ts";
import type { ClusterReader } from "../../../../src/providers/grants/client/reader.ts";
import type { ServedKind } from "../../../../src/providers/grants/client/served-kinds.ts";
import type { ClusterWriter } from "../../../../src/providers/grants/client/writer.ts";
import type { ClusterDocument } from "../../../../src/providers/grants/topology.ts";
import type { Session } from "../../../../src/providers/provider.ts";
import {
  type KubernetesSandbox,
  type KubernetesSandboxOptions,
  startKubernetesSandbox,
} from "../../../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { changeCluster, declare } from "../declared.ts";

/** The small cluster's lab, played by the stand-in. */
export interface Lab {
  readonly sandbox: KubernetesSandbox;
  readonly session: Session;
  readonly cluster: ClusterDocument;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /** What was waited for between calls, in milliseconds. */
  readonly waits: readonly number[];
  kind(apiVersion: string, kind: string): Promise<ServedKind>;
}

const LAB_NOW = new Date("2026-12-02T09:00:00Z");
/** The kubeconfig from the environment, as an edit of the small cluster. */
export const BY_ENVIRONMENT = [
  "kubeconfig: { path: ~/.kube/config, context: lab }",
  "kubeconfigFrom: { env: REEVE_KUBECONFIG_LAB }",
];

export interface LabOptions extends KubernetesSandboxOptions {
  /** In place of the stand-in's own. */
  readonly kubeconfig?: (own: string) => string;
  /** Further edits of the small cluster, as `changeCluster` takes them. */
  readonly edits?: readonly string[];
}

export async function openLab({ kubeconfig = (own) => own, edits = [], ...options }: LabOptions = {}): Promise<Lab> {
  const sandbox = await startKubernetesSandbox({ now: () => LAB_NOW, ...options });
  const { topology, diagnostics } = declare(changeCluster([...BY_ENVIRONMENT, ...edits]));
  const [cluster] = topology.clusters;
  if (cluster === undefined || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  const waits: number[] = [];
  let now = LAB_NOW.getTime();
  const session: Session = {
    estate: topology.estate,
    root: "/nowhere",
    clock: {
      now: () => new Date(now),
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
        now += milliseconds;
      },
    },
    calls: { send: (_label, request) => request() },
    progress: { step: () => undefined },
    signal: new AbortController().signal,
    environment: { REEVE_KUBECONFIG_LAB: kubeconfig(sandbox.kubeconfig) },
  };
  const reader = openClusterReader(session, cluster);
  return {
    sandbox,
    session,
    cluster,
    reader,
    writer: openClusterWriter(session, cluster),
    waits,
    kind: async (apiVersion, kind) => {
      const served = (await reader.kinds([apiVersion])).get(`${apiVersion} ${kind}`);
      if (served === undefined) throw new TypeError(`the lab has no ${apiVersion} ${kind}`);
      return served;
    },
  };
}
