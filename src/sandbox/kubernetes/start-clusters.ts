import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";
import { replaceFile } from "../../support/replace-file.ts";
import { selfSignedCertificate } from "./certificate.ts";
import { type Cluster, openCluster, TOKENS } from "./cluster.ts";
import { type Credentials, clusterKubeconfigs } from "./kubeconfig.ts";
import { folderStore } from "./store.ts";

export interface ClustersOptions {
  /** A folder a cluster is below it. */
  readonly folder: string;
  readonly now: () => Date;
}

export interface Clusters {
  /** One text for every cluster: `{cluster}` in it stands for the cluster's name. */
  readonly template: string;
  close(): Promise<void>;
}

/** Names of WorkstationCluster documents; nothing else becomes a folder. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Starts one server for any number of clusters, each below `/clusters/NAME`. A cluster is made, and furnished as the
 * sample estate expects, when somebody first asks for it. `kubeconfig` in the folder is for other clients: contexts `NAME`, and
 * `NAME-viewer`, which may change nothing, for each cluster that is there.
 */
export async function startClusters({ folder, now }: ClustersOptions): Promise<Clusters> {
  const { certificate, key } = folderStore(folder).certificate(() => selfSignedCertificate(new Date()));
  const open = new Map<string, Cluster>();
  const at = { address: () => `127.0.0.1:${port}` };
  const clusterOf = (name: string): Cluster => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const made = openCluster({ now, isFurnished: true }, folderStore(join(folder, name)), at.address);
    open.set(name, made);
    writeKubeconfig();
    return made;
  };
  const server = createServer({ cert: certificate, key }, (message, response) =>
    dispatch(clusterOf, message, response),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const credentials: Credentials = { endpoint: `https://127.0.0.1:${port}`, authority: certificate, tokens: TOKENS };
  const writeKubeconfig = (): void => {
    const text = clusterKubeconfigs(credentials, clustersIn(folder));
    replaceFile(join(folder, "kubeconfig"), text, 0o600);
  };
  writeKubeconfig();
  return {
    // In one line, since shells export it.
    template: JSON.stringify(parse(clusterKubeconfigs(credentials, ["{cluster}"]))),
    close: async () => {
      for (const cluster of open.values()) cluster.save();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Takes the cluster's part off the path and lets the cluster answer. */
function dispatch(clusterOf: (name: string) => Cluster, message: IncomingMessage, response: ServerResponse): void {
  const [, name = "", rest = ""] = /^\/clusters\/([^/?]+)(.*)$/.exec(message.url ?? "") ?? [];
  if (!NAME.test(name)) {
    response.writeHead(404, { "Content-Type": "text/plain" });
    response.end("404 page not found: clusters are below /clusters/NAME\n");
    return;
  }
  message.url = rest === "" ? "/" : rest;
  clusterOf(name).listener(message, response);
}

function clustersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map(({ name }) => name)
    .toSorted();
}
