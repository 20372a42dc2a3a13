/** Which objects there are, in what order, and when. */
import type { WorkstationClusterSpec } from "../../../generated/documents.ts";
import type { Desktop } from "../topology.ts";

/** How a live object may be brought to what is rendered. */
export type Mutability =
  /** Every field in place. */
  | "mutable"
  /** In place; never taken away while something of the person's is in it. */
  | "kept-while-in-use"
  /** Its size may grow; everything else stays as it was made. */
  | "grows"
  /** In place, but for selectors and the like, which would need a new object. */
  | "partly-immutable";

/** An object that has a template. */
interface Slot {
  /** Of its template: `templates/grants/<template>.hbs`. */
  readonly template: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Written in this order, taken away in reverse: what closes comes before what opens. */
  readonly order: number;
  readonly mutability: Mutability;
}

/** An object that a cluster has once. */
export interface SharedSlot extends Slot {
  isWanted(spec: WorkstationClusterSpec): boolean;
  /** The namespace it must be in; null for an object of the whole cluster. */
  namespace(spec: WorkstationClusterSpec): string | null;
  name(spec: WorkstationClusterSpec, estate: string): string;
}

/** An object that each desktop has. */
export interface DesktopSlot extends Slot {
  readonly name: string;
  readonly isWanted: (desktop: Desktop) => boolean;
}

const ISTIO = "security.istio.io/v1";
const GATEWAY = "gateway.networking.k8s.io";
const ADMISSION = "admissionregistration.k8s.io/v1";
const MUTABLE = { mutability: "mutable" } as const;

const guard = {
  ...MUTABLE,
  apiVersion: ADMISSION,
  isWanted: (spec: WorkstationClusterSpec) => spec.labelGuard !== undefined,
  namespace: () => null,
  name: (_spec: WorkstationClusterSpec, estate: string) => `reeve-labels-${estate}`,
};

const gateway = {
  ...MUTABLE,
  apiVersion: ISTIO,
  isWanted: () => true,
  namespace: (spec: WorkstationClusterSpec) => spec.gateway.namespace,
  name: (spec: WorkstationClusterSpec) => spec.gateway.name,
};

/** Sorted by order. All of them come before any desktop's. */
export const SHARED_SLOTS: readonly SharedSlot[] = [
  { ...guard, template: "label-guard", kind: "ValidatingAdmissionPolicy", order: 1 },
  { ...guard, template: "label-guard-binding", kind: "ValidatingAdmissionPolicyBinding", order: 2 },
  { ...gateway, template: "gateway-authentication", kind: "RequestAuthentication", order: 3 },
  { ...gateway, template: "gateway-authorization", kind: "AuthorizationPolicy", order: 4 },
  {
    ...MUTABLE,
    template: "spiffe-id",
    apiVersion: "spire.spiffe.io/v1alpha1",
    kind: "ClusterSPIFFEID",
    order: 5,
    isWanted: ({ identity }) => identity === "spire",
    namespace: () => null,
    name: () => "reeve-workstations",
  },
];

const always = (): boolean => true;
const whenBegun = ({ state }: Desktop): boolean => state !== "pending";
const whileHeld = ({ state }: Desktop): boolean => state === "active" || state === "suspended";
const whileOpen = ({ state }: Desktop): boolean => state === "active";
const asks = (part: "sessionCheck" | "rateLimit") => (desktop: Desktop) =>
  whileHeld(desktop) && desktop.facts.cluster.spec[part] !== undefined;
const hasRouteApart = (desktop: Desktop): boolean =>
  whileOpen(desktop) && desktop.facts.cluster.spec.gateway.routes === "beside-gateway";

type Row = readonly [
  order: number,
  template: string,
  kind: string,
  name: string,
  isWanted: DesktopSlot["isWanted"],
  mutability?: Mutability,
];

const API_VERSIONS: Readonly<Record<string, string>> = {
  NetworkPolicy: "networking.k8s.io/v1",
  PeerAuthentication: ISTIO,
  AuthorizationPolicy: ISTIO,
  RequestAuthentication: ISTIO,
  EnvoyFilter: "networking.istio.io/v1alpha3",
  StatefulSet: "apps/v1",
  ReferenceGrant: `${GATEWAY}/v1beta1`,
  HTTPRoute: `${GATEWAY}/v1`,
};

/** The name `""` is the namespace's own, and the route's where it stands beside the Gateway. */
const ROWS: readonly Row[] = [
  [10, "namespace", "Namespace", "", always, "kept-while-in-use"],
  [20, "resource-quota", "ResourceQuota", "grant", whenBegun],
  [21, "limit-range", "LimitRange", "grant", whenBegun],
  [30, "service-account", "ServiceAccount", "workstation", whileHeld],
  [40, "home", "PersistentVolumeClaim", "home", ({ home }) => home !== null, "grows"],
  [50, "default-deny", "NetworkPolicy", "default-deny", always],
  [60, "peer-authentication", "PeerAuthentication", "default", always],
  [61, "allow-nothing", "AuthorizationPolicy", "allow-nothing", always],
  [70, "network-policy", "NetworkPolicy", "workstation", whileHeld],
  [80, "request-authentication", "RequestAuthentication", "workstation", whileHeld],
  [81, "session-check", "AuthorizationPolicy", "session-check", asks("sessionCheck")],
  [82, "rate-limit", "EnvoyFilter", "rate-limit", asks("rateLimit")],
  [90, "session", "ConfigMap", "session", whileHeld],
  [100, "service", "Service", "ws", whileHeld, "partly-immutable"],
  [101, "workload", "StatefulSet", "workstation", whileHeld, "partly-immutable"],
  [110, "authorization-policy", "AuthorizationPolicy", "workstation", whileOpen],
  [119, "reference-grant", "ReferenceGrant", "ws", hasRouteApart],
  [120, "route", "HTTPRoute", "ws", whileOpen],
];

/** Sorted by order. */
export const DESKTOP_SLOTS: readonly DesktopSlot[] = ROWS.map(
  ([order, template, kind, name, isWanted, mutability = "mutable"]) => ({
    order,
    template,
    kind,
    name,
    isWanted,
    mutability,
    apiVersion: API_VERSIONS[kind] ?? "v1",
  }),
);

/** The templates that there are, sorted. */
export const TEMPLATE_NAMES: readonly string[] = [...SHARED_SLOTS, ...DESKTOP_SLOTS]
  .map(({ template }) => template)
  .toSorted();
