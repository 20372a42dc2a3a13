import { any, bool, int, listOf, mapOf, num, oneOf, str, struct } from "../schema.ts";
import { objectSchema } from "./meta.ts";

const text = str();
const texts = listOf(text);
const SELECTOR = struct({ matchLabels: mapOf(text) });
const TARGET = struct({ group: text, kind: text, name: text, namespace: text }, { required: ["kind", "name"] });
const TARGETS = { selector: SELECTOR, targetRef: TARGET, targetRefs: listOf(TARGET, { maxItems: 16 }) };
const STATUS = any();

const SOURCE = struct({
  principals: texts,
  notPrincipals: texts,
  requestPrincipals: texts,
  notRequestPrincipals: texts,
  namespaces: texts,
  notNamespaces: texts,
  serviceAccounts: texts,
  notServiceAccounts: texts,
  ipBlocks: texts,
  notIpBlocks: texts,
  remoteIpBlocks: texts,
  notRemoteIpBlocks: texts,
});

const OPERATION = struct({
  hosts: texts,
  notHosts: texts,
  ports: texts,
  notPorts: texts,
  methods: texts,
  notMethods: texts,
  paths: texts,
  notPaths: texts,
});

const RULE = struct({
  from: listOf(struct({ source: SOURCE }), { maxItems: 512 }),
  to: listOf(struct({ operation: OPERATION })),
  when: listOf(struct({ key: text, values: texts, notValues: texts }, { required: ["key"] })),
});

export const AUTHORIZATION_POLICY = objectSchema({
  spec: struct({
    action: oneOf("ALLOW", "DENY", "AUDIT", "CUSTOM"),
    provider: struct({ name: text }),
    rules: listOf(RULE, { maxItems: 512 }),
    ...TARGETS,
  }),
  status: STATUS,
});

const HEADER = struct({ name: text, prefix: text }, { required: ["name"] });

const JWT_RULE = struct(
  {
    issuer: text,
    audiences: texts,
    jwksUri: text,
    jwks_uri: text,
    jwks: text,
    fromHeaders: listOf(HEADER),
    fromParams: texts,
    fromCookies: texts,
    outputPayloadToHeader: text,
    forwardOriginalToken: bool(),
    outputClaimToHeaders: listOf(struct({ header: text, claim: text }, { required: ["header", "claim"] })),
    spaceDelimitedClaims: texts,
    timeout: text,
  },
  { required: ["issuer"] },
);

export const REQUEST_AUTHENTICATION = objectSchema({
  spec: struct({ jwtRules: listOf(JWT_RULE, { maxItems: 4096 }), ...TARGETS }),
  status: STATUS,
});

const MTLS = struct({ mode: oneOf("UNSET", "DISABLE", "PERMISSIVE", "STRICT") });

export const PEER_AUTHENTICATION = objectSchema({
  spec: struct({ selector: SELECTOR, mtls: MTLS, portLevelMtls: mapOf(MTLS) }),
  status: STATUS,
});

const PORT = struct({ number: int() });
const DESTINATION = struct({ host: text, subset: text, port: PORT }, { required: ["host"] });
const FAULT = struct({
  abort: struct({ percentage: struct({ value: num() }), httpStatus: int(), grpcStatus: text, http2Error: text }),
  delay: any(),
});

const HTTP = struct({
  name: text,
  match: listOf(any()),
  route: listOf(struct({ destination: DESTINATION, weight: int(), headers: any() }, { required: ["destination"] })),
  redirect: any(),
  directResponse: any(),
  delegate: any(),
  rewrite: any(),
  timeout: text,
  retries: any(),
  fault: FAULT,
  mirror: any(),
  corsPolicy: any(),
  headers: any(),
});

export const VIRTUAL_SERVICE = objectSchema({
  spec: struct({
    hosts: texts,
    gateways: texts,
    http: listOf(HTTP),
    tls: listOf(any()),
    tcp: listOf(any()),
    exportTo: texts,
  }),
  status: STATUS,
});

export const ENVOY_FILTER = objectSchema({
  spec: struct({
    workloadSelector: struct({ labels: mapOf(text) }),
    configPatches: listOf(any()),
    priority: int(),
    targetRefs: listOf(TARGET),
  }),
  status: STATUS,
});
