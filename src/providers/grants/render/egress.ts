/** What a desktop may reach, as egress rules of its NetworkPolicy. Pure. */
import type { WorkstationClusterSpec } from "../../../generated/documents.ts";
import type { Json } from "../../../support/json.ts";
import { parseNetwork } from "../cidr.ts";
import { notTheInternet } from "../networks.ts";
import { mergePorts, type PortRange } from "../ports.ts";
import type { GrantFacts } from "../topology.ts";

const DNS: readonly PortRange[] = [
  { protocol: "UDP", first: 53, last: 53 },
  { protocol: "TCP", first: 53, last: 53 },
];

/** Where a sidecar asks its control plane. */
export const CONTROL_PLANE = 15_012;

/** DNS and the mesh, the session check, the person's own challenges, granted networks: in this order. */
export function egressRules(facts: GrantFacts): readonly Json[] {
  const { dns, mesh, sessionCheck, reservedNetworks } = facts.cluster.spec;
  return [
    rule([podsOf(dns.namespace, dns.pods)], DNS),
    rule([podsOf(mesh.namespace, mesh.pods)], [tcp(CONTROL_PLANE)]),
    ...(sessionCheck === undefined
      ? []
      : [rule([podsOf(sessionCheck.namespace, sessionCheck.pods)], [tcp(sessionCheck.port)])]),
    ...challengeRules(facts),
    ...facts.egress.map(({ name, ports }) => rule([blockOf(name, reservedNetworks)], ports)),
  ];
}

function challengeRules({ cluster, slug, challenges }: GrantFacts): readonly Json[] {
  const where = cluster.spec.challenges;
  if (where === undefined || challenges.length === 0) return [];
  const { nameLabel } = where;
  if (nameLabel === undefined) {
    const peers = challengePeers(where, { [where.personLabel]: slug });
    return [rule(peers, mergePorts(challenges.flatMap(({ ports }) => ports)))];
  }
  return challenges.map(({ name, ports }) =>
    rule(challengePeers(where, { [where.personLabel]: slug, [nameLabel]: name }), ports),
  );
}

function challengePeers(
  { namespaces }: NonNullable<WorkstationClusterSpec["challenges"]>,
  labels: Readonly<Record<string, string>>,
): readonly Json[] {
  return namespaces.map((namespace) => podsOf(namespace, labels));
}

/** Both selectors in one peer: pods with these labels in that namespace. */
function podsOf(namespace: string, labels: Readonly<Record<string, string>>): Json {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: labels },
  };
}

function blockOf(cidr: string, reserved: readonly string[]): Json {
  const network = parseNetwork(cidr);
  const except = network?.prefix === 0 ? notTheInternet(network, reserved) : [];
  return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) } };
}

function rule(to: readonly Json[], ports: readonly PortRange[]): Json {
  return { to, ports: ports.map(portOf) };
}

function portOf({ protocol, first, last }: PortRange): Json {
  return { protocol, port: first, ...(last === first ? {} : { endPort: last }) };
}

function tcp(port: number): PortRange {
  return { protocol: "TCP", first: port, last: port };
}
