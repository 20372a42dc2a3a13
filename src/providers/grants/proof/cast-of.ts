/** From documents to what the proof is asked about. Pure. */
import type { WorkstationClusterSpec } from "../../../generated/documents.ts";
import type { PortRange as Ports } from "../ports.ts";
import type { Infrastructure, PortRange, Workstation } from "../reach/cast.ts";
import { type Mesh, PRIVATE_BLOCKS } from "../reach/world.ts";
import { CONTROL_PLANE } from "../render/egress.ts";
import { addressOfDesktop } from "../render/values.ts";
import { type ClusterDocument, type Desktop, desktopsAt, type GrantFacts, type Topology } from "../topology.ts";

/** Everybody and everything that the proof over one cluster is about. */
export interface Cast {
  readonly infra: Infrastructure;
  /** Sorted by slug; those whose grant is pending, suspended or expired included: into these nobody may come. */
  readonly workstations: readonly Workstation[];
  readonly mesh: Mesh;
}

/** What the documents say of a cluster at an instant. */
export function castOf(topology: Topology, { name, spec }: ClusterDocument, now: Date): Cast {
  const desktops = desktopsAt(topology, now).filter(({ facts }) => facts.cluster.name === name);
  return { infra: infrastructureOf(spec), workstations: desktops.map(workstationOf), mesh: meshOf(spec) };
}

function infrastructureOf({ token, dns, mesh, sessionCheck, challenges }: WorkstationClusterSpec): Infrastructure {
  const { issuer, audiences, jwksUri, scopes, personClaim, cookie } = token;
  const check = sessionCheck;
  return {
    token: {
      issuer,
      audiences,
      keys: jwksUri,
      scopes,
      personClaim,
      place: cookie === undefined ? { header: "authorization" } : { cookie },
    },
    shared: [
      { namespace: dns.namespace, labels: dns.pods, ports: [53] },
      { namespace: mesh.namespace, labels: mesh.pods, ports: [CONTROL_PLANE] },
      ...(check === undefined ? [] : [{ namespace: check.namespace, labels: check.pods, ports: [check.port] }]),
    ],
    ...(challenges === undefined
      ? {}
      : { challenges: { namespaces: challenges.namespaces, ownerLabel: challenges.personLabel } }),
    apiServers: [],
    ...(check === undefined ? {} : { sessionCheck: { provider: check.provider, known: null } }),
  };
}

function meshOf({ mesh, gateway, reservedNetworks }: WorkstationClusterSpec): Mesh {
  return {
    rootNamespace: mesh.namespace,
    trustDomain: mesh.trustDomain,
    podBlocks: [...new Set([...PRIVATE_BLOCKS, ...reservedNetworks])],
    gateway: {
      namespace: gateway.namespace,
      name: gateway.name,
      labels: gateway.pods,
      account: gateway.serviceAccount,
    },
  };
}

function workstationOf({ facts, state }: Desktop): Workstation {
  const { person, namespace, tier, cluster, egress } = facts;
  return {
    person,
    closed: state === "active" ? null : state,
    namespace,
    labels: { "reeve.dev/component": "workstation" },
    port: tier.spec.port,
    requestPrincipal: `${cluster.spec.token.issuer}/${person}`,
    ...addressOfDesktop(facts),
    challenges: challengesOf(facts),
    egress: egress.map(({ name, ports }) => ({ cidr: name, ports: ports.map(rangeOf) })),
  };
}

/** Where challenges are not told apart by name, all ports are open to all of the person's own. */
function challengesOf({ cluster, slug, challenges }: GrantFacts): Workstation["challenges"] {
  const where = cluster.spec.challenges;
  if (where === undefined || challenges.length === 0) return [];
  const { personLabel, nameLabel } = where;
  if (nameLabel === undefined) {
    return [{ labels: { [personLabel]: slug }, ports: challenges.flatMap(({ ports }) => ports.map(rangeOf)) }];
  }
  return challenges.map(({ name, ports }) => ({
    labels: { [personLabel]: slug, [nameLabel]: name },
    ports: ports.map(rangeOf),
  }));
}

function rangeOf({ protocol, first, last }: Ports): PortRange {
  return { protocol, from: first, to: last };
}
