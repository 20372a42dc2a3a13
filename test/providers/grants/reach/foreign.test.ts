import { expect, test } from "vitest";
import { proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import { bundleOf, clusterObjects, INFRA, parseObjects, workstationOf, worldOf } from "../../../support/grants-cast.ts";

const AUTHORIZATION = (name: string, spec: string): string =>
  `{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: ${name}, namespace: ws-alice}, spec: ${spec}}`;
const NETWORK = (name: string, spec: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: ws-alice}, spec: ${spec}}`;
const ROUTE = (path: string, type = "PathPrefix"): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: mine, namespace: ws-mallory, creationTimestamp: "2026-01-01T00:00:00Z"}
spec:
  parentRefs: [{name: workstation-gateway, namespace: project-x-infra}]
  hostnames: [project-x.example.com]
  rules: [{matches: [{path: {type: ${type}, value: ${path}}}], backendRefs: [{name: mine, port: 80}]}]`;
const JWT = (issuer: string, keys: string): string => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: mine, namespace: ws-alice}
spec: {jwtRules: [{issuer: "${issuer}", jwksUri: "${keys}", fromCookies: [mine]}]}`;

/** What somebody else has put into the cluster, beside objects that are right. */
test.each<{ name: string; foreign: string; finds: readonly string[] }>([
  {
    name: "an empty from in the AuthorizationPolicy",
    foreign: AUTHORIZATION("mine", "{action: ALLOW, rules: [{from: []}]}"),
    finds: ["intruder: anybody with anybody else's token"],
  },
  {
    name: "a block that may hold pods on the way in",
    foreign: NETWORK("mine", "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}"),
    finds: [
      "exposed: for any pod of another-namespace the network is no wall",
      "exposed: for an address outside of the cluster the network is no wall",
    ],
  },
  {
    name: "a block that may hold pods on the way out",
    foreign: NETWORK(
      "mine",
      "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}",
    ),
    finds: [
      "escape: the desktop of alice reaches 10.0.0.0/8",
      "escape: the desktop of alice may reach a pod without labels in kube-system",
      "escape: the desktop of alice reaches the API server 10.96.0.1",
    ],
  },
  {
    name: "the whole internet, and with it the metadata address",
    foreign: NETWORK(
      "mine",
      "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}",
    ),
    finds: [
      "escape: the desktop of alice reaches the metadata address 169.254.169.254",
      "escape: the desktop of alice reaches 0.0.0.0/0",
    ],
  },
  {
    name: "a foreign policy that allows everything",
    foreign: AUTHORIZATION("mine", "{rules: [{}]}"),
    finds: [
      "intruder: anybody with anybody else's token",
      "intruder: any pod of project-x-infra under the account workstation-gateway, with no token may reach ws-alice",
    ],
  },
  {
    name: "a foreign policy for a monitor",
    foreign: AUTHORIZATION(
      "mine",
      "{rules: [{from: [{source: {principals: [cluster.local/ns/monitoring/sa/prometheus]}}]}]}",
    ),
    finds: ["exposed: for any pod of monitoring under the account prometheus, with no token, Istio is no wall"],
  },
  {
    name: "a foreign policy that opens the network",
    foreign: NETWORK("mine", "{podSelector: {}, ingress: [{}]}"),
    finds: ["exposed: for any pod of another-namespace the network is no wall"],
  },
  {
    name: "a foreign policy that opens the way out",
    foreign: NETWORK("mine", "{podSelector: {}, egress: [{}]}"),
    finds: [
      "escape: the desktop of alice reaches 0.0.0.0/0",
      "escape: the desktop of alice reaches a pod without labels in another-namespace",
    ],
  },
  {
    name: "a second route for the same path",
    foreign: ROUTE("/workstation/alice"),
    finds: [
      "hijack: rule 1 of HTTPRoute ws-mallory/mine may take alice's requests for project-x.example.com/workstation/alice",
    ],
  },
  {
    name: "a second route for a longer path",
    foreign: ROUTE("/workstation/alice/login"),
    finds: [
      "hijack: rule 1 of HTTPRoute ws-mallory/mine may take alice's requests for project-x.example.com/workstation/alice/login",
    ],
  },
  {
    name: "a second route by regular expression",
    foreign: ROUTE("/work.*", "RegularExpression"),
    finds: ["hijack: rule 1 of HTTPRoute ws-mallory/mine"],
  },
  {
    name: "the issuer's tokens, signed by somebody else",
    foreign: JWT("https://project-x.example.com/auth", "https://evil.example"),
    finds: [
      "exposed: for any pod of project-x-infra under the account workstation-gateway, with a token signed with the keys of https://evil.example, Istio is no wall",
    ],
  },
  {
    name: "a filter nobody can read",
    foreign:
      "{apiVersion: networking.istio.io/v1alpha3, kind: EnvoyFilter, metadata: {name: mine, namespace: ws-alice}}",
    finds: ["unproven: EnvoyFilter ws-alice/mine may change who gets in"],
  },
  {
    name: "a network plug-in's own policy",
    foreign: "{apiVersion: crd.projectcalico.org/v1, kind: NetworkPolicy, metadata: {name: mine, namespace: ws-alice}}",
    finds: ["unproven: NetworkPolicy ws-alice/mine may change who gets in"],
  },
  {
    name: "endpoints that somebody has written by hand",
    foreign: "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: mine, namespace: ws-alice}}",
    finds: ["unproven: EndpointSlice ws-alice/mine may change who gets in"],
  },
])("$name", ({ foreign, finds }) => {
  const world = worldOf(clusterObjects(), bundleOf("alice"), bundleOf("bob"), parseObjects(foreign));
  const { findings } = proveGrants({ world, infra: INFRA }, ["alice", "bob"].map(workstationOf));
  const said = findings.map(({ kind, words }) => `${kind}: ${words}`);
  for (const words of finds) expect(said).toContainEqual(expect.stringContaining(words));
  expect(findings.every(({ refuses }) => refuses)).toBe(true);
});
