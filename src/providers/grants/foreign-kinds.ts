/** Kinds that are looked at though Reeve makes none of them: what is of such a kind beside a desktop may let somebody in. Pure. */
import { groupOf, kindKey, type ServedKind, type ServedKinds } from "./client/served-kinds.ts";
import type { KubeObject } from "./kube-object.ts";
import { isExclusive, serverMark } from "./live.ts";
import { isRecord, type JsonRecord, listAt, recordAt, textAt } from "./render/json-walk.ts";
import { DESKTOP_SLOTS, SHARED_SLOTS } from "./render/slots.ts";

/** Of meshes and networks whose policies add to the ones that Reeve knows. */
const POLICY_GROUPS: ReadonlySet<string> = new Set([
  "networking.k8s.io",
  "security.istio.io",
  "networking.istio.io",
  "extensions.istio.io",
  "gateway.networking.k8s.io",
  "cilium.io",
  "crd.projectcalico.org",
  "projectcalico.org",
]);

/** Of those groups, what decides nothing. */
const HARMLESS: ReadonlySet<string> = new Set([
  "ProxyConfig",
  "CiliumEndpoint",
  "BlockAffinity",
  "IPAMBlock",
  "IPAMHandle",
]);

/** What runs beside a desktop, is reached by its name, or gives rights to it, with the reason. */
export const INTRUDERS: readonly { readonly apiVersion: string; readonly kind: string; readonly why: string }[] = [
  { apiVersion: "v1", kind: "Pod", why: "with the desktop's labels it is let in where the desktop is" },
  { apiVersion: "v1", kind: "Service", why: "another way to the desktop" },
  { apiVersion: "apps/v1", kind: "Deployment", why: "makes pods" },
  { apiVersion: "apps/v1", kind: "StatefulSet", why: "makes pods" },
  { apiVersion: "apps/v1", kind: "DaemonSet", why: "makes pods" },
  { apiVersion: "batch/v1", kind: "Job", why: "makes pods" },
  { apiVersion: "batch/v1", kind: "CronJob", why: "makes pods" },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    why: "lets somebody into the pod by the API server",
  },
];

/** Versions that older servers are asked about one by one. */
export const WANTED_VERSIONS: readonly string[] = [
  ...new Set([
    ...[...SHARED_SLOTS, ...DESKTOP_SLOTS, ...INTRUDERS].map(({ apiVersion }) => apiVersion),
    "networking.istio.io/v1",
    "networking.istio.io/v1beta1",
    "extensions.istio.io/v1alpha1",
    "gateway.networking.k8s.io/v1alpha2",
    "cilium.io/v2",
    "crd.projectcalico.org/v1",
    "projectcalico.org/v3",
  ]),
];

const OURS: ReadonlySet<string> = new Set([...SHARED_SLOTS, ...DESKTOP_SLOTS].map(kindKey));

/** Kinds of policies that Reeve makes none of, each in one version. */
export function policyKinds(kinds: ServedKinds): readonly ServedKind[] {
  const ours = new Set([...OURS].map((key) => groupedName(kinds.get(key))));
  const found = [...kinds.values()].filter(
    (kind) =>
      POLICY_GROUPS.has(groupOf(kind.apiVersion)) &&
      kind.isNamespaced &&
      kind.isListable &&
      !HARMLESS.has(kind.kind) &&
      !ours.has(groupedName(kind)),
  );
  // A server names the version that it prefers first.
  return [...Map.groupBy(found, groupedName).values()].flatMap(([first]) => first ?? []);
}

function groupedName(kind: ServedKind | undefined): string {
  return kind === undefined ? "" : `${groupOf(kind.apiVersion)} ${kind.kind}`;
}

/** Those of `INTRUDERS` that the server has; Services are read whole, since the proof wants to know where they lead. */
export function intruderKinds(kinds: ServedKinds): readonly ServedKind[] {
  return INTRUDERS.filter(({ kind }) => kind !== "Service").flatMap((kind) => kinds.get(kindKey(kind)) ?? []);
}

/** Kinds that Reeve makes and the server has; everybody's objects are read where these decide who gets in. */
export function ownKinds(kinds: ServedKinds): readonly { readonly kind: ServedKind; readonly isEverybodys: boolean }[] {
  return [...OURS].flatMap((key) => {
    const kind = kinds.get(key);
    return kind === undefined ? [] : [{ kind, isEverybodys: isExclusive(kind) }];
  });
}

/**
 * True for a pod of one of Reeve's own workloads. Who makes a pod writes its owner, so that alone is no proof: a workload has
 * no more pods than it asks for, each by its number, and the name is taken.
 */
export function isOwnPod(object: KubeObject, workloads: ReadonlyMap<string, KubeObject>): boolean {
  if (object.kind !== "Pod") return false;
  const [controller] = listAt(object.metadata, "ownerReferences").filter(isController);
  const workload = controller === undefined ? undefined : workloads.get(textAt(controller, "uid"));
  if (workload === undefined || workload.metadata.namespace !== object.metadata.namespace) return false;
  const prefix = `${workload.metadata.name}-`;
  const number = object.metadata.name.slice(prefix.length);
  if (!object.metadata.name.startsWith(prefix) || !/^\d+$/.test(number)) return false;
  return Number(number) < replicasOf(workload) || serverMark(object, "deletionTimestamp") !== "";
}

function isController(reference: unknown): reference is JsonRecord {
  return isRecord(reference) && reference["controller"] === true;
}

function replicasOf(workload: KubeObject): number {
  const replicas = recordAt(workload, "spec")["replicas"];
  return typeof replicas === "number" ? replicas : 1;
}
