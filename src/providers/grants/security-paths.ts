/** Which fields others may not have, whatever Reeve renders, and which they may. Pure. */
import type { KubeObject } from "./kube-object.ts";
import { isExclusive } from "./live.ts";

type KindName = Pick<KubeObject, "apiVersion" | "kind">;

interface Row {
  /** Kinds, or what all such kinds have in common. */
  readonly of: readonly string[] | "every kind" | "kinds that decide who gets in";
  /** Members from the object's root; a last one that ends in `*` stands for all that begin so. Everything below counts too. */
  readonly path: readonly string[];
  readonly why: string;
}

/** Prefixes of labels and annotations by which a mesh, admission and Reeve itself are steered. */
const STEERING: readonly (readonly [prefix: string, why: string])[] = [
  ["istio.io/*", "chooses the control plane that reads it, or makes a policy a dry run"],
  ["istio-injection", "turns the sidecar off, and with it every policy of the mesh"],
  ["sidecar.istio.io/*", "turns the sidecar off, or makes it another program"],
  ["traffic.sidecar.istio.io/*", "leads traffic around the sidecar"],
  ["proxy.istio.io/*", "configures the sidecar"],
  ["inject.istio.io/*", "chooses what is injected"],
  ["networking.istio.io/*", "says who sees it"],
  ["security.istio.io/*", "chooses how identities are proven"],
  ["ambient.istio.io/*", "leads traffic around the waypoint"],
  ["topology.istio.io/*", "moves it to another network of the mesh"],
  ["pod-security.kubernetes.io/*", "lets pods have rights that open the machine"],
  ["kubernetes.io/metadata.name", "is what policies know a namespace by"],
];

/** What decides who gets in, what runs, and whether Reeve finds it again. */
const WATCHED: readonly Row[] = [
  { of: "kinds that decide who gets in", path: ["spec"], why: "policies add up, and an empty selector selects all" },
  { of: "every kind", path: ["metadata", "ownerReferences"], why: "goes when somebody else's object goes" },
  {
    of: "every kind",
    path: ["metadata", "labels", "reeve.dev/*"],
    why: "by these Reeve and policies tell people apart",
  },
  ...STEERING.flatMap(([prefix, why]) =>
    ["labels", "annotations"].map((part): Row => ({ of: "every kind", path: ["metadata", part, prefix], why })),
  ),
  { of: ["StatefulSet"], path: ["spec", "template", "spec"], why: "what runs, as whom, on which network" },
  { of: ["StatefulSet"], path: ["spec", "template", "metadata", "labels"], why: "every policy selects pods by labels" },
  ...[
    ...STEERING.map(([prefix]) => prefix),
    "k8s.v1.cni.cncf.io/*",
    "container.apparmor.security.beta.kubernetes.io/*",
  ].map(
    (prefix): Row => ({
      of: ["StatefulSet"],
      path: ["spec", "template", "metadata", "annotations", prefix],
      why: "steers the mesh, or gives the pod another network or other rights",
    }),
  ),
  { of: ["StatefulSet"], path: ["spec", "volumeClaimTemplates"], why: "another volume than the person's home" },
  { of: ["Service"], path: ["spec"], why: "another port, type or address is a way around the gateway" },
  {
    of: ["ServiceAccount"],
    path: ["automountServiceAccountToken"],
    why: "the desktop gets no token of the API server",
  },
  { of: ["ServiceAccount"], path: ["secrets"], why: "secrets that the desktop may mount" },
  { of: ["PersistentVolumeClaim"], path: ["spec"], why: "another person's volume" },
  { of: ["ResourceQuota"], path: ["spec"], why: "more pods, or services that are open to the outside" },
  { of: ["LimitRange"], path: ["spec"], why: "more of the machine than was granted" },
  { of: ["ConfigMap"], path: ["data"], why: "each becomes an environment variable of the desktop" },
  { of: ["ConfigMap"], path: ["binaryData"], why: "a file of the desktop" },
];

/** What the cluster's own controllers write under those paths. Status is apart: it has managers of its own. */
const UNWATCHED: readonly Row[] = [
  { of: ["Service"], path: ["spec", "clusterIP"], why: "given by the server" },
  { of: ["Service"], path: ["spec", "clusterIPs"], why: "given by the server" },
  { of: ["Service"], path: ["spec", "ipFamilies"], why: "given by the server" },
  { of: ["Service"], path: ["spec", "ipFamilyPolicy"], why: "given by the server" },
  { of: ["Service"], path: ["spec", "internalTrafficPolicy"], why: "a default, and it opens nothing" },
  { of: ["Service"], path: ["spec", "sessionAffinity"], why: "a default, and it opens nothing" },
  { of: ["PersistentVolumeClaim"], path: ["spec", "volumeName"], why: "the binder says which volume it found" },
  {
    of: ["PersistentVolumeClaim"],
    path: ["spec", "storageClassName"],
    why: "the cluster's default, where the grant names none",
  },
  { of: ["PersistentVolumeClaim"], path: ["spec", "volumeMode"], why: "a default" },
  {
    of: ["PersistentVolumeClaim"],
    path: ["spec", "volumeAttributesClassName"],
    why: "performance, which the storage's own people tune",
  },
];

/** True for a field that only Reeve may have, or a branch that lies below such a field. */
export function isWatched(of: KindName, path: readonly string[]): boolean {
  return WATCHED.some((row) => covers(row, of, path)) && !UNWATCHED.some((row) => covers(row, of, path));
}

/** True where something below the branch may be watched. */
export function leadsToWatched(of: KindName, path: readonly string[]): boolean {
  return WATCHED.some((row) => concerns(row, of) && path.every((step, index) => matches(row.path[index], step)));
}

function covers(row: Row, of: KindName, path: readonly string[]): boolean {
  return (
    concerns(row, of) && row.path.length <= path.length && row.path.every((part, index) => matches(part, path[index]))
  );
}

function concerns({ of }: Row, object: KindName): boolean {
  if (of === "every kind") return true;
  return of === "kinds that decide who gets in" ? isExclusive(object) : of.includes(object.kind);
}

function matches(part: string | undefined, step: string | undefined): boolean {
  if (part === undefined || step === undefined) return false;
  return part.endsWith("*") ? step.startsWith(part.slice(0, -1)) : part === step;
}
