import {
  any,
  bool,
  count,
  flag,
  int,
  intOrString,
  keyedBy,
  listOf,
  mapOf,
  quantity,
  str,
  struct,
  text,
} from "../schema.ts";
import { CONDITIONS, LABEL_SELECTOR, LOCAL_REFERENCE, OBJECT_REFERENCE, objectSchema } from "./meta.ts";

export const NAMESPACE = objectSchema({
  spec: struct({ finalizers: listOf(text) }),
  status: struct({ phase: str(), conditions: CONDITIONS }),
});

const AMOUNTS = mapOf(quantity({ keep: true }));

export const RESOURCE_QUOTA = objectSchema({
  spec: struct({
    hard: AMOUNTS,
    scopes: listOf(text),
    scopeSelector: struct({ matchExpressions: listOf(any()) }, { atomic: true }),
  }),
  status: struct({ hard: AMOUNTS, used: AMOUNTS }),
});

const LIMIT = struct({
  type: text,
  max: AMOUNTS,
  min: AMOUNTS,
  default: AMOUNTS,
  defaultRequest: AMOUNTS,
  maxLimitRequestRatio: AMOUNTS,
});

export const LIMIT_RANGE = objectSchema({ spec: struct({ limits: listOf(LIMIT, { keep: true }) }) });

export const SERVICE_ACCOUNT = objectSchema({
  secrets: keyedBy(["name"], OBJECT_REFERENCE),
  imagePullSecrets: listOf(LOCAL_REFERENCE),
  automountServiceAccountToken: flag,
});

export const CONFIG_MAP = objectSchema({ immutable: flag, data: mapOf(text), binaryData: mapOf(text) });

export const SECRET = objectSchema({
  immutable: flag,
  data: mapOf(text),
  stringData: mapOf(text),
  type: str({ default: "Opaque" }),
});

const VOLUME_RESOURCES = struct({ limits: AMOUNTS, requests: AMOUNTS });

const CLAIM_SPEC = struct({
  accessModes: listOf(text),
  selector: LABEL_SELECTOR,
  resources: { ...VOLUME_RESOURCES, keep: true },
  volumeName: str(),
  storageClassName: text,
  volumeMode: str({ default: "Filesystem" }),
  dataSource: struct({ apiGroup: text, kind: text, name: text }, { atomic: true }),
  dataSourceRef: struct({ apiGroup: text, kind: text, name: text, namespace: text }),
  volumeAttributesClassName: text,
});

export const PERSISTENT_VOLUME_CLAIM = objectSchema({
  spec: CLAIM_SPEC,
  status: struct({
    phase: str({ default: "Pending" }),
    accessModes: listOf(text),
    capacity: AMOUNTS,
    conditions: CONDITIONS,
    allocatedResources: AMOUNTS,
  }),
});

const SERVICE_PORT = struct({
  name: str(),
  protocol: str({ default: "TCP" }),
  appProtocol: text,
  port: count,
  targetPort: intOrString(),
  nodePort: int(),
});

export const SERVICE = objectSchema({
  spec: struct({
    ports: keyedBy(["port", "protocol"], SERVICE_PORT),
    selector: mapOf(text, { atomic: true }),
    clusterIP: str(),
    clusterIPs: listOf(text),
    type: str({ default: "ClusterIP" }),
    externalIPs: listOf(text),
    sessionAffinity: str({ default: "None" }),
    loadBalancerIP: str(),
    loadBalancerSourceRanges: listOf(text),
    externalName: str(),
    externalTrafficPolicy: str(),
    healthCheckNodePort: int(),
    publishNotReadyAddresses: bool(),
    sessionAffinityConfig: struct({ clientIP: struct({ timeoutSeconds: count }) }),
    ipFamilies: listOf(text),
    ipFamilyPolicy: text,
    allocateLoadBalancerNodePorts: flag,
    loadBalancerClass: text,
    internalTrafficPolicy: str(),
    trafficDistribution: text,
  }),
  status: struct({ loadBalancer: struct({ ingress: listOf(any()) }), conditions: CONDITIONS }),
});

export const EVENT = objectSchema({
  involvedObject: OBJECT_REFERENCE,
  reason: str(),
  message: str(),
  source: struct({ component: str(), host: str() }),
  firstTimestamp: str(),
  lastTimestamp: str(),
  count: int(),
  type: str(),
  eventTime: str(),
  series: any(),
  action: str(),
  related: OBJECT_REFERENCE,
  reportingComponent: text,
  reportingInstance: text,
});

export const LEASE = objectSchema({
  spec: struct({
    holderIdentity: text,
    leaseDurationSeconds: count,
    acquireTime: str(),
    renewTime: str(),
    leaseTransitions: count,
    strategy: text,
    preferredHolder: text,
  }),
});
