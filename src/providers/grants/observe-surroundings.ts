/** What the proof needs to know of a cluster beside policies: few lists, and none that grows with what nobody here may reach. */
import type { ClusterReader } from "./client/reader.ts";
import { ruleFor } from "./client/rights.ts";
import { groupOf, type ServedKind, type ServedKinds } from "./client/served-kinds.ts";
import { isTrouble } from "./client/trouble.ts";
import type { Surroundings } from "./proof/surroundings.ts";
import { LABELS } from "./render/markers.ts";
import type { ClusterDocument } from "./topology.ts";

interface Looking {
  readonly reader: ClusterReader;
  readonly kinds: ServedKinds;
  readonly cluster: ClusterDocument;
  /** The estate's own objects carry its name. */
  readonly estate: string;
}

/** Policies of whole clusters, by plug-ins and admins: what they say is not evaluated, but that they are there is. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  "policy.networking.k8s.io AdminNetworkPolicy",
  "policy.networking.k8s.io BaselineAdminNetworkPolicy",
  "policy.networking.k8s.io ClusterNetworkPolicy",
  "cilium.io CiliumClusterwideNetworkPolicy",
  "crd.projectcalico.org GlobalNetworkPolicy",
  "projectcalico.org GlobalNetworkPolicy",
]);

/** Written by the cluster's own controller: where a Service leads by its selector. */
const OWN_SLICES = "endpointslice.kubernetes.io/managed-by!=endpointslice-controller.k8s.io";

type Listing = NonNullable<Parameters<ClusterReader["list"]>[1]>;

interface Question {
  /** In words, for what may not be read. */
  readonly what: string;
  readonly kind: ServedKind | undefined;
  /** One object alone. Left out: a list. */
  readonly name?: { readonly namespace: string; readonly name: string };
  readonly listing?: Listing;
  readonly isDecisive?: true;
}

/** A kind that cannot be read is said and leaves the worse reading; one that the server has not has no objects. */
export async function readSurroundings(looking: Looking): Promise<Surroundings> {
  const readings = await Promise.all(questionsOf(looking).map((question) => ask(looking.reader, question)));
  return {
    objects: readings.flatMap(({ objects }) => objects),
    unread: readings.flatMap(({ unread }) => unread),
  };
}

function questionsOf({ kinds, cluster, estate }: Looking): readonly Question[] {
  const { gateway, mesh, sessionCheck } = cluster.spec;
  const pods = kinds.get("v1 Pod");
  const others = `${LABELS.estate}!=${estate}`;
  const config = { namespace: mesh.namespace, name: mesh.revision === undefined ? "istio" : `istio-${mesh.revision}` };
  return [
    {
      what: "namespaces' labels",
      kind: kinds.get("v1 Namespace"),
      listing: { labels: others, isMetadataAlone: true },
    },
    { what: "services", kind: kinds.get("v1 Service"), listing: { labels: others } },
    { what: "desktops' pods", kind: pods, listing: { labels: `${LABELS.component}=workstation` }, isDecisive: true },
    {
      what: "the gateway's pods",
      kind: pods,
      listing: { namespace: gateway.namespace, labels: selectorText(gateway.pods) },
    },
    {
      what: "where services lead",
      kind: kinds.get("discovery.k8s.io/v1 EndpointSlice"),
      listing: { labels: `kubernetes.io/service-name=ws,${OWN_SLICES}` },
      isDecisive: true,
    },
    ...clusterWideKinds(kinds).map((kind) => ({ what: `policies of the whole cluster (${kind.kind})`, kind })),
    ...(sessionCheck === undefined
      ? []
      : [{ what: "the mesh's configuration", kind: kinds.get("v1 ConfigMap"), name: config }]),
  ];
}

async function ask(reader: ClusterReader, { what, kind, name, listing, isDecisive }: Question): Promise<Surroundings> {
  if (kind === undefined) return NOTHING;
  try {
    const found = name === undefined ? await reader.list(kind, listing) : [await reader.get(kind, name)];
    return { objects: found.filter((object) => object !== null), unread: [] };
  } catch (error) {
    if (isTrouble(error, "kind-missing")) return NOTHING;
    if (!isTrouble(error, "denied", "server", "webhook-down")) throw error;
    const verb = name === undefined ? "list" : "get";
    const rule = `let a ClusterRole of Reeve's user have this rule, then plan again: ${ruleFor(kind, [verb])}`;
    const next = error.verdict.kind === "denied" ? rule : error.verdict.next;
    return { objects: [], unread: [{ what, why: error.verdict.message, next, isDecisive: isDecisive === true }] };
  }
}

const NOTHING: Surroundings = { objects: [], unread: [] };

/** Each in the first version that the server names. */
function clusterWideKinds(kinds: ServedKinds): readonly ServedKind[] {
  const nameOf = ({ apiVersion, kind }: ServedKind): string => `${groupOf(apiVersion)} ${kind}`;
  const found = [...kinds.values()].filter((kind) => CLUSTER_WIDE.has(nameOf(kind)));
  return [...Map.groupBy(found, nameOf).values()].flatMap(([first]) => first ?? []);
}

function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(",");
}
