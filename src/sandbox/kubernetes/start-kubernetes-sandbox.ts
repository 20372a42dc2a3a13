import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { MASTERS, type User, VIEWERS } from "./access.ts";
import { selfSignedCertificate } from "./certificate.ts";
import { createEngine } from "./engine.ts";
import { type Fault, type FaultRequest, faultOf } from "./faults.ts";
import { createListener } from "./http.ts";
import { INSTALLED } from "./installed.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";
import type { JsonObject } from "./schema.ts";
import { folderStore, memoryStore } from "./store.ts";
import { compact, emptyWorld, putObject, type World } from "./world.ts";

export interface KubernetesSandboxOptions {
  /** Where the cluster is kept; in memory when left out. */
  readonly folder?: string;
  /** 0, the default, is a free one. */
  readonly port?: number;
  /** The server's time: the machine's clock when left out. */
  readonly now?: () => Date;
  /** Whether controllers work between requests; true when left out. */
  readonly hasControllers?: boolean;
  /** API groups of custom kinds that this cluster does not have. */
  readonly without?: readonly string[];
  /** Whether discovery is only told the old way, as servers before 1.27 do. */
  readonly hasLegacyDiscovery?: boolean;
  /** Namespaces of a new cluster, beside its own. */
  readonly namespaces?: readonly string[];
  /** Further users by token. */
  readonly users?: Readonly<Record<string, User>>;
}

export interface KubernetesSandbox {
  /** `https://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** YAML with contexts `sandbox` (may do everything) and `viewer` (may change nothing). */
  readonly kubeconfig: string;
  /** The server's certificate, its own authority, as PEM. */
  readonly authority: string;
  readonly log: RequestLog;
  readonly world: World;
  inject(fault: FaultRequest): void;
  /** Forgets all older versions, as a server does after five minutes. */
  compact(): void;
  close(): Promise<void>;
}

export const ADMIN_TOKEN = "reeve-sandbox-admin";
export const VIEWER_TOKEN = "reeve-sandbox-viewer";

const USERS: Readonly<Record<string, User>> = {
  [ADMIN_TOKEN]: { name: "reeve-sandbox", groups: [MASTERS, "system:authenticated"] },
  [VIEWER_TOKEN]: { name: "reeve-viewer", groups: [VIEWERS, "system:authenticated"] },
};

/** Starts the stand-in for a Kubernetes API server on loopback: docs/sandbox.md. */
export async function startKubernetesSandbox(options: KubernetesSandboxOptions = {}): Promise<KubernetesSandbox> {
  const now = options.now ?? (() => new Date());
  const store = options.folder === undefined ? memoryStore : folderStore(options.folder);
  const { certificate, key } = store.certificate(() => selfSignedCertificate(new Date()));
  const world = store.load() ?? newWorld(now(), options.namespaces ?? []);
  const without = new Set(options.without);
  const engine = createEngine({
    world,
    installed: INSTALLED.filter(({ group }) => !without.has(group)),
    hasControllers: options.hasControllers ?? true,
    hasLegacyDiscovery: options.hasLegacyDiscovery ?? false,
    address: () => endpoint.slice("https://".length),
  });
  const log = createRequestLog();
  const faults: Fault[] = [];
  const users = new Map(Object.entries({ ...USERS, ...options.users }));
  const save = (): void => store.save(world);
  const server = createServer({ cert: certificate, key }, createListener({ engine, log, faults, users, now, save }));
  save();
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = `https://127.0.0.1:${port}`;
  return {
    endpoint,
    kubeconfig: kubeconfigFor({
      endpoint,
      authority: certificate,
      tokens: { sandbox: ADMIN_TOKEN, viewer: VIEWER_TOKEN },
    }),
    authority: certificate,
    log,
    world,
    inject: (fault) => faults.push(faultOf(fault)),
    compact: () => compact(world),
    close: async () => {
      save();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const NAMESPACES = ["default", "kube-system", "kube-public"] as const;

function newWorld(now: Date, more: readonly string[]): World {
  const world = emptyWorld();
  for (const name of [...NAMESPACES, ...more]) putObject(world, "namespaces", namespaceObject(name, now));
  return world;
}

function namespaceObject(name: string, now: Date): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      uid: randomUUID(),
      creationTimestamp: `${now.toISOString().slice(0, 19)}Z`,
      labels: { "kubernetes.io/metadata.name": name },
    },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}
