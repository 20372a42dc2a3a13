import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { renderChanged } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

/** The corrected bundle, which real API servers took. */
function bundle(file: string): readonly KubeObject[] {
  const text = readFileSync(new URL(`../../fixtures/grants/${file}`, import.meta.url), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

const ADDED_LABELS = /^(app\.kubernetes\.io\/part-of|applyset\.kubernetes\.io\/part-of|reeve\.dev\/estate)$/;

/** Without what the issue adds to the bundle: more labels, annotations, and the default-deny's lists written out. */
function comparable({ metadata, ...rest }: KubeObject): unknown {
  const { annotations: _annotations, labels = {}, ...identity } = metadata;
  const kept = Object.fromEntries(Object.entries(labels).filter(([name]) => !ADDED_LABELS.test(name)));
  return JSON.parse(JSON.stringify({ ...rest, metadata: { ...identity, labels: kept } }), (key, value: unknown) =>
    (key === "ingress" || key === "egress") && Array.isArray(value) && value.length === 0 ? undefined : value,
  );
}

const RENDERED = renderChanged([], DURING);

test.each(
  [...bundle("shared.yaml"), ...bundle("alice.yaml")].map(
    (object) => [object.kind, object.metadata.name, object] as const,
  ),
)("%s %s is the corrected bundle's", (kind, name, object) => {
  const namespace = object.metadata.namespace ?? "";
  const own = RENDERED.map((one) => one.object).find(
    (one) => one.kind === kind && one.metadata.name === name && (one.metadata.namespace ?? "") === namespace,
  );
  expect(own === undefined ? null : comparable(own)).toEqual(comparable(object));
});

const DENIED = ["NetworkPolicy default-deny", "PeerAuthentication default", "AuthorizationPolicy allow-nothing"];
const BOUNDED = ["Namespace ws-alice", "ResourceQuota grant", "LimitRange grant"];
const HELD = [
  "NetworkPolicy workstation",
  "RequestAuthentication workstation",
  "ConfigMap session",
  "Service ws",
  "StatefulSet workstation",
];
const OPEN = ["AuthorizationPolicy workstation", "HTTPRoute ws"];
const ACCOUNT = "ServiceAccount workstation";
const HOME = "PersistentVolumeClaim home";

test.each<[state: string, now: string, edits: readonly string[], objects: readonly string[]]>([
  ["pending", "2026-11-24T00:00:00Z", [], ["Namespace ws-alice", ...DENIED]],
  ["active", "2026-12-01T08:00:00Z", [], [...BOUNDED, ACCOUNT, HOME, ...DENIED, ...HELD, ...OPEN]],
  [
    "suspended",
    "2026-12-01T08:00:00Z",
    ["# end of alice", "  suspended: true"],
    [...BOUNDED, ACCOUNT, HOME, ...DENIED, ...HELD],
  ],
  ["expired", "2026-12-14T18:00:00Z", [], [...BOUNDED, HOME, ...DENIED]],
  ["purged", "2026-12-21T18:00:00Z", [], []],
])("%s: what there is for alice, closed before opened", (_state, now, edits, objects) => {
  const own = renderChanged(edits, new Date(now)).filter(({ source }) => source.name === "alice");
  expect(own.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual(objects);
  expect(own.map(({ order }) => order)).toEqual(own.map(({ order }) => order).toSorted((a, b) => a - b));
});

/** The value at a path of the one object of a kind and name in alice's namespace, or anywhere. */
function valueAt(place: string, edits: readonly string[], now = DURING): unknown {
  const [kind, name, ...path] = place.split(" ");
  const objects = renderChanged(edits, now).map(({ object }) => object);
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  const own = found.find((object) => object.metadata.namespace === "ws-alice") ?? found[0];
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], own);
}

const OWN_HOSTS = [
  "{ path: { host: project-x.example.com, prefix: /workstation } }",
  "{ domain: desktops.example.net }",
];
const LAB = (line: string): readonly string[] => ["# end of cluster", `  ${line}`];
const BESIDE = [
  "serviceAccount: workstation-gateway",
  "serviceAccount: workstation-gateway\n    routes: beside-gateway",
];
const SESSION_CHECK = LAB(
  "sessionCheck: { provider: check, namespace: project-x-infra, pods: { app: check }, port: 9000 }",
);
const LIMIT = LAB("rateLimit: { requests: 100, per: 30s }");
const GUARD = LAB('labelGuard: { writers: ["system:serviceaccount:reeve:reeve"] }');
const NAMED = ["[project-x-challenges]", "[a, b], nameLabel: reeve.dev/challenge"];
const INTERNET = [
  "198.51.100.0/25",
  "0.0.0.0/0",
  "[bob, ",
  "[",
  "person: alice",
  "person: bob",
  "Eve.Adams@students.example.edu",
  "alice",
];

function podsOf(namespace: string, labels: object): object {
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  return { namespaceSelector, podSelector: { matchLabels: labels } };
}

test.each<[what: string, place: string, edits: readonly string[], value: unknown]>([
  ["a host of its own", "HTTPRoute ws spec hostnames", OWN_HOSTS, ["alice.desktops.example.net"]],
  ["all of that host", "HTTPRoute ws spec rules 0 matches 0 path value", OWN_HOSTS, "/"],
  ["nothing to rewrite", "HTTPRoute ws spec rules 0 filters", OWN_HOSTS, []],
  [
    "those hosts at the gateway",
    "AuthorizationPolicy workstation-gateway spec rules 0 to 0 operation",
    OWN_HOSTS,
    { hosts: ["*.desktops.example.net"] },
  ],
  ["no limit of a request's time", "HTTPRoute ws spec rules 0 timeouts", [], { request: "0s" }],
  [
    "response headers",
    "HTTPRoute ws spec rules 0 filters 1",
    LAB("responseHeaders: [{ name: X-Frame-Options, value: SAMEORIGIN }]"),
    {
      type: "ResponseHeaderModifier",
      responseHeaderModifier: { set: [{ name: "X-Frame-Options", value: "SAMEORIGIN" }] },
    },
  ],
  ["a route beside the gateway", "HTTPRoute ws-alice metadata namespace", BESIDE, "project-x-infra"],
  ["its backend", "HTTPRoute ws-alice spec rules 0 backendRefs 0 namespace", BESIDE, "ws-alice"],
  [
    "leave to reach it",
    "ReferenceGrant ws spec from",
    BESIDE,
    [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "project-x-infra" }],
  ],
  ["no limit unless asked", "EnvoyFilter rate-limit kind", [], undefined],
  [
    "a limit a person",
    "EnvoyFilter rate-limit spec configPatches 0 patch value typed_config value token_bucket",
    LIMIT,
    { max_tokens: 100, tokens_per_fill: 100, fill_interval: "30s" },
  ],
  ["a session check", "AuthorizationPolicy session-check spec provider", SESSION_CHECK, { name: "check" }],
  [
    "the way to it",
    "NetworkPolicy workstation spec egress 2",
    SESSION_CHECK,
    { to: [podsOf("project-x-infra", { app: "check" })], ports: [{ protocol: "TCP", port: 9000 }] },
  ],
  [
    "a control plane's revision",
    "Namespace ws-alice metadata labels istio.io/rev",
    LAB("mesh: { revision: stable }"),
    "stable",
  ],
  [
    "and no injection beside it",
    "Namespace ws-alice metadata labels istio-injection",
    LAB("mesh: { revision: stable }"),
    undefined,
  ],
  [
    "another claim than sub",
    "AuthorizationPolicy workstation spec rules 0 when 0",
    ["cookie: jwt", "personClaim: user_id"],
    { key: "request.auth.claims[user_id]", values: ["alice"] },
  ],
  [
    "beside anybody's sub",
    "AuthorizationPolicy workstation spec rules 0 from 0 source requestPrincipals",
    ["cookie: jwt", "personClaim: user_id"],
    ["https://project-x.example.com/auth/*"],
  ],
  ["no cookie", "RequestAuthentication workstation spec jwtRules 0 fromCookies", ["    cookie: jwt\n", ""], undefined],
  [
    "two scopes, both",
    "AuthorizationPolicy workstation spec rules 0 when 1",
    ["[workstation_access]", "[challenge_access, workstation_access]"],
    { key: "request.auth.claims[scope]", values: ["workstation_access"] },
  ],
  [
    "challenges by name, in two namespaces",
    "NetworkPolicy workstation spec egress 2 to",
    NAMED,
    [
      podsOf("a", { "reeve.dev/user": "alice", "reeve.dev/challenge": "web-101" }),
      podsOf("b", { "reeve.dev/user": "alice", "reeve.dev/challenge": "web-101" }),
    ],
  ],
  [
    "the internet without private networks",
    "NetworkPolicy workstation spec egress 2 to 0 ipBlock except 3",
    INTERNET,
    "127.0.0.0/8",
  ],
  [
    "a home",
    "StatefulSet workstation spec template spec volumes",
    [],
    [{ name: "home", persistentVolumeClaim: { claimName: "home" } }],
  ],
  [
    "no home",
    "StatefulSet workstation spec template spec volumes",
    ["  home: { sizeGib: 20, retainFor: 7d }\n", ""],
    [],
  ],
  [
    "a home's class",
    "PersistentVolumeClaim home spec storageClassName",
    ["sizeGib: 20,", "sizeGib: 20, storageClass: fast,"],
    "fast",
  ],
  [
    "the cluster's class",
    "PersistentVolumeClaim home spec",
    [],
    { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
  ],
  ["a desktop at work", "StatefulSet workstation spec replicas", [], 1],
  ["a desktop put off", "StatefulSet workstation spec replicas", ["# end of alice", "  suspended: true"], 0],
  [
    "session rules",
    "ConfigMap session data",
    [],
    {
      WORKSTATION_PERSON: "alice",
      WORKSTATION_URL: "https://project-x.example.com/workstation/alice",
      SESSION_IDLE_TIMEOUT_SECONDS: "1800",
      SESSION_MAX_DURATION_SECONDS: "7200",
      SESSION_CLIPBOARD: "in-only",
    },
  ],
  ["no way around the gateway", "ResourceQuota grant spec hard services.loadbalancers", [], "0"],
  [
    "whose it is",
    "HTTPRoute ws metadata labels",
    [],
    {
      "app.kubernetes.io/managed-by": "reeve",
      "app.kubernetes.io/part-of": "workstation",
      "applyset.kubernetes.io/part-of": "applyset-ufyQNFm92Ts7V2yLF3WrH6sm3mHL4BRdttI4JQSwWyY-v1",
      "reeve.dev/estate": "robco",
      "reeve.dev/grant": "alice",
      "reeve.dev/user": "alice",
    },
  ],
  ["when it ends", "HTTPRoute ws metadata annotations reeve.dev/expires-at", [], "2026-12-14T18:00:00.000Z"],
  [
    "who may set labels",
    "ValidatingAdmissionPolicyBinding reeve-labels-robco spec",
    GUARD,
    { policyName: "reeve-labels-robco", validationActions: ["Deny"] },
  ],
])("%s", (_what, place, edits, value) => {
  expect(valueAt(place, edits)).toEqual(value);
});

test("new session rules make a new pod, and nothing else does", () => {
  const hash = (edits: readonly string[]): unknown =>
    valueAt("StatefulSet workstation spec template metadata annotations reeve.dev/session-hash", edits);
  expect(hash(["idleTimeout: 30m", "idleTimeout: 20m"])).not.toBe(hash([]));
  expect(hash(["expiresAt: 2026-12-14", "expiresAt: 2026-12-13"])).toBe(hash([]));
});

test("what is shared does not change with the grants", () => {
  const shared = (edits: readonly string[], now: string): readonly unknown[] =>
    renderChanged(edits, new Date(now)).filter(({ source }) => source.kind === "WorkstationCluster");
  expect(shared(["person: alice", "person: carol"], "2026-12-01T08:00:00Z").length).toBe(3);
  expect(shared(["person: alice", "person: carol"], "2026-12-01T08:00:00Z")).toEqual(
    shared([], "2027-12-01T08:00:00Z"),
  );
});
