/** A cluster as it would have been read, without a server: what one set of documents made of it, and what another wants. */
import type { ReadCluster } from "../../../../src/providers/grants/compare-objects.ts";
import type { KubeObject } from "../../../../src/providers/grants/kube-object.ts";
import { objectKey } from "../../../../src/providers/grants/live.ts";
import type { ClusterView, Prediction } from "../../../../src/providers/grants/model.ts";
import type { Surroundings } from "../../../../src/providers/grants/proof/surroundings.ts";
import type { RenderedObject } from "../../../../src/providers/grants/render/render.ts";
import { clusterObjects, parseObjects } from "../../../support/grants-cast.ts";
import { changeCluster, declare, renderChanged } from "../declared.ts";
import { DURING } from "../small-cluster.ts";

export interface Situation {
  /** Documents, as edits of the small cluster, that made what is there; null for a cluster that holds nothing. */
  readonly from: readonly string[] | null;
  /** When that was. */
  readonly at?: Date;
  /** What the documents say now. */
  readonly to: readonly string[];
  readonly now?: Date;
  /** YAML of what others have put there. */
  readonly foreign?: string;
  /** A seeded mistake in what is rendered. */
  readonly tamper?: (object: KubeObject) => KubeObject;
  readonly unread?: Surroundings["unread"];
}

/** Namespaces, the gateway and its Gateway: what stands there before Reeve. */
const STANDING = clusterObjects().filter(({ kind }) => ["Namespace", "Deployment", "Gateway"].includes(kind));

export function readAs(situation: Situation): ReadCluster {
  const { from, at = DURING, to, now = DURING, foreign = "", tamper = (object) => object, unread = [] } = situation;
  const { topology } = declare(changeCluster(to));
  const [cluster] = topology.clusters;
  if (cluster === undefined) throw new Error("no cluster");
  const rendered = renderChanged(to, now).map((one) => ({ ...one, object: tamper(one.object) }));
  const was = from === null ? [] : renderChanged(from, at).map(({ object }) => applied(object));
  const live = new Map(was.map((object) => [objectKey(object), object]));
  const view: ClusterView = {
    kinds: new Map(),
    rendered,
    live,
    policies: parseObjects(foreign),
    intruders: [],
    gaps: [],
    surroundings: { objects: STANDING, unread },
    predictions: new Map(rendered.map((one) => [objectKey(one.object), prediction(one, live)])),
    contents: new Map(),
    readAt: now,
    skew: 0,
  };
  return { cluster, topology, view };
}

/** As a server would have it, whose fields are Reeve's. */
function applied(object: KubeObject): KubeObject {
  const managedFields = [{ manager: "reeve", operation: "Apply", fieldsType: "FieldsV1", fieldsV1: {} }];
  return { ...object, metadata: { ...object.metadata, uid: `uid of ${objectKey(object)}`, managedFields } };
}

function prediction({ object }: RenderedObject, live: ClusterView["live"]): Prediction {
  const { namespace } = object.metadata;
  const home = objectKey({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace ?? "" } });
  const isThere = namespace === undefined || namespace === "project-x-infra" || live.has(home);
  return isThere ? { says: "yes", object, warnings: [] } : { says: "later" };
}
