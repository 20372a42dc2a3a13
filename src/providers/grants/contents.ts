/** What is in a namespace that is about to go. */
import type { ClusterReader } from "./client/reader.ts";
import { groupOf, type ServedKind, type ServedKinds } from "./client/served-kinds.ts";
import { ClusterTrouble, type TroubleKind } from "./client/trouble.ts";
import type { KubeObject } from "./kube-object.ts";
import { hasOwner } from "./ownership.ts";
import { LABELS } from "./render/markers.ts";

/** What keeps a namespace, whoever made it. */
export interface Contents {
  /** Objects without the estate's mark; their metadata alone, since Secrets may be among them. */
  readonly foreign: readonly KubeObject[];
  /** Kinds that could not be listed, with the reason. */
  readonly unseen: readonly string[];
}

/** Written by the cluster itself into every namespace, or about other objects. */
const FURNITURE: ReadonlySet<string> = new Set([
  "ConfigMap kube-root-ca.crt",
  "ConfigMap istio-ca-root-cert",
  "ServiceAccount default",
]);
const ABOUT_OTHERS: ReadonlySet<string> = new Set(["Event", "Endpoints", "EndpointSlice", "PodMetrics", "Lease"]);

/** Each kind that the server has, asked for in each of the namespaces. */
export async function readContents(
  reader: ClusterReader,
  { kinds, estate }: { readonly kinds: ServedKinds; readonly estate: string },
  namespaces: readonly string[],
): Promise<ReadonlyMap<string, Contents>> {
  const listable = listableKinds(kinds);
  const read = async (namespace: string): Promise<readonly [string, Contents]> => {
    const parts = await Promise.all(listable.map((kind) => readKind(reader, kind, namespace)));
    const all = parts.flatMap(({ objects }) => objects);
    const foreign = all.filter((one) => one.metadata.labels?.[LABELS.estate] !== estate && !isFurniture(one));
    return [namespace, { foreign, unseen: parts.flatMap(({ unseen }) => unseen) }];
  };
  return new Map(await Promise.all(namespaces.map(read)));
}

/** One version of each is enough. */
function listableKinds(kinds: ServedKinds): readonly ServedKind[] {
  const all = [...kinds.values()].filter(
    ({ isNamespaced, isListable, kind }) => isNamespaced && isListable && !ABOUT_OTHERS.has(kind),
  );
  return [...new Map(all.map((kind) => [`${groupOf(kind.apiVersion)} ${kind.plural}`, kind])).values()];
}

function isFurniture(object: KubeObject): boolean {
  return FURNITURE.has(`${object.kind} ${object.metadata.name}`) || hasOwner(object);
}

async function readKind(
  reader: ClusterReader,
  kind: ServedKind,
  namespace: string,
): Promise<{ readonly objects: readonly KubeObject[]; readonly unseen: readonly string[] }> {
  try {
    return { objects: await reader.list(kind, { namespace, isMetadataAlone: true }), unseen: [] };
  } catch (error) {
    if (!(error instanceof ClusterTrouble) || CLUSTER.has(error.verdict.kind)) throw error;
    // A kind that went away meanwhile has no objects.
    if (error.verdict.kind === "kind-missing") return { objects: [], unseen: [] };
    return { objects: [], unseen: [`${kind.plural}: ${error.verdict.message}`] };
  }
}

/** What is wrong with the whole cluster; all else is about one kind, whose own server may fail. */
const CLUSTER: ReadonlySet<TroubleKind> = new Set(["transport", "overloaded"]);
