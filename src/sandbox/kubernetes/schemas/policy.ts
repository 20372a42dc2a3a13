import { any, count, flag, int, intOrString, keyedBy, listOf, oneOf, setOf, str, struct, text } from "../schema.ts";
import { CONDITIONS, LABEL_SELECTOR, objectSchema } from "./meta.ts";

const POLICY_PORT = struct({ protocol: str({ default: "TCP" }), port: intOrString({ keep: true }), endPort: count });

const PEER = struct({
  podSelector: LABEL_SELECTOR,
  namespaceSelector: LABEL_SELECTOR,
  ipBlock: struct({ cidr: text, except: listOf(text) }),
});

export const NETWORK_POLICY = objectSchema({
  spec: struct({
    podSelector: { ...LABEL_SELECTOR, default: {} },
    ingress: listOf(struct({ ports: listOf(POLICY_PORT), from: listOf(PEER) })),
    egress: listOf(struct({ ports: listOf(POLICY_PORT), to: listOf(PEER) })),
    policyTypes: listOf(text),
  }),
});

const RULES = listOf(
  struct({
    verbs: listOf(text),
    apiGroups: listOf(text),
    resources: listOf(text),
    resourceNames: listOf(text),
    nonResourceURLs: listOf(text),
  }),
  { keep: true },
);

const SUBJECT = struct({ kind: text, apiGroup: str(), name: text, namespace: str() });

export const ROLE = objectSchema({ rules: RULES });
export const CLUSTER_ROLE = objectSchema({
  rules: RULES,
  aggregationRule: struct({ clusterRoleSelectors: listOf(LABEL_SELECTOR) }),
});

export const BINDING = objectSchema({
  subjects: listOf(SUBJECT),
  roleRef: struct({ apiGroup: text, kind: text, name: text }, { atomic: true }),
});

const RESOURCE_RULES = listOf(
  struct({
    resourceNames: listOf(text),
    operations: listOf(text),
    apiGroups: listOf(text),
    apiVersions: listOf(text),
    resources: listOf(text),
    scope: str({ default: "*" }),
  }),
);

const MATCH = struct(
  {
    namespaceSelector: { ...LABEL_SELECTOR, default: {} },
    objectSelector: { ...LABEL_SELECTOR, default: {} },
    resourceRules: RESOURCE_RULES,
    excludeResourceRules: RESOURCE_RULES,
    matchPolicy: str({ default: "Equivalent" }),
  },
  { atomic: true },
);

export const ADMISSION_POLICY = objectSchema({
  spec: struct({
    paramKind: struct({ apiVersion: str(), kind: str() }, { atomic: true }),
    matchConstraints: MATCH,
    validations: listOf(struct({ expression: text, message: str(), reason: text, messageExpression: str() })),
    failurePolicy: str({ default: "Fail" }),
    auditAnnotations: listOf(any()),
    matchConditions: keyedBy(["name"], struct({ name: text, expression: text })),
    variables: keyedBy(["name"], struct({ name: text, expression: text }, { atomic: true })),
  }),
  status: struct({ observedGeneration: int(), typeChecking: any(), conditions: CONDITIONS }),
});

export const ADMISSION_BINDING = objectSchema({
  spec: struct({
    policyName: str(),
    paramRef: struct(
      { name: str(), namespace: str(), selector: LABEL_SELECTOR, parameterNotFoundAction: text },
      { atomic: true },
    ),
    matchResources: MATCH,
    validationActions: setOf(text),
  }),
});

const WEBHOOK = struct({
  name: text,
  clientConfig: struct({ url: text, service: any(), caBundle: str() }),
  rules: RESOURCE_RULES,
  failurePolicy: str({ default: "Fail" }),
  matchPolicy: str({ default: "Equivalent" }),
  namespaceSelector: { ...LABEL_SELECTOR, default: {} },
  objectSelector: { ...LABEL_SELECTOR, default: {} },
  sideEffects: oneOf("None", "NoneOnDryRun"),
  timeoutSeconds: int({ keep: true, default: 10 }),
  admissionReviewVersions: listOf(text),
  matchConditions: listOf(any()),
});

export const WEBHOOKS = objectSchema({ webhooks: keyedBy(["name"], WEBHOOK) });

const NAMES = struct({
  plural: text,
  singular: str(),
  shortNames: listOf(text),
  kind: text,
  listKind: str(),
  categories: listOf(text),
});

const CRD_VERSION = struct({
  name: text,
  served: flag,
  storage: flag,
  deprecated: str(),
  schema: struct({ openAPIV3Schema: any() }),
  subresources: any(),
  additionalPrinterColumns: listOf(any()),
  selectableFields: listOf(any()),
});

export const CUSTOM_RESOURCE_DEFINITION = objectSchema({
  spec: struct({
    group: text,
    names: NAMES,
    scope: text,
    versions: listOf(CRD_VERSION),
    conversion: struct({ strategy: str({ default: "None" }), webhook: any() }, { default: {} }),
    preserveUnknownFields: flag,
  }),
  status: struct({ conditions: { ...CONDITIONS, keep: true }, acceptedNames: NAMES, storedVersions: listOf(text) }),
});

export const ACCESS_REVIEW = objectSchema({
  spec: struct({
    resourceAttributes: struct({
      namespace: str(),
      verb: str(),
      group: str(),
      version: str(),
      resource: str(),
      subresource: str(),
      name: str(),
    }),
    nonResourceAttributes: struct({ path: str(), verb: str() }),
  }),
  status: struct({ allowed: flag, denied: flag, reason: str(), evaluationError: str() }),
});
