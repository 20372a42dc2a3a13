import { describe, expect, test } from "vitest";
import { tokenOf } from "../../../../src/providers/grants/reach/cast.ts";
import { canReach } from "../../../../src/providers/grants/reach/connect.ts";
import type { Caller, HttpRequest, Pod } from "../../../../src/providers/grants/reach/model.ts";
import { matchesAny, type Seen } from "../../../../src/providers/grants/reach/seen.ts";
import { INFRA, parseObjects, worldOf } from "../../../support/grants-cast.ts";

test.each<{ value: string; seen: Seen; matches: string }>([
  { value: "alice", seen: ["alice"], matches: "yes" },
  { value: "alice", seen: ["alicex"], matches: "no" },
  { value: "ali*", seen: ["alice"], matches: "yes" },
  { value: "*ce", seen: ["alice"], matches: "yes" },
  { value: "*ce", seen: ["alicex"], matches: "no" },
  { value: "*", seen: ["alice"], matches: "yes" },
  { value: "*", seen: [], matches: "no" },
  { value: "*", seen: [""], matches: "no" },
  { value: "a.c", seen: ["abc"], matches: "no" },
  { value: "/workstation/alice*", seen: ["/workstation/alicex"], matches: "yes" },
  { value: "/workstation/{*}", seen: ["/workstation/alice"], matches: "yes" },
  { value: "/workstation/{*}", seen: ["/workstation/alice/x"], matches: "no" },
  { value: "/workstation/{*}/{**}", seen: ["/workstation/alice/x/y"], matches: "yes" },
  { value: "alice", seen: { startsWith: "" }, matches: "maybe" },
  { value: "*", seen: { startsWith: "" }, matches: "maybe" },
  { value: "*", seen: { startsWith: "", surely: true }, matches: "yes" },
  { value: "iss/alice", seen: { startsWith: "iss/", surely: true }, matches: "maybe" },
  { value: "iss/*", seen: { startsWith: "iss/", surely: true }, matches: "yes" },
  { value: "other/*", seen: { startsWith: "iss/", surely: true }, matches: "no" },
  { value: "*alice", seen: { startsWith: "iss/", surely: true }, matches: "maybe" },
])("$value on $seen: $matches", ({ value, seen, matches }) => {
  expect(matchesAny([value], seen)).toBe(matches);
});

function pod(namespace: string, over: Partial<Pod> = {}): Pod {
  return {
    kind: "pod",
    name: "a pod",
    namespace,
    labels: { known: { app: "x" } },
    account: "caller",
    ports: [],
    sidecar: true,
    uncaptured: [],
    ...over,
  };
}

const APP = pod("home");
const alice = tokenOf(INFRA, "alice", {
  open: false,
  claims: { scope: "read write", groups: ["a", "b"], admin: true, nested: { role: "chief" }, name: "x y" },
});
const BASE = `
{apiVersion: v1, kind: Service, metadata: {name: s, namespace: home}, spec: {selector: {app: x}, ports: [{port: 8080, appProtocol: http}]}}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: home}
spec: {jwtRules: [{issuer: "https://project-x.example.com/auth", jwksUri: "https://project-x.example.com/.well-known/jwks.json", fromCookies: [jwt]}]}
---
`;
const policy = (spec: string, namespace = "home"): string =>
  `{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: p, namespace: ${namespace}}, spec: ${spec}}\n---\n`;

function verdict(objects: string, caller: Caller): string {
  const live = { ...APP, name: "the app" };
  const world = worldOf(parseObjects(BASE + objects));
  const pods = new Map([["home", [live]]]);
  return canReach({ ...world, pods }, caller, { peer: live, protocol: "TCP", port: 8080 }).verdict;
}

describe("one rule", () => {
  const request: HttpRequest = {
    token: alice,
    path: "/in",
    method: "GET",
    host: "Site.example",
    headers: { "X-Role": "boss" },
  };
  test.each([
    { rule: "{}", matches: true },
    { rule: "{from: [{source: {principals: [cluster.local/ns/away/sa/caller]}}]}", matches: true },
    { rule: '{from: [{source: {principals: ["spiffe://cluster.local/ns/away/sa/caller"]}}]}', matches: false },
    { rule: "{from: [{source: {namespaces: [away]}}]}", matches: true },
    { rule: "{from: [{source: {namespaces: [home]}}]}", matches: false },
    { rule: "{from: [{source: {notNamespaces: [home]}}]}", matches: true },
    { rule: "{from: [{source: {notNamespaces: [away]}}]}", matches: false },
    { rule: "{from: [{source: {serviceAccounts: [away/caller]}}]}", matches: true },
    { rule: "{from: [{source: {serviceAccounts: [caller]}}]}", matches: false },
    { rule: "{from: [{source: {namespaces: [away], principals: [nobody]}}]}", matches: false },
    { rule: "{from: [{source: {namespaces: [away]}}, {source: {principals: [nobody]}}]}", matches: true },
    { rule: '{from: [{source: {requestPrincipals: ["https://project-x.example.com/auth/alice"]}}]}', matches: true },
    { rule: '{from: [{source: {requestPrincipals: ["https://project-x.example.com/auth/bob"]}}]}', matches: false },
    { rule: '{from: [{source: {notRequestPrincipals: ["*"]}}]}', matches: false },
    { rule: '{to: [{operation: {ports: ["8080"]}}]}', matches: true },
    { rule: '{to: [{operation: {ports: ["80"]}}]}', matches: false },
    { rule: "{to: [{operation: {hosts: [SITE.EXAMPLE]}}]}", matches: true },
    { rule: "{to: [{operation: {methods: [POST]}}]}", matches: false },
    { rule: "{to: [{operation: {notPaths: [/in]}}]}", matches: false },
    { rule: "{to: [{operation: {paths: [/out]}}, {operation: {paths: [/in]}}]}", matches: true },
    { rule: "{when: [{key: 'request.auth.claims[scope]', values: [write]}]}", matches: true },
    { rule: "{when: [{key: 'request.auth.claims[name]', values: [x]}]}", matches: false },
    { rule: "{when: [{key: 'request.auth.claims[groups]', values: [b]}]}", matches: true },
    { rule: "{when: [{key: 'request.auth.claims[admin]', values: ['true']}]}", matches: false },
    { rule: "{when: [{key: 'request.auth.claims[nested][role]', values: [chief]}]}", matches: true },
    { rule: "{when: [{key: 'request.auth.claims[groups]', notValues: [b]}]}", matches: false },
    { rule: "{when: [{key: 'request.auth.audiences', values: [project-x]}]}", matches: true },
    { rule: "{when: [{key: 'request.headers[x-role]', values: [boss]}]}", matches: true },
    {
      rule: "{when: [{key: source.namespace, values: [away]}, {key: destination.port, values: ['80']}]}",
      matches: false,
    },
  ])("$rule", ({ rule, matches }) => {
    const caller = { peer: pod("away"), request };
    expect(verdict(policy(`{action: ALLOW, rules: [${rule}]}`), caller)).toBe(matches ? "allow" : "deny");
    expect(verdict(policy(`{action: DENY, rules: [${rule}]}`), caller)).toBe(matches ? "deny" : "allow");
  });

  test.each([
    { name: "a header that the caller chooses", rule: "{when: [{key: 'request.headers[x-role]', values: [boss]}]}" },
    { name: "a field that is not known here", rule: "{from: [{source: {moods: [good]}}]}" },
    { name: "where the caller says it comes from", rule: "{from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]}" },
  ])("$name is counted either way", ({ rule }) => {
    const caller = { peer: pod("away"), request: {} };
    expect(verdict(policy(`{action: ALLOW, rules: [${rule}]}`), caller)).toBe("depends");
    expect(verdict(policy(`{action: DENY, rules: [${rule}]}`), caller)).toBe("depends");
  });
});

describe("policies together", () => {
  const from = { peer: pod("away"), request: {} };
  test.each([
    { name: "none is open", objects: "", caller: from, expected: "allow" },
    { name: "ALLOW without rules is closed", objects: policy("{}"), caller: from, expected: "deny" },
    {
      name: "DENY without rules denies nobody",
      objects: policy("{action: DENY, rules: []}"),
      caller: from,
      expected: "allow",
    },
    {
      name: "DENY goes before ALLOW",
      objects: policy("{rules: [{}]}") + policy("{action: DENY, rules: [{}]}"),
      caller: from,
      expected: "deny",
    },
    { name: "AUDIT decides nothing", objects: policy("{action: AUDIT, rules: [{}]}"), caller: from, expected: "allow" },
    {
      name: "CUSTOM opens nothing",
      objects: policy("{}") + policy("{action: CUSTOM, provider: {name: check}, rules: [{}]}"),
      caller: from,
      expected: "deny",
    },
    {
      name: "another workload's",
      objects: policy("{selector: {matchLabels: {app: y}}}"),
      caller: from,
      expected: "allow",
    },
    { name: "the root namespace's", objects: policy("{}", "istio-system"), caller: from, expected: "deny" },
    { name: "another namespace's", objects: policy("{}", "away"), caller: from, expected: "allow" },
    {
      name: "one for a Gateway",
      objects: policy("{targetRefs: [{kind: Gateway, name: g}]}"),
      caller: from,
      expected: "allow",
    },
    {
      name: "raw TCP drops an ALLOW rule with HTTP in it",
      objects: policy("{rules: [{from: [{source: {namespaces: [away]}}], to: [{operation: {methods: [GET]}}]}]}"),
      caller: { peer: pod("away") },
      expected: "deny",
    },
    {
      name: "raw TCP widens a DENY rule with HTTP in it",
      objects: policy(
        "{action: DENY, rules: [{from: [{source: {namespaces: [away]}}], to: [{operation: {methods: [GET]}}]}]}",
      ),
      caller: { peer: pod("away") },
      expected: "deny",
    },
    {
      name: "and leaves it its other conditions",
      objects: policy(
        "{action: DENY, rules: [{from: [{source: {namespaces: [home]}}], to: [{operation: {methods: [GET]}}]}]}",
      ),
      caller: { peer: pod("away") },
      expected: "allow",
    },
    {
      name: "plaintext has no namespace",
      objects: policy("{rules: [{from: [{source: {namespaces: [away]}}]}]}"),
      caller: { ...from, plaintext: true },
      expected: "deny",
    },
    {
      name: "not even its own",
      objects: policy("{rules: [{from: [{source: {namespaces: [home]}}]}]}"),
      caller: { peer: pod("home"), request: {}, plaintext: true },
      expected: "deny",
    },
    {
      name: "where HTTP is not declared it may be taken for raw TCP",
      objects:
        policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}") +
        "{apiVersion: v1, kind: Service, metadata: {name: t, namespace: home}, spec: {selector: {app: x}, ports: [{port: 8080}]}}",
      caller: { peer: pod("away"), request: { method: "GET" } },
      expected: "depends",
    },
    {
      name: "nor has a pod without a sidecar",
      objects: policy("{rules: [{from: [{source: {namespaces: [away]}}]}]}"),
      caller: { peer: pod("away", { sidecar: false }), request: {} },
      expected: "deny",
    },
    {
      name: "a bad token fails where a missing one passes",
      objects: "",
      caller: { peer: pod("away"), request: { token: { ...alice, keys: "evil" } } },
      expected: "deny",
    },
    {
      name: "a token where nobody looks is none",
      objects: policy('{rules: [{from: [{source: {requestPrincipals: ["*"]}}]}]}'),
      caller: { peer: pod("away"), request: { token: { ...alice, place: { header: "X" } } } },
      expected: "deny",
    },
  ])("$name: $expected", ({ objects, caller, expected }) => {
    expect(verdict(objects, caller)).toBe(expected);
  });
});

describe("mutual TLS", () => {
  const peers = (spec: string, namespace = "home"): string =>
    `{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: p, namespace: ${namespace}}, spec: ${spec}}\n---\n`;
  const mesh = peers("{mtls: {mode: STRICT}}", "istio-system");
  const app = "selector: {matchLabels: {app: x}}";
  test.each([
    { name: "not said", objects: "", plaintext: "allow" },
    { name: "the mesh's", objects: mesh, plaintext: "deny" },
    {
      name: "the namespace's before the mesh's",
      objects: mesh + peers("{mtls: {mode: PERMISSIVE}}"),
      plaintext: "allow",
    },
    { name: "unset leaves it to the mesh", objects: mesh + peers("{mtls: {mode: UNSET}}"), plaintext: "deny" },
    {
      name: "the workload's before the namespace's",
      objects: peers("{mtls: {mode: STRICT}}") + peers(`{${app}, mtls: {mode: DISABLE}}`),
      plaintext: "allow",
    },
    {
      name: "another workload's",
      objects: mesh + peers("{selector: {matchLabels: {app: y}}, mtls: {mode: PERMISSIVE}}"),
      plaintext: "deny",
    },
    {
      name: "the port's before the workload's",
      objects: peers(`{${app}, mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: PERMISSIVE}}}`),
      plaintext: "allow",
    },
    {
      name: "another port's",
      objects: peers(`{${app}, mtls: {mode: STRICT}, portLevelMtls: {80: {mode: PERMISSIVE}}}`),
      plaintext: "deny",
    },
    {
      name: "the weaker of two alike",
      objects: peers("{mtls: {mode: STRICT}}") + peers("{mtls: {mode: PERMISSIVE}}"),
      plaintext: "allow",
    },
  ])("$name: $plaintext", ({ objects, plaintext }) => {
    expect(verdict(objects, { peer: pod("away"), plaintext: true, request: {} })).toBe(plaintext);
    expect(verdict(objects, { peer: pod("away"), request: {} })).toBe("allow");
  });
});
