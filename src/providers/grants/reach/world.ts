import type { KubeObject } from "../kube-object.ts";
import { addsRateLimitsAlone } from "../rate-limit-filter.ts";
import { type AuthorizationPolicy, readAuthorizationPolicy } from "./authorization-policy.ts";
import { text, textMap } from "./fields.ts";
import type { Labels } from "./labels.ts";
import {
  type PeerAuthentication,
  type RequestAuthentication,
  readPeerAuthentication,
  readRequestAuthentication,
} from "./mesh.ts";
import type { Pod } from "./model.ts";
import { type NetworkPolicy, readNetworkPolicy } from "./network-policy.ts";
import { type GatewayPlace, gatewayPods, readPod } from "./pods.ts";
import { type ReferenceGrant, readReferenceGrant } from "./references.ts";
import { type Gateway, indexRoutes, type RouteIndex, readGateway, readRoute } from "./routes.ts";
import { readService, type Service } from "./services.ts";

/** What a cluster is like where its objects do not say it. */
export interface Mesh {
  /** Istio's root namespace; its policies hold everywhere. */
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** Where pods have their addresses. */
  readonly podBlocks: readonly string[];
  readonly gateway: GatewayPlace;
}

type ByNamespace<Item> = ReadonlyMap<string, readonly Item[]>;

/** The objects that decide who reaches what, read once and found by namespace. */
export interface World extends Mesh {
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly networkPolicies: ByNamespace<NetworkPolicy>;
  readonly authorizationPolicies: ByNamespace<AuthorizationPolicy>;
  readonly peerAuthentications: ByNamespace<PeerAuthentication>;
  readonly requestAuthentications: ByNamespace<RequestAuthentication>;
  readonly pods: ByNamespace<Pod>;
  readonly gatewayPods: readonly Pod[];
  readonly services: ByNamespace<Service>;
  readonly gateways: readonly Gateway[];
  readonly routes: RouteIndex;
  readonly referenceGrants: ByNamespace<ReferenceGrant>;
  /** Objects which can open or close a way and whose meaning is not evaluated here. */
  readonly unread: readonly KubeObject[];
}

/** Where pods have addresses as a rule: the private ranges. */
export const PRIVATE_BLOCKS: readonly string[] = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "fc00::/7",
];

/** Kinds that can change who gets where: by plug-in policies, by the proxies' own configuration, by other ways in. */
const UNREAD: ReadonlySet<string> = new Set(
  [
    "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy GlobalNetworkPolicy",
    "CiliumNetworkPolicy CiliumClusterwideNetworkPolicy EnvoyFilter WasmPlugin Sidecar ProxyConfig",
    "VirtualService DestinationRule ServiceEntry WorkloadEntry Ingress GRPCRoute TCPRoute TLSRoute UDPRoute",
    "ListenerSet XListenerSet EndpointSlice",
  ].flatMap((kinds) => kinds.split(" ")),
);

export function buildWorld(objects: readonly KubeObject[], mesh: Mesh): World {
  const ofKind = <Item>(group: string, kind: string, read: (object: KubeObject) => Item): readonly Item[] =>
    objects.filter((object) => object.kind === kind && groupOf(object) === group).map(read);
  const istio = <Item>(kind: string, read: (object: KubeObject) => Item) => ofKind("security.istio.io", kind, read);
  const namespaces = new Map(ofKind("", "Namespace", readNamespace));
  const pods = byNamespace(objects.flatMap((object) => readPod(object, { namespaces, gateway: mesh.gateway })));
  return {
    ...mesh,
    namespaces,
    networkPolicies: byNamespace(ofKind("networking.k8s.io", "NetworkPolicy", readNetworkPolicy)),
    authorizationPolicies: byNamespace(istio("AuthorizationPolicy", readAuthorizationPolicy)),
    peerAuthentications: byNamespace(istio("PeerAuthentication", readPeerAuthentication)),
    requestAuthentications: byNamespace(istio("RequestAuthentication", readRequestAuthentication)),
    pods,
    gatewayPods: gatewayPods(pods.get(mesh.gateway.namespace) ?? [], mesh.gateway),
    services: byNamespace(ofKind("", "Service", readService)),
    gateways: ofKind("gateway.networking.k8s.io", "Gateway", readGateway),
    routes: indexRoutes(ofKind("gateway.networking.k8s.io", "HTTPRoute", readRoute)),
    referenceGrants: byNamespace(ofKind("gateway.networking.k8s.io", "ReferenceGrant", readReferenceGrant)),
    unread: objects.filter((object) => isUnread(object) && !addsRateLimitsAlone(object.spec)),
  };
}

/** Network plug-ins have a NetworkPolicy of their own, with a meaning of its own. */
function isUnread(object: KubeObject): boolean {
  return UNREAD.has(object.kind) || (object.kind === "NetworkPolicy" && groupOf(object) !== "networking.k8s.io");
}

function groupOf({ apiVersion }: KubeObject): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

function readNamespace({ metadata }: KubeObject): readonly [string, Labels] {
  const known = { ...textMap(metadata.labels), "kubernetes.io/metadata.name": text(metadata.name) ?? "" };
  return [metadata.name, { known }];
}

function byNamespace<Item extends { readonly namespace: string }>(list: readonly Item[]): ByNamespace<Item> {
  return Map.groupBy(list, ({ namespace }) => namespace);
}
