import type { Resource } from "./resource.ts";
import { customResource, type Row } from "./resources.ts";
import { GATEWAY, HTTP_ROUTE, REFERENCE_GRANT } from "./schemas/gateway.ts";
import {
  AUTHORIZATION_POLICY,
  ENVOY_FILTER,
  PEER_AUTHENTICATION,
  REQUEST_AUTHENTICATION,
  VIRTUAL_SERVICE,
} from "./schemas/istio.ts";
import { CLUSTER_SPIFFE_ID } from "./schemas/spire.ts";

const STATUS = ["status"] as const;

const ISTIO = { hasRules: true, subresources: STATUS, versions: ["v1", "v1beta1"] } as const;
const SECURITY = { ...ISTIO, categories: ["istio-io", "security-istio-io"] } as const;
const TRAFFIC = { subresources: STATUS, categories: ["istio-io", "networking-istio-io"] } as const;
const ROUTES = { hasRules: true, subresources: STATUS, categories: ["gateway-api"] } as const;

function custom(group: string, rows: readonly Row[]): readonly Resource[] {
  return rows.map((row) => customResource({ group, ...row }));
}

/** The custom kinds that workstation access needs, as a cluster has them once its mesh and gateway are installed. */
export const INSTALLED: readonly Resource[] = [
  ...custom("security.istio.io", [
    {
      ...SECURITY,
      kind: "AuthorizationPolicy",
      plural: "authorizationpolicies",
      shortNames: ["ap"],
      schema: AUTHORIZATION_POLICY,
    },
    {
      ...SECURITY,
      kind: "PeerAuthentication",
      plural: "peerauthentications",
      shortNames: ["pa"],
      schema: PEER_AUTHENTICATION,
    },
    {
      ...SECURITY,
      kind: "RequestAuthentication",
      plural: "requestauthentications",
      shortNames: ["ra"],
      schema: REQUEST_AUTHENTICATION,
    },
  ]),
  ...custom("networking.istio.io", [
    {
      ...TRAFFIC,
      versions: ["v1", "v1beta1", "v1alpha3"],
      kind: "VirtualService",
      plural: "virtualservices",
      shortNames: ["vs"],
      schema: VIRTUAL_SERVICE,
    },
    { ...TRAFFIC, versions: ["v1alpha3"], kind: "EnvoyFilter", plural: "envoyfilters", schema: ENVOY_FILTER },
  ]),
  ...custom("gateway.networking.k8s.io", [
    {
      ...ROUTES,
      versions: ["v1", "v1beta1"],
      kind: "Gateway",
      plural: "gateways",
      shortNames: ["gtw"],
      schema: GATEWAY,
    },
    { ...ROUTES, versions: ["v1", "v1beta1"], kind: "HTTPRoute", plural: "httproutes", schema: HTTP_ROUTE },
    {
      ...ROUTES,
      subresources: [],
      versions: ["v1", "v1beta1"],
      kind: "ReferenceGrant",
      plural: "referencegrants",
      shortNames: ["refgrant"],
      schema: REFERENCE_GRANT,
    },
  ]),
  ...custom("spire.spiffe.io", [
    {
      versions: ["v1alpha1"],
      kind: "ClusterSPIFFEID",
      plural: "clusterspiffeids",
      namespaced: false,
      subresources: STATUS,
      schema: CLUSTER_SPIFFE_ID,
    },
  ]),
];
