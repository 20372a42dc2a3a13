/** Documents resolved: every grant of every person, with tier, policy and cluster merged. Pure. */
import type { Address, Path, Resource } from "../../estate/resource.ts";
import { addressOf } from "../../estate/resource.ts";
import type {
  AccessPolicySpec,
  Documents,
  GrantedPerson,
  WorkstationClusterSpec,
  WorkstationGrantSpec,
  WorkstationSession,
  WorkstationTierSpec,
} from "../../generated/documents.ts";
import type { Desired } from "../provider.ts";
import { mergePorts, type PortRange, parsePorts } from "./ports.ts";
import { isSlug, slugOf } from "./slug.ts";
import { type GrantState, nextChangeOf, stateAt, type Window, windowOf } from "./window.ts";

export type ClusterDocument = Resource<WorkstationClusterSpec>;
export type GrantDocument = Resource<WorkstationGrantSpec>;

/** One person of one grant, as written. */
export interface Claim {
  readonly grant: GrantDocument;
  readonly cluster: ClusterDocument;
  readonly tier: Resource<WorkstationTierSpec>;
  readonly policy: Resource<AccessPolicySpec>;
  /** The id that tokens name. */
  readonly person: string;
  /** Null where none can be made of the id; one that is written stands here as it is. */
  readonly slug: string | null;
  /** Where the person is named. */
  readonly path: Path;
  /** Null where the grant's instants make no window. */
  readonly window: Window | null;
}

interface HomeFacts {
  readonly sizeGib: number;
  /** Null for the cluster's default. */
  readonly storageClass: string | null;
  readonly retainFor: string;
}

/** What opens ports: a challenge by its name, or a network. */
interface Opening {
  readonly name: string;
  readonly ports: readonly PortRange[];
}

/** One person's access by one grant, everything merged. */
export interface GrantFacts extends Claim {
  readonly slug: string;
  readonly window: Window;
  /** The namespace of the person's desktop. */
  readonly namespace: string;
  readonly image: string;
  readonly cpu: string;
  readonly memory: string;
  readonly session: WorkstationSession;
  readonly home: HomeFacts | null;
  readonly challenges: readonly Opening[];
  /** By network. */
  readonly egress: readonly Opening[];
}

export interface Topology {
  readonly estate: string;
  /** Sorted by name. */
  readonly clusters: readonly ClusterDocument[];
  /** Every person of every grant, what cannot be granted included; sorted by the grant's address. */
  readonly claims: readonly Claim[];
  /** What can be granted; sorted by cluster, slug and start. */
  readonly grants: readonly GrantFacts[];
}

/** One person's desktop in one cluster at an instant: the grant that counts then, and how it stands. */
export interface Desktop {
  readonly facts: GrantFacts;
  readonly state: Exclude<GrantState, "purged">;
  /** Whose claim on the home volume holds: the grant's own, or an earlier one's that is still kept; null for none. */
  readonly home: GrantFacts | null;
}

/** The resources of one kind; the schema of the kind has checked their specs. */
export function ofKind<Kind extends keyof Documents>(
  resources: readonly Resource[],
  kind: Kind,
): readonly Resource<Documents[Kind]>[] {
  return resources.filter((one) => one.kind === kind) as readonly Resource<Documents[Kind]>[];
}

const resolved = new WeakMap<Desired["resources"], Topology>();

/** Computed once for the same resources. What is malformed is no grant: check reports it, and nothing is planned. */
export function resolveTopology(desired: Desired): Topology {
  const known = resolved.get(desired.resources);
  if (known !== undefined) return known;
  const claims = ofKind(desired.resources, "WorkstationGrant").flatMap((grant) => claimsOf(grant, desired));
  const topology = {
    estate: desired.estate.name,
    clusters: ofKind(desired.resources, "WorkstationCluster"),
    claims,
    grants: claims.flatMap(factsOf).toSorted(compareGrants),
  };
  resolved.set(desired.resources, topology);
  return topology;
}

function claimsOf(grant: GrantDocument, { estate }: Desired): readonly Claim[] {
  const { spec } = grant;
  const find = (kind: keyof Documents, name: string): Resource | undefined =>
    estate.byAddress.get(addressOf(kind, name));
  const cluster = find("WorkstationCluster", spec.cluster) as ClusterDocument | undefined;
  const tier = find("WorkstationTier", spec.tier) as Claim["tier"] | undefined;
  const policy = find("AccessPolicy", spec.policy) as Claim["policy"] | undefined;
  if (cluster === undefined || tier === undefined || policy === undefined) return [];
  const window = windowOf(spec, spec.home === undefined ? "0s" : retainedFor(grant, policy));
  return peopleOf(spec).map((one) => ({ grant, cluster, tier, policy, window, ...one }));
}

function retainedFor({ spec }: GrantDocument, policy: Claim["policy"]): string {
  return spec.home?.retainFor ?? policy.spec.retain.home;
}

function peopleOf({ person, people }: WorkstationGrantSpec): readonly Pick<Claim, "person" | "slug" | "path">[] {
  const alone = person === undefined ? [] : [namedAt(person, ["spec", "person"])];
  return [...alone, ...(people ?? []).map((one, index) => namedAt(one, ["spec", "people", index]))];
}

function namedAt(person: GrantedPerson, path: Path): Pick<Claim, "person" | "slug" | "path"> {
  if (typeof person === "string") return { person, slug: slugOf(person), path };
  return { person: person.id, slug: person.slug, path };
}

function factsOf(claim: Claim): readonly GrantFacts[] {
  const { slug, window, grant, tier, policy } = claim;
  const image = grant.spec.image ?? tier.spec.image;
  if (slug === null || !isSlug(slug) || window === null || image === undefined) return [];
  const { home } = grant.spec;
  return [
    {
      ...claim,
      slug,
      window,
      image,
      namespace: `ws-${slug}`,
      ...(grant.spec.resources ?? tier.spec.resources),
      session: { ...tier.spec.session, ...grant.spec.session },
      home:
        home === undefined
          ? null
          : {
              sizeGib: home.sizeGib,
              storageClass: home.storageClass ?? null,
              retainFor: retainedFor(grant, policy),
            },
      challenges: grant.spec.challenges.map(({ name, ports }) => ({ name, ports: portsOf(ports) })),
      egress: grant.spec.egress.map(({ cidr, ports }) => ({ name: cidr, ports: portsOf(ports) })),
    },
  ];
}

function portsOf(written: readonly (number | string)[]): readonly PortRange[] {
  return mergePorts(written.flatMap((one) => parsePorts(one) ?? []));
}

function compareGrants(a: GrantFacts, b: GrantFacts): number {
  return (
    compareText(a.cluster.name, b.cluster.name) ||
    compareText(a.slug, b.slug) ||
    a.window.startsAt.getTime() - b.window.startsAt.getTime() ||
    compareText(a.grant.address, b.grant.address)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** How a grant of one person stands. */
function stateOf({ window, grant }: GrantFacts, now: Date): GrantState {
  return stateAt(window, grant.spec.suspended, now);
}

/** What comes first is what a person's namespace is kept for. */
const PRECEDENCE: readonly GrantState[] = ["active", "suspended", "expired", "pending"];

/** Every desktop that is anything at `now`, sorted by cluster and slug. Purged ones are gone. */
export function desktopsAt({ grants }: Topology, now: Date): readonly Desktop[] {
  const people = Map.groupBy(grants, ({ cluster, slug }) => `${cluster.name}/${slug}`);
  return [...people.values()].flatMap((own) => desktopOf(own, now));
}

function desktopOf(grants: readonly GrantFacts[], now: Date): readonly Desktop[] {
  const standing = grants.flatMap((facts) => {
    const state = stateOf(facts, now);
    return state === "purged" ? [] : [{ facts, state }];
  });
  const first = PRECEDENCE.find((state) => standing.some((one) => one.state === state));
  const those = standing.filter(({ state }) => state === first);
  const current = first === "pending" ? those[0] : those.at(-1);
  if (current === undefined) return [];
  const begun = standing.filter(({ state, facts }) => state !== "pending" && facts.home !== null);
  const own = current.state !== "pending" && current.facts.home !== null ? current : begun.at(-1);
  return [{ ...current, home: own?.facts ?? null }];
}

/** The next instant at which time alone changes something, and whose; null when nothing does any more. */
export function nextChangeAt(topology: Topology, now: Date): { readonly at: Date; readonly grant: Address } | null {
  const changes = topology.grants.flatMap(({ window, grant }) => {
    const at = nextChangeOf(window, now);
    return at === null ? [] : [{ at, grant: grant.address }];
  });
  return changes.toSorted((a, b) => a.at.getTime() - b.at.getTime() || compareText(a.grant, b.grant))[0] ?? null;
}
