import { expect, test } from "vitest";
import { proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import { bundleOf, clusterObjects, INFRA, type Swap, workstationOf, worldOf } from "../../../support/grants-cast.ts";

interface Mistake {
  readonly name: string;
  /** What is written instead in alice's objects, and in the cluster's. */
  readonly swaps?: readonly Swap[];
  readonly shared?: readonly Swap[];
  readonly finds: readonly string[];
}

const NO_ALLOW: Swap = ["kind: AuthorizationPolicy", "kind: Gone"];

test.each<Mistake>([
  {
    name: "OR instead of AND between the selectors of the way in",
    swaps: [["project-x-infra}}   # the", "project-x-infra}}\n    -   # the"]],
    finds: ["exposed: for a pod of project-x-infra without labels the network is no wall"],
  },
  {
    name: "OR instead of AND between the selectors of the way to the challenges",
    swaps: [["project-x-challenges}}\n      podSelector", "project-x-challenges}}\n    - podSelector"]],
    finds: ["escape: the desktop of alice may reach a pod without labels in project-x-challenges, any TCP port"],
  },
  {
    name: "somebody else's challenges",
    swaps: [
      ["podSelector: {matchLabels: {reeve.dev/user: alice}}", "podSelector: {matchLabels: {reeve.dev/user: bob}}"],
    ],
    finds: [
      "escape: the desktop of alice may reach a pod with reeve.dev/user=bob in project-x-challenges",
      "cut-off: the desktop of alice does not reach its own challenge",
    ],
  },
  {
    name: "DENY with an empty rule as the default",
    swaps: [
      ["action: ALLOW                     # explicit", "action: DENY # explicit"],
      ["rules: []", "rules: [{}]"],
    ],
    finds: ["locked-out: alice does not reach ws-alice, port 8080"],
  },
  {
    name: "the namespace label that nobody sets",
    swaps: [["kubernetes.io/metadata.name", "name"]],
    finds: [
      "locked-out: alice does not reach",
      "cut-off: the desktop of alice does not reach a pod with k8s-app=kube-dns in kube-system",
      "exposed: for any pod of another-namespace the network is no wall",
      "escape: the desktop of alice may reach a pod with reeve.dev/user=alice in another-namespace",
    ],
  },
  {
    name: "no ALLOW policy at the workload",
    swaps: [NO_ALLOW],
    finds: [
      "intruder: anybody with anybody else's token",
      "intruder: any pod of project-x-infra under the account workstation-gateway, with no token may reach ws-alice",
    ],
  },
  {
    name: "no ALLOW policy at the gateway",
    shared: [NO_ALLOW],
    finds: ["exposed: the gateway project-x-infra/workstation-gateway lets everybody through"],
  },
  {
    name: "a header trusted for the person",
    swaps: [
      [`requestPrincipals: ["https://project-x.example.com/auth/alice"]`, ""],
      ["request.auth.claims[scope]", "request.headers[x-forwarded-user]"],
      ["values: [workstation_access]", "values: [alice]"],
    ],
    finds: ["intruder: anybody with anybody else's token", "locked-out: alice does not surely reach"],
  },
  {
    name: "a wildcard for the person",
    swaps: [['auth/alice"]', 'auth/*"]']],
    finds: ["intruder: anybody with anybody else's token"],
  },
  {
    name: "a star alone for the person",
    swaps: [['"https://project-x.example.com/auth/alice"', '"*"']],
    finds: ["intruder: anybody with anybody else's token"],
  },
  {
    name: "a wildcard at the end of the person",
    swaps: [['auth/alice"]', 'auth/alice*"]']],
    finds: ["intruder: anybody with aliceany's token"],
  },
  {
    name: "somebody else's name",
    swaps: [['auth/alice"]', 'auth/bob"]']],
    finds: ["intruder: anybody with bob's token", "locked-out: alice does not reach"],
  },
  {
    name: "two names",
    swaps: [['auth/alice"]', 'auth/alice", "https://project-x.example.com/auth/bob"]']],
    finds: ["intruder: anybody with bob's token"],
  },
  {
    name: "the person as a source of its own beside the gateway",
    swaps: [["        requestPrincipals:", "    - source:\n        requestPrincipals:"]],
    finds: [
      "intruder: anybody with anybody else's token",
      "intruder: any pod of project-x-infra under some account, with the person's own token",
    ],
  },
  {
    name: "an empty from in the NetworkPolicy",
    swaps: [["  ingress:\n  - from:", "  ingress:\n  - {from: []}\n  - from:"]],
    finds: [
      "exposed: for any pod of another-namespace the network is no wall",
      "exposed: for an address outside of the cluster the network is no wall",
    ],
  },
  {
    name: "no Egress among the policy types",
    swaps: [["policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]"]],
    finds: [
      "escape: the desktop of alice reaches the metadata address 169.254.169.254",
      "escape: the desktop of alice reaches the API server",
      "escape: the desktop of alice reaches a pod without labels in kube-system",
    ],
  },
  {
    name: "no policy types, and egress an empty list",
    swaps: [
      ["policyTypes: [Ingress, Egress]", "egress: []"],
      ["reeve.dev/component: workstation}}\n  egress: []", "nothing: here}}\n  egress: []"],
    ],
    finds: ["escape: the desktop of alice reaches the metadata address"],
  },
  {
    name: "a named port that no container has",
    swaps: [["ports: [{protocol: TCP, port: 8080}]", "ports: [{protocol: TCP, port: http}]"]],
    finds: ["locked-out: alice does not reach"],
  },
  {
    name: "a port without a number",
    swaps: [
      ["{protocol: TCP, port: 80}, {protocol: TCP, port: 1024, endPort: 65535}", "{protocol: TCP}, {protocol: UDP}"],
    ],
    finds: [
      "escape: the desktop of alice reaches a pod with reeve.dev/user=alice in project-x-challenges, TCP 1",
      "escape: the desktop of alice reaches a pod with reeve.dev/user=alice in project-x-challenges, any UDP port",
    ],
  },
  {
    name: "all of kube-system",
    swaps: [["      podSelector: {matchLabels: {k8s-app: kube-dns}}", ""]],
    finds: ["escape: the desktop of alice may reach a pod without labels in kube-system, any TCP port"],
  },
  {
    name: "plaintext taken",
    swaps: [["STRICT", "PERMISSIVE"]],
    finds: ["exposed: for plaintext mutual TLS is no wall"],
  },
  {
    name: "plaintext taken at one port",
    swaps: [
      [
        "spec: {mtls: {mode: STRICT}}",
        "spec: {selector: {matchLabels: {reeve.dev/component: workstation}}, mtls: {mode: STRICT}, portLevelMtls: {8080: {mode: PERMISSIVE}}}",
      ],
    ],
    finds: ["exposed: for plaintext mutual TLS is no wall"],
  },
  {
    name: "any account of the gateway's namespace",
    swaps: [["principals: [cluster.local/ns/project-x-infra/sa/workstation-gateway]", "namespaces: [project-x-infra]"]],
    finds: ["intruder: any pod of project-x-infra under some account, with the person's own token"],
  },
  {
    name: "any account of any namespace",
    swaps: [["        principals: [cluster.local/ns/project-x-infra/sa/workstation-gateway] ", "        #"]],
    finds: [
      "exposed: for any pod of another-namespace under some account, with the person's own token, Istio is no wall",
    ],
  },
  {
    name: "no sidecar",
    swaps: [["istio-injection: enabled", "istio-injection: disabled"]],
    finds: ["intruder: anybody with anybody else's token"],
  },
  {
    name: "a port past the sidecar",
    swaps: [
      [
        "metadata: {labels: {reeve.dev/component: workstation}}",
        'metadata: {annotations: {traffic.sidecar.istio.io/excludeInboundPorts: "8080"}, labels: {reeve.dev/component: workstation}}',
      ],
    ],
    finds: ["intruder: anybody with anybody else's token"],
  },
  {
    name: "policies on trial, which Istio does not keep",
    swaps: [
      ["  name: allow-nothing\n", '  name: allow-nothing\n  annotations: {istio.io/dry-run: "true"}\n'],
      [
        "AuthorizationPolicy           # the per-person decision, at the workload's own sidecar\nmetadata:\n",
        'AuthorizationPolicy\nmetadata:\n  annotations: {istio.io/dry-run: "true"}\n',
      ],
    ],
    finds: [
      "intruder: anybody with anybody else's token",
      "exposed: for any other pod of ws-alice there is no wall: Istio lets anybody in",
    ],
  },
  {
    name: "raw TCP declared",
    swaps: [["appProtocol: http", "appProtocol: tcp"]],
    finds: ["locked-out: alice does not reach"],
  },
  {
    name: "no RequestAuthentication",
    swaps: [["kind: RequestAuthentication", "kind: Gone"]],
    finds: ["locked-out: alice does not reach"],
  },
  {
    name: "no audience",
    swaps: [["audiences: [project-x] ", "audiences: [] "]],
    shared: [["audiences: [project-x]", "audiences: []"]],
    finds: ["intruder: anybody with the person's token for another audience"],
  },
  {
    name: "no scope",
    swaps: [['    when:\n    - {key: "request.auth.claims[scope]"', "    #"]],
    shared: [['    when:\n    - {key: "request.auth.claims[scope]"', "    #"]],
    finds: ["intruder: anybody with the person's token without the scope"],
  },
  {
    name: "a token that the gateway keeps",
    shared: [["forwardOriginalToken: true", "forwardOriginalToken: false"]],
    finds: ["locked-out: alice does not surely reach"],
  },
])("$name", ({ swaps, shared, finds }) => {
  const world = worldOf(clusterObjects(shared), bundleOf("alice", swaps), bundleOf("bob"));
  const { findings } = proveGrants({ world, infra: INFRA }, ["alice", "bob"].map(workstationOf));
  const said = findings.map(({ kind, words }) => `${kind}: ${words}`);
  for (const words of finds) expect(said).toContainEqual(expect.stringContaining(words));
  if (shared === undefined) expect(findings.filter(({ namespace }) => namespace === "ws-bob")).toEqual([]);
});
