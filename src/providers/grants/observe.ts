import { plannedInstant } from "../../support/clock.ts";
import type { Desired, Session } from "../provider.ts";
import type { ClusterReader } from "./client/reader.ts";
import { kindKey } from "./client/served-kinds.ts";
import { ClusterTrouble, type Verdict } from "./client/trouble.ts";
import { readContents } from "./contents.ts";
import { WANTED_VERSIONS } from "./foreign-kinds.ts";
import { renderInventory } from "./inventory.ts";
import type { KubeObject } from "./kube-object.ts";
import { objectKey } from "./live.ts";
import type { ClusterOpener, ClusterView, GrantsObservation } from "./model.ts";
import { readSurroundings } from "./observe-surroundings.ts";
import { type Asking, isNew, predictAll } from "./predict.ts";
import { listObjects } from "./read-objects.ts";
import { inventoryOf } from "./render/markers.ts";
import { readTemplates } from "./render/read-templates.ts";
import { type RenderedObject, renderCluster } from "./render/render.ts";
import { dueNamespaces } from "./retention.ts";
import { type ClusterDocument, resolveTopology, type Topology } from "./topology.ts";

/** Reads every cluster, and asks its server what it would make of each rendered object that may not be there as it is. */
export async function observeGrants(
  desired: Desired,
  opener: ClusterOpener<ClusterReader>,
  session: Session,
): Promise<GrantsObservation> {
  const topology = resolveTopology(desired);
  // Reading the templates is a quarter of the plan of a small estate.
  if (topology.clusters.length === 0) return { clusters: new Map() };
  const templates = readTemplates(session.root);
  const now = plannedInstant(session);
  const readings = topology.clusters.map(async (cluster) => {
    session.progress.step(`reading cluster ${cluster.name}`);
    const rendered = renderCluster(cluster, { topology, templates, now });
    return [
      cluster.name,
      await readCluster({ cluster, topology, now, rendered, session, reader: opener.open(cluster) }),
    ] as const;
  });
  return { clusters: new Map(await Promise.all(readings)) };
}

interface Reading {
  readonly cluster: ClusterDocument;
  readonly topology: Topology;
  readonly now: Date;
  readonly rendered: readonly RenderedObject[];
  readonly session: Session;
  readonly reader: ClusterReader;
}

async function readCluster(reading: Reading): Promise<ClusterView | Verdict> {
  const { cluster, topology, now: readAt, session, reader, rendered: declared } = reading;
  const inventory = inventoryOf(session.estate, cluster.spec.inventoryNamespace ?? cluster.spec.gateway.namespace);
  try {
    const kinds = await reader.kinds(WANTED_VERSIONS);
    const [{ own, policies, intruders, gaps }, surroundings] = await Promise.all([
      listObjects({ reader, kinds, estate: session.estate, inventory }),
      readSurroundings({ reader, kinds, cluster, estate: session.estate }),
    ]);
    const services = surroundings.objects.filter(({ kind }) => kind === "Service");
    const members = [...declared.map(({ object }) => object), ...own.values()];
    const rendered = [renderInventory(cluster, session.estate, members), ...declared];
    const predictions = await predictAll({ cluster, reader, kinds, rendered, live: own });
    const unmarked = await findUnmarked({ cluster, reader, kinds, rendered, live: own, predictions, policies });
    const live = new Map([...own, ...unmarked]);
    const due = dueNamespaces({ cluster, topology, rendered, live, readAt }).map(({ metadata }) => metadata.name);
    return {
      kinds,
      rendered,
      live,
      policies: [...policies].flatMap(([key, object]) => (live.has(key) ? [] : [object])),
      intruders: [...intruders, ...services].filter((object) => !live.has(objectKey(object))),
      gaps,
      surroundings,
      predictions,
      contents: await readContents(reader, { kinds, estate: session.estate }, due),
      readAt,
      skew: reader.skew() ?? 0,
    };
  } catch (error) {
    if (error instanceof ClusterTrouble) return error.verdict;
    throw error;
  }
}

interface Unmarked extends Asking {
  readonly predictions: ClusterView["predictions"];
  /** Others' objects that have been read already. */
  readonly policies: ReadonlyMap<string, KubeObject>;
}

/** Objects of rendered names that are there without the estate's mark: somebody else made them, or took the mark off. */
async function findUnmarked(unmarked: Unmarked): Promise<readonly (readonly [string, KubeObject])[]> {
  const { rendered, reader, kinds, live, predictions, policies } = unmarked;
  const missing = rendered.filter(({ object }) => {
    const prediction = predictions.get(objectKey(object));
    const mayBeThere = prediction?.says === "yes" ? !isNew(prediction) : prediction?.says === "no";
    return mayBeThere && !live.has(objectKey(object));
  });
  const found = missing.map(async ({ object }) => {
    const kind = kinds.get(kindKey(object));
    return policies.get(objectKey(object)) ?? (kind === undefined ? null : reader.get(kind, object.metadata));
  });
  return (await Promise.all(found)).flatMap((object) =>
    object === null ? [] : [[objectKey(object), object] as const],
  );
}
