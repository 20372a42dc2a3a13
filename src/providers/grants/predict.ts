/** What the server would make of rendered objects: asked only where that is not sure without asking. */
import { verdictOf } from "./client/classify.ts";
import type { ClusterReader } from "./client/reader.ts";
import { ruleFor } from "./client/rights.ts";
import { kindKey, type ServedKind, type ServedKinds } from "./client/served-kinds.ts";
import { ClusterTrouble, type Verdict } from "./client/trouble.ts";
import { isForced } from "./force.ts";
import { isSurelyAsRendered } from "./in-sync.ts";
import type { KubeObject } from "./kube-object.ts";
import { objectKey, serverMark } from "./live.ts";
import type { Prediction } from "./model.ts";
import type { RenderedObject } from "./render/render.ts";
import type { ClusterDocument } from "./topology.ts";

export interface Asking {
  readonly cluster: ClusterDocument;
  readonly reader: ClusterReader;
  readonly kinds: ServedKinds;
  readonly rendered: readonly RenderedObject[];
  /** By `objectKey`. */
  readonly live: ReadonlyMap<string, KubeObject>;
}

/** Namespaces first: what is to be in one that is still to be made cannot be asked about, but whether there is such a kind. */
export async function predictAll(asking: Asking): Promise<ReadonlyMap<string, Prediction>> {
  const objects = asking.rendered.map(({ object }) => object);
  const predictOne = async (object: KubeObject): Promise<readonly [string, Prediction]> => [
    objectKey(object),
    await predict(object, asking),
  ];
  const namespaces = await Promise.all(objects.filter(isNamespace).map(predictOne));
  const made = new Set(
    objects
      .filter(isNamespace)
      .filter((_, index) => isNew(namespaces[index]?.[1]))
      .map(({ metadata }) => metadata.name),
  );
  const rest = objects.filter((object) => !isNamespace(object));
  const others = rest.map(
    async (object): Promise<readonly [string, Prediction]> =>
      made.has(object.metadata.namespace ?? "") && asking.kinds.has(kindKey(object))
        ? [objectKey(object), { says: "later" }]
        : predictOne(object),
  );
  return new Map([...namespaces, ...(await Promise.all(others))]);
}

async function predict(object: KubeObject, { cluster, reader, kinds, live }: Asking): Promise<Prediction> {
  const { fieldManager } = cluster.spec;
  const kind = kinds.get(kindKey(object));
  if (kind === undefined) {
    const missing = `${cluster.name} has no ${object.kind} (${object.apiVersion})`;
    return { says: "no", verdict: verdictOf("kind-missing", missing) };
  }
  const there = live.get(objectKey(object));
  if (there !== undefined && isSurelyAsRendered(object, there, fieldManager))
    return { says: "yes", object: there, warnings: [] };
  try {
    const options = { fieldManager, isForced: isForced(cluster.spec, object) };
    return { says: "yes", ...(await reader.predict(kind, object, options)) };
  } catch (error) {
    if (!(error instanceof ClusterTrouble) || isOfTheServer(error.verdict)) throw error;
    return { says: "no", verdict: withRight(error.verdict, kind) };
  }
}

/** What would be answered to any question. A webhook that does not answer is asked about some objects, and others may end. */
function isOfTheServer({ kind, isTransient }: Verdict): boolean {
  return kind === "signed-out" || (isTransient && kind !== "webhook-down");
}

/** A refusal of the cluster's rules says so; one of a quota or an admission policy says something else. */
function withRight(verdict: Verdict, kind: ServedKind): Verdict {
  if (verdict.kind !== "denied" || !/cannot (patch|create) resource/.test(verdict.message)) return verdict;
  const rule = ruleFor(kind, ["create", "patch"]);
  return { ...verdict, next: `let a ClusterRole of Reeve's user have this rule, then plan again: ${rule}` };
}

function isNamespace({ kind }: KubeObject): boolean {
  return kind === "Namespace";
}

/** A dry run of an object that is to be made answers without a version. */
export function isNew(prediction: Prediction | undefined): boolean {
  return prediction?.says === "yes" && serverMark(prediction.object, "resourceVersion") === "";
}
