import { expect, test } from "vitest";
import { parse } from "yaml";
import { canReach } from "../../../../src/providers/grants/reach/connect.ts";
import { matchesLabels, readSelector } from "../../../../src/providers/grants/reach/labels.ts";
import type { Peer, Pod, Target } from "../../../../src/providers/grants/reach/model.ts";
import { parseObjects, worldOf } from "../../../support/grants-cast.ts";

test.each([
  { selector: "{}", labels: {}, closed: "yes", open: "yes" },
  { selector: "{matchLabels: {a: x}}", labels: { a: "x" }, closed: "yes", open: "yes" },
  { selector: "{matchLabels: {a: x}}", labels: { a: "y" }, closed: "no", open: "no" },
  { selector: "{matchLabels: {a: x}}", labels: {}, closed: "no", open: "maybe" },
  { selector: "{matchLabels: {a: x, b: x}}", labels: { a: "x" }, closed: "no", open: "maybe" },
  {
    selector: "{matchExpressions: [{key: a, operator: In, values: [x, y]}]}",
    labels: { a: "y" },
    closed: "yes",
    open: "yes",
  },
  {
    selector: "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}",
    labels: { a: "y" },
    closed: "yes",
    open: "yes",
  },
  {
    selector: "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}",
    labels: { a: "x" },
    closed: "no",
    open: "no",
  },
  {
    selector: "{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}",
    labels: {},
    closed: "yes",
    open: "maybe",
  },
  { selector: "{matchExpressions: [{key: a, operator: Exists}]}", labels: {}, closed: "no", open: "maybe" },
  { selector: "{matchExpressions: [{key: a, operator: DoesNotExist}]}", labels: { a: "x" }, closed: "no", open: "no" },
  { selector: "{matchExpressions: [{key: a, operator: DoesNotExist}]}", labels: {}, closed: "yes", open: "maybe" },
  { selector: "{matchExpressions: [{key: a, operator: Later}]}", labels: { a: "x" }, closed: "maybe", open: "maybe" },
  { selector: "{matchLabels: {constructor: x}}", labels: {}, closed: "no", open: "maybe" },
])("$selector on $labels", ({ selector, labels, closed, open }) => {
  const read = readSelector(parse(selector));
  expect([matchesLabels(read, { known: labels }), matchesLabels(read, { known: labels, open: true })]).toEqual([
    closed,
    open,
  ]);
});

function pod(namespace: string, labels: Readonly<Record<string, string>>, over: Partial<Pod> = {}): Pod {
  return {
    kind: "pod",
    name: "a pod",
    namespace,
    labels: { known: labels },
    account: "default",
    ports: [{ name: "web", port: 8080, protocol: "TCP" }],
    sidecar: false,
    uncaptured: [],
    ...over,
  };
}

const NAMESPACES = `
{apiVersion: v1, kind: Namespace, metadata: {name: home}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: away, labels: {team: red}}}
---
`;

const APP = pod("home", { app: "x" });
const RED = pod("away", { app: "x" });
const NEAR = pod("home", { app: "y" });
const NODE: Peer = { kind: "node", name: "a node" };
const OUT: Peer = { kind: "address", name: "out", address: "203.0.113.9" };
const OUT6: Peer = { kind: "address", name: "out", address: "2001:db8::9" };

test.each<{ name: string; spec: string; from: Peer; to?: Target; verdict: string }>([
  {
    name: "a pod that nothing selects is open",
    spec: "{podSelector: {matchLabels: {app: z}}, ingress: []}",
    from: RED,
    verdict: "allow",
  },
  { name: "selected without rules it is closed", spec: "{podSelector: {}}", from: RED, verdict: "deny" },
  {
    name: "a policy for egress alone leaves ingress open",
    spec: "{podSelector: {}, policyTypes: [Egress]}",
    from: RED,
    verdict: "allow",
  },
  { name: "an empty rule is everybody", spec: "{podSelector: {}, ingress: [{}]}", from: OUT, verdict: "allow" },
  { name: "an empty from is everybody", spec: "{podSelector: {}, ingress: [{from: []}]}", from: OUT, verdict: "allow" },
  {
    name: "an empty peer's pods are those of its own namespace",
    spec: "{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}",
    from: NEAR,
    verdict: "allow",
  },
  {
    name: "and of no other",
    spec: "{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}",
    from: RED,
    verdict: "deny",
  },
  {
    name: "a namespace alone is all of its pods",
    spec: "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}}]}]}",
    from: RED,
    verdict: "allow",
  },
  {
    name: "both in one item are AND",
    spec: "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}, podSelector: {matchLabels: {app: y}}}]}]}",
    from: RED,
    verdict: "deny",
  },
  {
    name: "in two items they are OR",
    spec: "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}}, {podSelector: {matchLabels: {app: y}}}]}]}",
    from: RED,
    verdict: "allow",
  },
  {
    name: "the name label is there without being written",
    spec: "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: away}}}]}]}",
    from: RED,
    verdict: "allow",
  },
  {
    name: "a namespace that was not looked at may carry a label",
    spec: "{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: red}}}]}]}",
    from: pod("unseen", {}),
    verdict: "depends",
  },
  {
    name: "selectors mean no address",
    spec: "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}",
    from: OUT,
    verdict: "deny",
  },
  {
    name: "a block and an address in it",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}",
    from: OUT,
    verdict: "allow",
  },
  {
    name: "but for an exception",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.8/29]}}]}]}",
    from: OUT,
    verdict: "deny",
  },
  {
    name: "an IPv6 block",
    spec: '{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: "2001:db8::/32"}}]}]}',
    from: OUT6,
    verdict: "allow",
  },
  {
    name: "families apart",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}",
    from: OUT6,
    verdict: "deny",
  },
  {
    name: "a block where pods may be is read both ways",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}",
    from: RED,
    verdict: "depends",
  },
  {
    name: "a block inside the range of pods too",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}]}]}",
    from: RED,
    verdict: "depends",
  },
  {
    name: "a block where no pods are means none",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}",
    from: RED,
    verdict: "deny",
  },
  {
    name: "some ranges of pods left out are not all",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}",
    from: RED,
    verdict: "depends",
  },
  {
    name: "all of them are",
    spec: "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10]}}]}]}",
    from: RED,
    verdict: "deny",
  },
  { name: "a node is held by no policy", spec: "{podSelector: {}}", from: NODE, verdict: "allow" },
  {
    name: "nor is a pod in its network",
    spec: "{podSelector: {}}",
    from: { ...RED, hostNetwork: true },
    verdict: "allow",
  },
  {
    name: "a port by number",
    spec: "{podSelector: {}, ingress: [{ports: [{port: 8080}]}]}",
    from: RED,
    verdict: "allow",
  },
  { name: "another port", spec: "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}", from: RED, verdict: "deny" },
  {
    name: "a range of ports",
    spec: "{podSelector: {}, ingress: [{ports: [{port: 8000, endPort: 8080}]}]}",
    from: RED,
    verdict: "allow",
  },
  {
    name: "another protocol",
    spec: "{podSelector: {}, ingress: [{ports: [{port: 8080, protocol: UDP}]}]}",
    from: RED,
    verdict: "deny",
  },
  {
    name: "no number is the whole protocol",
    spec: "{podSelector: {}, ingress: [{ports: [{protocol: TCP}]}]}",
    from: RED,
    verdict: "allow",
  },
  {
    name: "a name means the port of the container",
    spec: "{podSelector: {}, ingress: [{ports: [{port: web}]}]}",
    from: RED,
    verdict: "allow",
  },
  {
    name: "a name that the container lacks",
    spec: "{podSelector: {}, ingress: [{ports: [{port: http}]}]}",
    from: RED,
    verdict: "deny",
  },
  {
    name: "any port asked for, one let in",
    spec: "{podSelector: {}, ingress: [{ports: [{port: 80}]}]}",
    from: RED,
    to: { peer: APP, protocol: "TCP" },
    verdict: "depends",
  },
  {
    name: "the way out counts too",
    spec: "{podSelector: {matchLabels: {app: y}}, policyTypes: [Egress]}",
    from: NEAR,
    verdict: "deny",
  },
  {
    name: "an empty list for the way out restricts nothing",
    spec: "{podSelector: {matchLabels: {app: y}}, egress: []}",
    from: NEAR,
    verdict: "allow",
  },
  {
    name: "a rule for the way out restricts it",
    spec: "{podSelector: {matchLabels: {app: y}}, egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}",
    from: NEAR,
    verdict: "deny",
  },
  {
    name: "out to an address in a block",
    spec: "{podSelector: {matchLabels: {app: y}}, egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}",
    from: NEAR,
    to: { peer: { kind: "address", name: "out", address: "203.0.113.9" }, protocol: "TCP", port: 443 },
    verdict: "allow",
  },
  {
    name: "a named port means nothing at an address",
    spec: "{podSelector: {matchLabels: {app: y}}, policyTypes: [Egress], egress: [{ports: [{port: web}]}]}",
    from: NEAR,
    to: { peer: { kind: "address", name: "out", address: "203.0.113.9" }, protocol: "TCP", port: 8080 },
    verdict: "deny",
  },
])("$name: $verdict", ({ spec, from, to = { peer: APP, protocol: "TCP", port: 8080 }, verdict }) => {
  const policy = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: home}, spec: ${spec}}`;
  expect(canReach(worldOf(parseObjects(NAMESPACES + policy)), { peer: from }, to).verdict).toBe(verdict);
});
