import { describe, expect, test } from "vitest";
import { checkChanged, type Row } from "./checked.ts";

const OPENINGS: readonly Row[] = [
  [
    "a network outside the policy's",
    "egress-not-allowed AccessPolicy/students opens 198.51.100.0/24, and 198.51.0.0/16 is not within",
    "cidr: 198.51.100.0/25",
    "cidr: ⟦198.51.0.0/16",
  ],
  ["the internet", "egress-not-allowed", "cidr: 198.51.100.0/25", "cidr: ⟦0.0.0.0/0"],
  ["the internet by IPv6", "egress-not-allowed", "cidr: 198.51.100.0/25", 'cidr: ⟦"::/0"'],
  [
    "a private network where the internet is open",
    "egress-not-allowed AccessPolicy/students opens 198.51.100.0/24, the internet, and 10.1.0.0/16 is not within",
    "egress: { challenges: own,",
    "egress: { challenges: own, internet: allow,",
    "cidr: 198.51.100.0/25",
    "cidr: ⟦10.1.0.0/16",
  ],
  [
    "the metadata service",
    "egress-forbidden 169.254.169.254/32 touches 169.254.0.0/16",
    "egress: { challenges: own,",
    "egress: { challenges: own, internet: allow,",
    "cidr: 198.51.100.0/25",
    "cidr: ⟦169.254.169.254/32",
  ],
  [
    "what Azure tells machines, on the internet",
    "egress-forbidden 168.63.128.0/22 touches 168.63.129.16/32",
    "egress: { challenges: own,",
    "egress: { challenges: own, internet: allow,",
    "cidr: 198.51.100.0/25",
    "cidr: ⟦168.63.128.0/22",
  ],
  [
    "the cluster's pods",
    "egress-forbidden 10.244.3.0/24 touches 10.244.0.0/16",
    "cidr: 198.51.100.0/25",
    "cidr: ⟦10.244.3.0/24",
    "networks: [198.51.100.0/24]",
    "networks: [10.0.0.0/8]",
  ],
  [
    "all around the cluster's pods",
    "egress-forbidden 10.0.0.0/8 touches 10.244.0.0/16",
    "cidr: 198.51.100.0/25",
    "cidr: ⟦10.0.0.0/8",
    "networks: [198.51.100.0/24]",
    "networks: [10.0.0.0/8]",
  ],
  [
    "a private network that may be the cluster's",
    "warning reserved-unknown 10.1.0.0/16 is private",
    "cidr: 198.51.100.0/25",
    "cidr: ⟦10.1.0.0/16",
    "networks: [198.51.100.0/24]",
    "networks: [10.0.0.0/8]",
    "reservedNetworks: [10.244.0.0/16]",
    "reservedNetworks: []",
  ],
  ["bits beyond the prefix", "invalid-network 198.51.100.1/24", "cidr: 198.51.100.0/25", "cidr: ⟦198.51.100.1/24"],
  [
    "a policy for everything",
    "network-everything 0.0.0.0/0 is everything",
    "networks: [198.51.100.0/24]",
    "networks: [198.51.100.0/24, ⟦0.0.0.0/0]",
  ],
  [
    "a policy for the metadata service",
    "network-forbidden 169.254.0.0/16",
    "networks: [198.51.100.0/24]",
    "networks: [198.51.100.0/24, ⟦169.254.0.0/16]",
  ],
  ["ports that run backwards", "invalid-port 8100-8000", "ports: [80, 1024-65535]", "ports: [80, ⟦8100-8000]"],
  ["a port beyond the last", "invalid-port 70000-70001", "ports: [443]", "ports: [⟦70000-70001]"],
  [
    "challenges where the policy has none",
    "challenges-not-allowed",
    "challenges: own",
    "challenges: none",
    "challenges: [{",
    "challenges: ⟦[{",
  ],
  [
    "challenges where the cluster has none",
    "challenges-unknown WorkstationCluster/lab does not say where challenges run",
    "  challenges: { namespaces: [project-x-challenges] }\n",
    "",
    "challenges: [{",
    "challenges: ⟦[{",
  ],
  [
    "one challenge twice",
    "challenge-twice web-101 is listed twice",
    "ports: [80, 1024-65535] }",
    "ports: [80, 1024-65535] }, { name: ⟦web-101, ports: [8080] }",
  ],
];

const SESSIONS: readonly Row[] = [
  [
    "longer than the policy's",
    "session-exceeded the policy wants session.maxDuration: at most 8h, and it is 9h",
    "idleTimeout: 30m, maxDuration: 2h",
    "idleTimeout: 30m, maxDuration: ⟦9h",
  ],
  [
    "left out",
    "session-exceeded the policy wants session.maxDuration: at most 8h, and it is left out",
    "session: { maxDuration: 2h, clipboard: disabled }",
    "session: { clipboard: disabled }",
    'people: [bob, "Eve.Adams@students.example.edu"]\n  tier: ',
    'people: [bob, "Eve.Adams@students.example.edu"]\n  tier: ⟦',
  ],
  [
    "a clipboard out",
    "session-exceeded the policy wants session.clipboard: disabled or in-only, and it is enabled",
    "maxDuration: 2h, clipboard: in-only",
    "maxDuration: 2h, clipboard: ⟦enabled",
  ],
  ["of no time", "no-time idleTimeout", "idleTimeout: 30m", "idleTimeout: ⟦0m"],
];

const CLUSTERS: readonly Row[] = [
  [
    "no way in",
    "cluster-connection nothing says",
    "spec:\n  kubeconfig: { path: ~/.kube/config, context: lab }\n",
    "spec:\n",
    "  gateway:\n",
    "  ⟦gateway:\n",
  ],
  [
    "two ways in",
    "cluster-connection more than one field says",
    "spec:\n  kubeconfig:",
    "spec:\n  ⟦inCluster: true\n  kubeconfig:",
  ],
  ["a path upwards", "path-segments ~/../x has .. in it", "path: ~/.kube/config", "path: ⟦~/../x"],
  [
    "a kubeconfig of the repository",
    "bad-value spec.kubeconfig.path",
    "path: ~/.kube/config",
    "path: ⟦kubeconfig.yaml",
  ],
  [
    "one label for two things",
    "label-twice",
    "challenges: { namespaces: [project-x-challenges] }",
    "challenges: { namespaces: [project-x-challenges], nameLabel: ⟦reeve.dev/user }",
  ],
  ["a reserved network that is none", "invalid-network 10.244.0.1/16", "[10.244.0.0/16]", "[⟦10.244.0.1/16]"],
  ["a limit of no time", "no-time 0s", "# end of cluster", "  rateLimit: { requests: 1, per: ⟦0s }"],
  [
    "an unknown one",
    'unknown-reference there is no WorkstationCluster named "lap"',
    "cluster: lab\n  people",
    "cluster: ⟦lap\n  people",
  ],
];

describe.each(Object.entries({ OPENINGS, SESSIONS, CLUSTERS }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, hints, place } = checkChanged(edits);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
    expect(hints).not.toContain("");
  });
});
