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
import { POD } from "./schemas/pod.ts";
import {
  ACCESS_REVIEW,
  ADMISSION_BINDING,
  ADMISSION_POLICY,
  BINDING,
  CLUSTER_ROLE,
  CUSTOM_RESOURCE_DEFINITION,
  NETWORK_POLICY,
  ROLE,
  WEBHOOKS,
} from "./schemas/policy.ts";

/** A kind, as far as it differs from most. */
export type Row = Pick<Resource, "kind" | "plural" | "schema"> & Partial<Resource>;

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
  {
    kind: "LimitRange",
    plural: "limitranges",
    schema: LIMIT_RANGE,
    shortNames: ["limits"],
    zero: SPEC,
    rules: limitRange,
  },
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
    zero: {
      spec: { selector: null, template: TEMPLATE, serviceName: "", updateStrategy: {} },
      status: { replicas: 0, availableReplicas: 0 },
    },
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
  {
    kind: "ClusterRoleBinding",
    plural: "clusterrolebindings",
    schema: BINDING,
    namespaced: false,
    zero: { roleRef: {} },
    rules: binding,
  },
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
  {
    kind: "ValidatingAdmissionPolicyBinding",
    plural: "validatingadmissionpolicybindings",
    schema: ADMISSION_BINDING,
    zero: SPEC,
  },
  {
    kind: "ValidatingWebhookConfiguration",
    plural: "validatingwebhookconfigurations",
    schema: WEBHOOKS,
    rules: webhooks,
  },
];

/** Answered, never kept. */
const ACCESS_REVIEWS: Row = {
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  schema: ACCESS_REVIEW,
  namespaced: false,
  verbs: ["create"],
};

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
  ...builtIn("authorization.k8s.io", [ACCESS_REVIEWS]),
  ...builtIn("apiextensions.k8s.io", EXTENSIONS),
];

/** A kind that a definition has brought. */
export function customResource(row: Row & { readonly group: string; readonly schema: Struct }): Resource {
  return resource(row.group, { isCustom: true, generation: "spec", ...row });
}
