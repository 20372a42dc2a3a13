import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSignedCertificate } from "./certificate.ts";
import { type Cluster, type ClusterOptions, openCluster, TOKENS } from "./cluster.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { folderStore, memoryStore } from "./store.ts";

export interface KubernetesSandboxOptions extends ClusterOptions {
  /** Where the cluster is kept; in memory when left out. */
  readonly folder?: string;
  /** 0, the default, is a free one. */
  readonly port?: number;
}

export interface KubernetesSandbox extends Pick<Cluster, "log" | "world" | "inject" | "compact"> {
  /** `https://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** YAML with contexts `sandbox` (may do everything) and `viewer` (may change nothing). */
  readonly kubeconfig: string;
  /** The server's certificate, its own authority, as PEM. */
  readonly authority: string;
  close(): Promise<void>;
}

/** Starts the stand-in for a Kubernetes API server on loopback: docs/sandbox.md. */
export async function startKubernetesSandbox(options: KubernetesSandboxOptions = {}): Promise<KubernetesSandbox> {
  const { folder, port: wanted = 0, ...rest } = options;
  const store = folder === undefined ? memoryStore : folderStore(folder);
  const { certificate, key } = store.certificate(() => selfSignedCertificate(new Date()));
  const cluster = openCluster(rest, store, () => endpoint.slice("https://".length));
  const server = createServer({ cert: certificate, key }, cluster.listener);
  server.listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = `https://127.0.0.1:${port}`;
  const { log, world, inject, compact } = cluster;
  return {
    endpoint,
    kubeconfig: kubeconfigFor({ endpoint, authority: certificate, tokens: TOKENS }),
    authority: certificate,
    log,
    world,
    inject,
    compact,
    close: async () => {
      cluster.save();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
