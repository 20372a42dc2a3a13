import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { MASTERS, type User, VIEWERS } from "./access.ts";
import { createEngine, type Engine } from "./engine.ts";
import { type Fault, type FaultRequest, faultOf } from "./faults.ts";
import { createListener } from "./http.ts";
import { INSTALLED } from "./installed.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";
import type { JsonObject } from "./schema.ts";
import { furnish } from "./seed.ts";
import type { Store } from "./store.ts";
import { compact, emptyWorld, putObject, type World } from "./world.ts";

/** What one cluster is like. */
export interface ClusterOptions {
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
  /** Whether a new cluster has a mesh, a Gateway, DNS and challenges, as the sample estate expects of one. */
  readonly isFurnished?: boolean;
  /** Further users by token. */
  readonly users?: Readonly<Record<string, User>>;
}

/** A cluster without its wire. */
export interface Cluster {
  readonly listener: RequestListener;
  readonly log: RequestLog;
  readonly world: World;
  inject(fault: FaultRequest): void;
  /** Forgets all older versions, as a server does after five minutes. */
  compact(): void;
  save(): void;
}

export const ADMIN_TOKEN = "reeve-sandbox-admin";
export const VIEWER_TOKEN = "reeve-sandbox-viewer";

/** What a kubeconfig's contexts sign with. */
export const TOKENS = { sandbox: ADMIN_TOKEN, viewer: VIEWER_TOKEN } as const;

const USERS: Readonly<Record<string, User>> = {
  [ADMIN_TOKEN]: { name: "reeve-sandbox", groups: [MASTERS, "system:authenticated"] },
  [VIEWER_TOKEN]: { name: "reeve-viewer", groups: [VIEWERS, "system:authenticated"] },
};

/** Opens a cluster that is kept in `store`, or makes it there. `address` is where its server listens. */
export function openCluster(options: ClusterOptions, store: Store, address: () => string): Cluster {
  const now = options.now ?? (() => new Date());
  const known = store.load();
  const world = known ?? newWorld(now(), options.namespaces ?? []);
  const without = new Set(options.without);
  const engine: Engine = createEngine({
    world,
    installed: INSTALLED.filter(({ group }) => !without.has(group)),
    hasControllers: options.hasControllers ?? true,
    hasLegacyDiscovery: options.hasLegacyDiscovery ?? false,
    address,
  });
  if (known === null && options.isFurnished === true) furnish(engine, now());
  const log = createRequestLog();
  const faults: Fault[] = [];
  const users = new Map(Object.entries({ ...USERS, ...options.users }));
  const save = (): void => store.save(world);
  save();
  return {
    listener: createListener({ engine, log, faults, users, now, save }),
    log,
    world,
    inject: (fault) => faults.push(faultOf(fault)),
    compact: () => compact(world),
    save,
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
