import { configMap, limitRange, namespace, persistentVolumeClaim, secret, service } from "./kinds/core.ts";
import { binding, customResourceDefinition, networkPolicy, webhooks } from "./kinds/policy.ts";
import { deployment, job, pod, statefulSet } from "./kinds/workloads.ts";
import type { Resource } from "./resource.ts";
import type { JsonObject, Struct } from "./schema.ts";
import { DEPLOYMENT, JOB, STATEFUL_SET } from "./schemas/apps.ts";
import {
  CONFIG_MAP,
  EVENT,
  LEASE,
  LIMIT_RANGE,
  NAMESPACE,
  PERSISTENT_VOLUME_CLAIM,
  RESOURCE_QUOTA,
  SECRET,
  SERVICE,
  SERVICE_ACCOUNT,
} from "./schemas/core.ts";
import { GATEWAY, HTTP_ROUTE, REFERENCE_GRANT } from "./schemas/gateway.ts";
import {
  AUTHORIZATION_POLICY,
  ENVOY_FILTER,
  PEER_AUTHENTICATION,
  REQUEST_AUTHENTICATION,
  VIRTUAL_SERVICE,
} from "./schemas/istio.ts";
import { POD } from "./schemas/pod.ts";
import {
  ADMISSION_BINDING,
  ADMISSION_POLICY,
  BINDING,
  CLUSTER_ROLE,
  CUSTOM_RESOURCE_DEFINITION,
  NETWORK_POLICY,
  ROLE,
  WEBHOOKS,
} from "./schemas/policy.ts";
import { CLUSTER_SPIFFE_ID } from "./schemas/spire.ts";

type Row = Pick<Resource, "kind" | "plural" | "schema"> & Partial<Resource>;

function resource(group: string, row: Row): Resource {
  return {
    group,
    versions: ["v1"],
    singular: row.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    isCustom: false,
    hasRules: false,
    subresources: [],
    generation: "none",
    countsEmpty: false,
    zero: {},
    deleteAnswersObject: false,
    rules: {},
    ...row,
  };
}

const SPEC: JsonObject = { spec: {} };
const SPEC_AND_STATUS: JsonObject = { spec: {}, status: {} };
const TEMPLATE: JsonObject = { metadata: {}, spec: { containers: null } };
const WORKLOAD: JsonObject = { spec: { selector: null, template: TEMPLATE, strategy: {} }, status: {} };
const STATUS = ["status"] as const;
const SCALED = ["status", "scale"] as const;

const CORE: readonly Row[] = [
  { kind: "ConfigMap", plural: "configmaps", schema: CONFIG_MAP, shortNames: ["cm"], rules: configMap },
  { kind: "Event", plural: "events", schema: EVENT, shortNames: ["ev"], zero: { involvedObject: {}, source: {} } },
  { kind: "LimitRange", plural: "limitranges", schema: LIMIT_RANGE, shortNames: ["limits"], zero: SPEC, rules: limitRange },
  {
    kind: "Namespace",
    plural: "namespaces",
    schema: NAMESPACE,
    shortNames: ["ns"],
    namespaced: false,
    subresources: ["finalize", "status"],
    zero: SPEC_AND_STATUS,
    deleteAnswersObject: true,
    rules: namespace,
  },
  {
    kind: "PersistentVolumeClaim",
    plural: "persistentvolumeclaims",
    schema: PERSISTENT_VOLUME_CLAIM,
    shortNames: ["pvc"],
    subresources: STATUS,
    zero: { spec: { resources: {} }, status: {} },
    deleteAnswersObject: true,
    rules: persistentVolumeClaim,
  },
  {
    kind: "Pod",
    plural: "pods",
    schema: POD,
    shortNames: ["po"],
    categories: ["all"],
    subresources: STATUS,
    generation: "spec",
    zero: { spec: { containers: null }, status: {} },
    deleteAnswersObject: true,
    rules: pod,
  },
  {
    kind: "ResourceQuota",
    plural: "resourcequotas",
    schema: RESOURCE_QUOTA,
    shortNames: ["quota"],
    subresources: STATUS,
    zero: SPEC_AND_STATUS,
    deleteAnswersObject: true,
  },
  { kind: "Secret", plural: "secrets", schema: SECRET, rules: secret },
  {
    kind: "ServiceAccount",
    plural: "serviceaccounts",
    schema: SERVICE_ACCOUNT,
    shortNames: ["sa"],
    deleteAnswersObject: true,
  },
  {
    kind: "Service",
    plural: "services",
    schema: SERVICE,
    shortNames: ["svc"],
    categories: ["all"],
    subresources: STATUS,
    zero: { spec: {}, status: { loadBalancer: {} } },
    deleteAnswersObject: true,
    rules: service,
  },
];

const APPS: readonly Row[] = [
  {
    kind: "Deployment",
    plural: "deployments",
    schema: DEPLOYMENT,
    shortNames: ["deploy"],
    categories: ["all"],
    subresources: SCALED,
    generation: "spec",
    zero: WORKLOAD,
    rules: deployment,
  },
  {
    kind: "StatefulSet",
    plural: "statefulsets",
    schema: STATEFUL_SET,
    shortNames: ["sts"],
    categories: ["all"],
    subresources: SCALED,
    generation: "spec",
    zero: { spec: { selector: null, template: TEMPLATE, serviceName: "", updateStrategy: {} }, status: { replicas: 0, availableReplicas: 0 } },
    rules: statefulSet,
  },
];

const BATCH: readonly Row[] = [
  {
    kind: "Job",
    plural: "jobs",
    schema: JOB,
    categories: ["all"],
    subresources: STATUS,
    generation: "spec",
    zero: { spec: { template: TEMPLATE }, status: {} },
    rules: job,
  },
];

const NETWORKING: readonly Row[] = [
  {
    kind: "NetworkPolicy",
    plural: "networkpolicies",
    schema: NETWORK_POLICY,
    shortNames: ["netpol"],
    generation: "spec",
    countsEmpty: true,
    zero: { spec: { podSelector: {} } },
    rules: networkPolicy,
  },
];

const RBAC: readonly Row[] = [
  { kind: "ClusterRoleBinding", plural: "clusterrolebindings", schema: BINDING, namespaced: false, zero: { roleRef: {} }, rules: binding },
  { kind: "ClusterRole", plural: "clusterroles", schema: CLUSTER_ROLE, namespaced: false, zero: { rules: null } },
  { kind: "RoleBinding", plural: "rolebindings", schema: BINDING, zero: { roleRef: {} }, rules: binding },
  { kind: "Role", plural: "roles", schema: ROLE, zero: { rules: null } },
];

const ADMISSION: readonly Row[] = [
  { kind: "MutatingWebhookConfiguration", plural: "mutatingwebhookconfigurations", schema: WEBHOOKS, rules: webhooks },
  {
    kind: "ValidatingAdmissionPolicy",
    plural: "validatingadmissionpolicies",
    schema: ADMISSION_POLICY,
    subresources: STATUS,
    zero: SPEC_AND_STATUS,
  },
  { kind: "ValidatingAdmissionPolicyBinding", plural: "validatingadmissionpolicybindings", schema: ADMISSION_BINDING, zero: SPEC },
  { kind: "ValidatingWebhookConfiguration", plural: "validatingwebhookconfigurations", schema: WEBHOOKS, rules: webhooks },
];

const EXTENSIONS: readonly Row[] = [
  {
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    schema: CUSTOM_RESOURCE_DEFINITION,
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    namespaced: false,
    subresources: STATUS,
    generation: "spec",
    zero: { spec: { group: "", names: { plural: "", kind: "" }, scope: "", versions: null }, status: {} },
    rules: customResourceDefinition,
  },
];

const ADMISSION_ROWS: readonly Row[] = ADMISSION.map((row) => ({ ...row, namespaced: false, generation: "spec" }));

function builtIn(group: string, rows: readonly Row[]): readonly Resource[] {
  return rows.map((row) => resource(group, row));
}

export const BUILT_IN: readonly Resource[] = [
  ...builtIn("", CORE),
  ...builtIn("apps", APPS),
  ...builtIn("batch", BATCH),
  ...builtIn("coordination.k8s.io", [{ kind: "Lease", plural: "leases", schema: LEASE, zero: SPEC }]),
  ...builtIn("networking.k8s.io", NETWORKING),
  ...builtIn("rbac.authorization.k8s.io", RBAC),
  ...builtIn("admissionregistration.k8s.io", ADMISSION_ROWS),
  ...builtIn("apiextensions.k8s.io", EXTENSIONS),
];

/** A kind that a definition has brought. */
export function customResource(row: Row & { readonly group: string; readonly schema: Struct }): Resource {
  return resource(row.group, { isCustom: true, generation: "spec", ...row });
}

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
    { ...SECURITY, kind: "AuthorizationPolicy", plural: "authorizationpolicies", shortNames: ["ap"], schema: AUTHORIZATION_POLICY },
    { ...SECURITY, kind: "PeerAuthentication", plural: "peerauthentications", shortNames: ["pa"], schema: PEER_AUTHENTICATION },
    { ...SECURITY, kind: "RequestAuthentication", plural: "requestauthentications", shortNames: ["ra"], schema: REQUEST_AUTHENTICATION },
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
    { ...ROUTES, versions: ["v1", "v1beta1"], kind: "Gateway", plural: "gateways", shortNames: ["gtw"], schema: GATEWAY },
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
