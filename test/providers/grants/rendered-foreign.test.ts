/** What others write beside or into rendered objects: policies add up, so each of these opens something, and is found. */
import { expect, test } from "vitest";
import { parseObjects } from "../../support/grants-cast.ts";
import { objectsOf, PLAIN, prove, stage, worldWith } from "./rendered-cast.ts";

const staged = stage([{ slug: "alice" }, { slug: "bob" }], { ...PLAIN, routes: "beside-gateway" });

const policy = (kind: string, namespace: string, spec: string): string => {
  const version = kind === "NetworkPolicy" ? "networking.k8s.io/v1" : "security.istio.io/v1";
  return `{apiVersion: ${version}, kind: ${kind}, metadata: {name: theirs, namespace: ${namespace}}, spec: ${spec}}`;
};
const route = (spec: string, namespace = "default"): string =>
  `{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: theirs, namespace: ${namespace}, creationTimestamp: "2020-01-01T00:00:00Z"}, spec: ${spec}}`;
const PARENT =
  "parentRefs: [{namespace: project-x-infra, name: workstation-gateway}], hostnames: [project-x.example.com]";

test.each<readonly [name: string, object: string, says: string]>([
  [
    "an open way in",
    policy("NetworkPolicy", "ws-alice", "{podSelector: {}, ingress: [{}]}"),
    "exposed: for any pod of",
  ],
  [
    "a way in for monitoring",
    policy("NetworkPolicy", "ws-alice", "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}"),
    "exposed: for any pod of",
  ],
  [
    "an open way out",
    policy("NetworkPolicy", "ws-alice", "{podSelector: {}, policyTypes: [Egress], egress: [{}]}"),
    "escape: the desktop of alice reaches the metadata address",
  ],
  [
    "a way to the internet",
    policy(
      "NetworkPolicy",
      "ws-alice",
      "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}]}]}",
    ),
    "escape: the desktop of alice reaches 0.0.0.0/0",
  ],
  [
    "an ALLOW for everybody",
    policy("AuthorizationPolicy", "ws-alice", "{action: ALLOW, rules: [{}]}"),
    "intruder: anybody with anybody else's token",
  ],
  [
    "an ALLOW for bob",
    policy(
      "AuthorizationPolicy",
      "ws-alice",
      '{action: ALLOW, rules: [{from: [{source: {requestPrincipals: ["https://project-x.example.com/auth/bob"]}}]}]}',
    ),
    "intruder: anybody with bob's token",
  ],
  [
    "an ALLOW for all but bob",
    policy(
      "AuthorizationPolicy",
      "ws-alice",
      '{action: ALLOW, rules: [{from: [{source: {notRequestPrincipals: ["https://project-x.example.com/auth/bob"]}}]}]}',
    ),
    "intruder: anybody with anybody else's token",
  ],
  [
    "an ALLOW in the root namespace",
    policy("AuthorizationPolicy", "istio-system", "{action: ALLOW, rules: [{}]}"),
    "intruder: anybody with no token",
  ],
  [
    "a DENY that shuts her out",
    policy("AuthorizationPolicy", "ws-alice", "{action: DENY, rules: [{}]}"),
    "locked-out (told): alice does not reach ws-alice",
  ],
  [
    "plaintext for the workload",
    policy(
      "PeerAuthentication",
      "ws-alice",
      "{selector: {matchLabels: {reeve.dev/component: workstation}}, mtls: {mode: PERMISSIVE}}",
    ),
    "exposed: for plaintext mutual TLS",
  ],
  [
    "another issuer of tokens",
    policy(
      "RequestAuthentication",
      "ws-alice",
      '{jwtRules: [{issuer: "https://project-x.example.com/auth", jwksUri: "https://evil.example/keys"}]}',
    ),
    "a token signed with the keys of https://evil.example/keys",
  ],
  [
    "a longer route for her path",
    route(
      `{${PARENT}, rules: [{matches: [{path: {value: /workstation/alice/vnc}}], backendRefs: [{name: theirs, port: 80}]}]}`,
    ),
    "hijack: rule 1 of HTTPRoute default/theirs may take alice's requests",
  ],
  [
    "an older route for her path",
    route(
      `{${PARENT}, rules: [{matches: [{path: {value: /workstation/alice}}], backendRefs: [{name: theirs, port: 80}]}]}`,
    ),
    "hijack: rule 1 of HTTPRoute default/theirs may take alice's requests",
  ],
  [
    "a route that a header chooses",
    route(
      `{${PARENT}, rules: [{matches: [{path: {value: /workstation/alice}, headers: [{name: x, value: y}]}], backendRefs: [{name: theirs, port: 80}]}]}`,
    ),
    "hijack: rule 1 of HTTPRoute default/theirs may take alice's requests",
  ],
  [
    "a filter of the proxy",
    "{apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: {name: theirs, namespace: ws-alice}, spec: {configPatches: []}}",
    "unproven: EnvoyFilter ws-alice/theirs",
  ],
  [
    "a policy of a plug-in",
    "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: theirs, namespace: ws-alice}, spec: {}}",
    "unproven: CiliumNetworkPolicy ws-alice/theirs",
  ],
  [
    "a pod with the desktop's labels, past the sidecar",
    '{apiVersion: v1, kind: Pod, metadata: {name: theirs, namespace: ws-alice, labels: {reeve.dev/component: workstation}, annotations: {sidecar.istio.io/inject: "false"}}, spec: {containers: [{name: x}]}}',
    "intruder: anybody with anybody else's token",
  ],
  [
    "a pod with the desktop's labels in its node's network",
    "{apiVersion: v1, kind: Pod, metadata: {name: theirs, namespace: ws-alice, labels: {reeve.dev/component: workstation}}, spec: {hostNetwork: true, containers: [{name: x}]}}",
    "intruder: an address outside of the cluster, in plaintext with no token",
  ],
])("%s", (_name, object, says) => {
  const world = worldWith(staged.cast, [...objectsOf(staged.rendered), ...parseObjects(object)]);
  const said = prove(staged, world).findings.map(
    ({ kind, refuses, words }) => `${kind}${refuses ? "" : " (told)"}: ${words}`,
  );
  expect(said).toContainEqual(expect.stringContaining(says));
});
