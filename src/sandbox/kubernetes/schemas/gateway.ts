import { any, int, keyedBy, listOf, mapOf, oneOf, type Schema, str, struct } from "../schema.ts";
import { objectSchema } from "./meta.ts";

const text = str();
const GATEWAY_GROUP = str({ default: "gateway.networking.k8s.io" });

const PARENT = struct(
  {
    group: GATEWAY_GROUP,
    kind: str({ default: "Gateway" }),
    namespace: text,
    name: text,
    sectionName: text,
    port: int(),
  },
  { required: ["name"] },
);

const HEADER_VALUE = struct({ name: text, value: text }, { required: ["name", "value"] });
const HEADER_CHANGES = struct({
  set: keyedBy(["name"], HEADER_VALUE, { maxItems: 16 }),
  add: keyedBy(["name"], HEADER_VALUE, { maxItems: 16 }),
  remove: listOf(text, { maxItems: 16 }),
});

const PATH_CHANGE = struct(
  { type: oneOf("ReplaceFullPath", "ReplacePrefixMatch"), replaceFullPath: text, replacePrefixMatch: text },
  { required: ["type"] },
);

const FILTERS = listOf(
  struct(
    {
      type: oneOf(
        "RequestHeaderModifier",
        "ResponseHeaderModifier",
        "RequestMirror",
        "RequestRedirect",
        "URLRewrite",
        "ExtensionRef",
        "CORS",
      ),
      requestHeaderModifier: HEADER_CHANGES,
      responseHeaderModifier: HEADER_CHANGES,
      requestMirror: any(),
      requestRedirect: any(),
      urlRewrite: struct({ hostname: text, path: PATH_CHANGE }),
      extensionRef: struct({ group: text, kind: text, name: text }, { required: ["group", "kind", "name"] }),
      cors: any(),
    },
    { required: ["type"] },
  ),
  { maxItems: 16 },
);

const REFERENCE: Readonly<Record<string, Schema>> = {
  group: str({ default: "" }),
  kind: str({ default: "Service" }),
  namespace: text,
  name: text,
  port: int({ minimum: 1, maximum: 65_535 }),
};

const BACKEND = struct({ ...REFERENCE, weight: int({ default: 1 }), filters: FILTERS }, { required: ["name"] });

const VALUE_MATCH = (type: string): Schema =>
  struct({ type: str({ default: type }), name: text, value: text }, { required: ["name", "value"] });

const MATCH = struct({
  path: struct(
    {
      type: str({ enum: ["Exact", "PathPrefix", "RegularExpression"], default: "PathPrefix" }),
      value: str({ default: "/" }),
    },
    { default: { type: "PathPrefix", value: "/" } },
  ),
  headers: keyedBy(["name"], VALUE_MATCH("Exact"), { maxItems: 16 }),
  queryParams: keyedBy(["name"], VALUE_MATCH("Exact"), { maxItems: 16 }),
  method: text,
});

const RULE = struct({
  name: text,
  matches: listOf(MATCH, { maxItems: 64, default: [{ path: { type: "PathPrefix", value: "/" } }] }),
  filters: FILTERS,
  backendRefs: listOf(BACKEND, { maxItems: 16 }),
  timeouts: struct({ request: text, backendRequest: text }),
  retry: any(),
  sessionPersistence: any(),
});

export const HTTP_ROUTE = objectSchema(
  {
    spec: struct({
      parentRefs: listOf(PARENT, { maxItems: 32 }),
      hostnames: listOf(text, { maxItems: 16 }),
      rules: listOf(RULE, { maxItems: 16, default: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }] }] }),
      useDefaultGateways: text,
    }),
    status: any(),
  },
  { required: ["spec"] },
);

const GRANT_FROM = struct({ group: text, kind: text, namespace: text }, { required: ["group", "kind", "namespace"] });
const GRANT_TO = struct({ group: text, kind: text, name: text }, { required: ["group", "kind"] });

export const REFERENCE_GRANT = objectSchema({
  spec: struct(
    { from: listOf(GRANT_FROM, { minItems: 1, maxItems: 16 }), to: listOf(GRANT_TO, { minItems: 1, maxItems: 16 }) },
    { required: ["from", "to"] },
  ),
});

const ALLOWED_ROUTES = struct(
  {
    namespaces: struct(
      {
        from: str({ enum: ["All", "Selector", "Same", "None"], default: "Same" }),
        selector: struct({ matchLabels: mapOf(text), matchExpressions: listOf(any()) }, { atomic: true }),
      },
      { default: { from: "Same" } },
    ),
    kinds: listOf(struct({ group: GATEWAY_GROUP, kind: text }, { required: ["kind"] })),
  },
  { default: { namespaces: { from: "Same" } } },
);

const LISTENER = struct(
  {
    name: text,
    hostname: text,
    port: int({ minimum: 1, maximum: 65_535 }),
    protocol: text,
    tls: struct({ mode: str({ default: "Terminate" }), certificateRefs: listOf(any()), options: mapOf(text) }),
    allowedRoutes: ALLOWED_ROUTES,
  },
  { required: ["name", "port", "protocol"] },
);

export const GATEWAY = objectSchema(
  {
    spec: struct(
      {
        gatewayClassName: text,
        listeners: keyedBy(["name"], LISTENER, { minItems: 1, maxItems: 64 }),
        addresses: listOf(any()),
        infrastructure: any(),
      },
      { required: ["gatewayClassName", "listeners"] },
    ),
    status: any(),
  },
  { required: ["spec"] },
);
