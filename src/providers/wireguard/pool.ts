import { hash } from "node:crypto";
import { containsNetwork, formatAddress, formatNetwork, type IpNetwork, lastOf, parseNetwork } from "./ip.ts";
import type { HubFacts, Topology } from "./topology.ts";

/** An address that a peer gave up, kept back for a while: addresses are identities in other people's firewalls. */
export interface QuarantinedAddress {
  readonly hub: string;
  readonly address: string;
  /** Who had it. */
  readonly peer: string;
  readonly releasedAt: Date;
}

/** What is known beyond the documents. */
export interface PoolKnowledge {
  readonly now: Date;
  /** Prefixes that a hub's interface or file gives to peers, by the hub's name; empty where no hub was asked. */
  readonly live: ReadonlyMap<string, readonly string[]>;
  readonly quarantined: readonly QuarantinedAddress[];
}

/** How full one IPv4 network of a hub is. IPv6 is derived, and has room for everybody. */
export interface PoolStatistics {
  readonly hub: string;
  readonly network: string;
  readonly size: number;
  /** The network's, the broadcast, the hub's own, and what the document reserves. */
  readonly reserved: number;
  readonly used: number;
  readonly quarantined: number;
  readonly free: number;
  /** When the next quarantined address comes free; null for none. */
  readonly nextRelease: Date | null;
}

/** First and last, both taken. IPv4 fits a number. */
type Span = readonly [first: number, last: number];

/** One IPv4 network, with what is not to be given out. */
export interface Pool {
  readonly network: IpNetwork;
  readonly statistics: PoolStatistics;
  /** Sorted, apart from each other. */
  readonly taken: readonly Span[];
}

/** The IPv4 pools of a hub: one, unless its document is refused. */
export function poolsOf(topology: Topology, hub: HubFacts, knowledge: PoolKnowledge): readonly Pool[] {
  const holdings = holdingsOf(topology, hub.hub.name, knowledge);
  return hub.interfaceAddresses
    .filter(({ network }) => network.family === 4)
    .map(({ network }) => fillPool(hub, network, holdings));
}

/** How full the pools of a hub are, for `reeve list` and where one is exhausted. */
export function poolStatistics(topology: Topology, hub: string, knowledge: PoolKnowledge): readonly PoolStatistics[] {
  const facts = topology.hubs.get(hub);
  return facts === undefined ? [] : poolsOf(topology, facts, knowledge).map(({ statistics }) => statistics);
}

/** The address from which a peer's search starts: spread, so that two branches seldom meet. */
export function startOf(network: IpNetwork, peerName: string): number {
  const seed = BigInt(`0x${hash("sha256", `${formatNetwork(network)}\n${peerName}`, "hex").slice(0, 16)}`);
  return Number(network.first + (seed % (lastOf(network) - network.first + 1n)));
}

/** The first free address from `start` on, wrapping once; `isGiven` says what was handed out since the pool was filled. */
export function nextFree(pool: Pool, start: number, isGiven: (address: number) => boolean): number | null {
  const [first, last] = spanOf(pool.network);
  return firstIn(pool.taken, isGiven, [start, last]) ?? firstIn(pool.taken, isGiven, [first, start - 1]);
}

export function formatIpv4Number(value: number): string {
  return formatAddress({ family: 4, value: BigInt(value) });
}

function firstIn(taken: readonly Span[], isGiven: (address: number) => boolean, [first, last]: Span): number | null {
  let place = spanAt(taken, first);
  let candidate = first;
  while (candidate <= last) {
    const span = taken[place];
    if (span !== undefined && span[0] <= candidate) {
      candidate = Math.max(candidate, span[1] + 1);
      place += 1;
    } else if (isGiven(candidate)) candidate += 1;
    else return candidate;
  }
  return null;
}

/** The first span that ends at or after `value`. */
function spanAt(spans: readonly Span[], value: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What peers hold of a hub's networks, or held until lately. */
interface Holdings {
  readonly prefixes: readonly string[];
  readonly quarantined: readonly QuarantinedAddress[];
  readonly now: Date;
}

function holdingsOf(topology: Topology, hub: string, { now, live, quarantined }: PoolKnowledge): Holdings {
  const declared = (topology.peersOf.get(hub) ?? []).flatMap(({ at }) => at.allowedIps);
  return {
    prefixes: [...declared, ...(live.get(hub) ?? [])],
    quarantined: quarantined.filter((one) => one.hub === hub && one.releasedAt > now),
    now,
  };
}

function fillPool(hub: HubFacts, network: IpNetwork, { prefixes, quarantined, now }: Holdings): Pool {
  const bounds = spanOf(network);
  const held = quarantined.flatMap((one) => prefixSpan(network, `${one.address}/32`).map((span) => ({ span, one })));
  const reserved = merge(reservedSpans(hub, network, now), bounds);
  const used = merge([...reserved, ...prefixes.flatMap((prefix) => prefixSpan(network, prefix))], bounds);
  const taken = merge([...used, ...held.map(({ span }) => span)], bounds);
  const size = bounds[1] - bounds[0] + 1;
  const releases = held.map(({ one }) => one.releasedAt.getTime());
  const statistics = {
    hub: hub.hub.name,
    network: formatNetwork(network),
    size,
    reserved: count(reserved),
    used: count(used) - count(reserved),
    quarantined: count(taken) - count(used),
    free: size - count(taken),
    nextRelease: releases.length === 0 ? null : new Date(Math.min(...releases)),
  };
  return { network, statistics, taken };
}

function reservedSpans(hub: HubFacts, network: IpNetwork, now: Date): readonly Span[] {
  const [first, last] = spanOf(network);
  const own = hub.interfaceAddresses.filter(({ address }) => address.family === 4).map(({ address }) => address.value);
  const declared = hub.reserved.entries
    .filter(({ range, until }) => range.family === 4 && (until === null || until > now))
    .map(({ range }): Span => [Number(range.first), Number(range.last)]);
  return [[first, first], [last, last], ...own.map((value): Span => [Number(value), Number(value)]), ...declared];
}

/** What a prefix takes of the network. One that holds the whole network routes it, and owns no address of it. */
function prefixSpan(network: IpNetwork, prefix: string): readonly Span[] {
  if (prefix.includes(":")) return [];
  const parsed = parseNetwork(prefix)?.network;
  return parsed !== undefined && containsNetwork(network, parsed) && parsed.prefix > network.prefix
    ? [spanOf(parsed)]
    : [];
}

function spanOf(network: IpNetwork): Span {
  return [Number(network.first), Number(lastOf(network))];
}

/** Sorted, cut to the bounds, and joined where they touch. */
function merge(spans: readonly Span[], [first, last]: Span): readonly Span[] {
  const merged: Span[] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const span: Span = [Math.max(from, first), Math.min(to, last)];
    const before = merged.at(-1);
    if (span[0] > span[1]) continue;
    if (before !== undefined && span[0] <= before[1] + 1)
      merged[merged.length - 1] = [before[0], Math.max(before[1], span[1])];
    else merged.push(span);
  }
  return merged;
}

function count(spans: readonly Span[]): number {
  return spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
