import { plannedInstant } from "../../support/clock.ts";
import type { Desired, Session } from "../provider.ts";
import { verdictOf } from "./client/classify.ts";
import type { ClusterReader } from "./client/reader.ts";
import { kindKey, type ServedKinds } from "./client/served-kinds.ts";
import { ClusterTrouble, type Verdict } from "./client/trouble.ts";
import { renderInventory } from "./inventory.ts";
import type { KubeObject } from "./kube-object.ts";
import { isExclusive, objectKey, serverMark } from "./live.ts";
import type { ClusterOpener, ClusterView, GrantsObservation, Prediction } from "./model.ts";
import { inventoryOf, LABELS } from "./render/markers.ts";
import { readTemplates } from "./render/read-templates.ts";
import { type RenderedObject, renderCluster } from "./render/render.ts";
import { DESKTOP_SLOTS, SHARED_SLOTS } from "./render/slots.ts";
import { type ClusterDocument, resolveTopology } from "./topology.ts";

/** Reads every cluster, and asks its server what it would make of each rendered object. */
export async function observeGrants(
  desired: Desired,
  opener: ClusterOpener<ClusterReader>,
  session: Session,
): Promise<GrantsObservation> {
  const topology = resolveTopology(desired);
  const templates = readTemplates(session.root);
  const now = plannedInstant(session);
  const readings = topology.clusters.map(async (cluster) => {
    session.progress.step(`reading cluster ${cluster.name}`);
    const rendered = renderCluster(cluster, { topology, templates, now });
    return [cluster.name, await readCluster({ cluster, rendered, session, reader: opener.open(cluster) })] as const;
  });
  return { clusters: new Map(await Promise.all(readings)) };
}

interface Reading {
  readonly cluster: ClusterDocument;
  readonly rendered: readonly RenderedObject[];
  readonly session: Session;
  readonly reader: ClusterReader;
}

async function readCluster(reading: Reading): Promise<ClusterView | Verdict> {
  const { cluster, session, reader } = reading;
  const wanted = [...SHARED_SLOTS, ...DESKTOP_SLOTS].map(({ apiVersion }) => apiVersion);
  try {
    const kinds = await reader.kinds([...new Set(wanted)]);
    const { own, others } = await listObjects(reading, kinds);
    const members = [...reading.rendered.map(({ object }) => object), ...own.values()];
    const rendered = [renderInventory(cluster, session.estate, members), ...reading.rendered];
    const predictions = await predictAll({ ...reading, rendered }, kinds, own);
    const live = await addUnlabelled({ ...reading, rendered, kinds, predictions }, own);
    const policies = others.filter((object) => !live.has(objectKey(object)));
    return { kinds, rendered, live, policies, predictions, skew: reader.skew() ?? 0 };
  } catch (error) {
    if (error instanceof ClusterTrouble) return error.verdict;
    throw error;
  }
}

interface Listed {
  /** What carries the estate's mark, by `objectKey`. */
  readonly own: ReadonlyMap<string, KubeObject>;
  /** What does not, of the kinds that decide who gets in. */
  readonly others: readonly KubeObject[];
}

/** Of each kind that Reeve makes and the server has: its own; of kinds that decide who gets in, everybody's. */
async function listObjects({ cluster, session, reader }: Reading, kinds: ServedKinds): Promise<Listed> {
  const { id } = inventoryOf(session.estate, cluster.spec.inventoryNamespace ?? cluster.spec.gateway.namespace);
  const ours = new Set([...SHARED_SLOTS, ...DESKTOP_SLOTS].map(kindKey));
  const lists = [...ours].map(async (key) => {
    const kind = kinds.get(key);
    if (kind === undefined) return [];
    return reader.list(kind, isExclusive(kind) ? {} : { labels: `${LABELS.applySet}=${id}` });
  });
  const objects = (await Promise.all(lists)).flat();
  const isOwn = ({ metadata }: KubeObject): boolean => metadata.labels?.[LABELS.applySet] === id;
  return {
    own: new Map(objects.filter(isOwn).map((object) => [objectKey(object), object])),
    others: objects.filter((object) => !isOwn(object)),
  };
}

/** Namespaces first: what is to be in one that is still to be made cannot be asked about. */
async function predictAll(
  { cluster, rendered, reader }: Reading,
  kinds: ServedKinds,
  live: ReadonlyMap<string, KubeObject>,
): Promise<ReadonlyMap<string, Prediction>> {
  const { fieldManager, conflicts } = cluster.spec;
  const predict = async (object: KubeObject): Promise<readonly [string, Prediction]> => {
    const key = objectKey(object);
    const kind = kinds.get(kindKey(object));
    const missing = `${cluster.name} has no ${object.kind} (${object.apiVersion})`;
    if (kind === undefined) return [key, { says: "no", verdict: verdictOf("kind-missing", missing) }];
    try {
      const isForced = conflicts === "force" || isExclusive(object);
      return [key, { says: "yes", ...(await reader.predict(kind, object, { fieldManager, isForced })) }];
    } catch (error) {
      if (!(error instanceof ClusterTrouble) || error.verdict.isTransient || error.verdict.kind === "signed-out")
        throw error;
      return [key, { says: "no", verdict: error.verdict }];
    }
  };
  const objects = rendered.map(({ object }) => object);
  const namespaces = await Promise.all(objects.filter(isNamespace).map(predict));
  const made = new Set(namespaces.filter(([key, one]) => !live.has(key) && isNew(one)).map(([key]) => key));
  const rest = objects.filter((object) => !isNamespace(object));
  const others = rest.map(async (object): Promise<readonly [string, Prediction]> => {
    const home = objectKey({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: object.metadata.namespace ?? "" },
    });
    return made.has(home) ? [objectKey(object), { says: "later" }] : predict(object);
  });
  return new Map([...namespaces, ...(await Promise.all(others))]);
}

function isNamespace({ kind }: KubeObject): boolean {
  return kind === "Namespace";
}

/** A dry run of an object that is to be made answers without a version. */
function isNew(prediction: Prediction): boolean {
  return prediction.says === "yes" && serverMark(prediction.object, "resourceVersion") === "";
}

interface Predicted extends Reading {
  readonly kinds: ServedKinds;
  readonly predictions: ReadonlyMap<string, Prediction>;
}

/** Objects of rendered names that are there without the estate's mark: somebody else made them, or took the mark off. */
async function addUnlabelled(
  { rendered, reader, kinds, predictions }: Predicted,
  labelled: ReadonlyMap<string, KubeObject>,
): Promise<ReadonlyMap<string, KubeObject>> {
  const unlabelled = rendered.filter(({ object }) => {
    const prediction = predictions.get(objectKey(object));
    const isThere = prediction?.says === "yes" ? !isNew(prediction) : prediction?.says === "no";
    return isThere && !labelled.has(objectKey(object));
  });
  const found = unlabelled.map(async ({ object }) => {
    const kind = kinds.get(kindKey(object));
    return kind === undefined ? null : reader.get(kind, object.metadata);
  });
  const objects = (await Promise.all(found)).filter((object) => object !== null);
  return new Map([...labelled, ...objects.map((object) => [objectKey(object), object] as const)]);
}
