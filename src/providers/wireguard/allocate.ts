import { compareAddresses, type Finding } from "../../estate/resource.ts";
import { containsAddress, parseAddress } from "./ip.ts";
import type { Peer } from "./model.ts";
import {
  formatIpv4Number,
  nextFree,
  type Pool,
  type PoolKnowledge,
  type PoolStatistics,
  poolsOf,
  startOf,
} from "./pool.ts";
import { refuse } from "./refusal.ts";
import type { PeerFacts, Topology } from "./topology.ts";

/** An address for a document that lacks one. */
export interface Allocation {
  readonly peer: Peer;
  readonly hub: string;
  readonly address: string;
}

export interface AllocationResult {
  /** Sorted by the peer's address, then by hub. */
  readonly allocations: readonly Allocation[];
  /** Peers that no address is left for. */
  readonly findings: readonly Finding[];
}

/** A hub's pool while addresses are given out of it. */
interface OpenPool extends Pool {
  readonly given: Set<number>;
}

/**
 * A free IPv4 address for every peer that lacks one where its hub has an IPv4 network: the first from a start that the
 * peer's name decides. Nobody who has an address is moved.
 */
export function allocateAddresses(topology: Topology, knowledge: PoolKnowledge): AllocationResult {
  const pools = new Map<string, readonly OpenPool[]>();
  for (const [name, hub] of topology.hubs) {
    pools.set(
      name,
      poolsOf(topology, hub, knowledge).map((pool) => ({ ...pool, given: new Set<number>() })),
    );
  }
  const results = topology.peers
    .toSorted((a, b) => compareAddresses(a.peer, b.peer))
    .map((facts) => allocateFor(facts, pools));
  return {
    allocations: results.flatMap(({ allocations }) => allocations),
    findings: results.flatMap(({ findings }) => findings),
  };
}

/** Narrow networks first: an address there may serve a wider network of another hub as well. */
function allocateFor(facts: PeerFacts, pools: ReadonlyMap<string, readonly OpenPool[]>): AllocationResult {
  const own = facts.at.flatMap(({ hub }) => (pools.get(hub) ?? []).map((pool) => ({ hub, pool })));
  const allocations: Allocation[] = [];
  const findings: Finding[] = [];
  for (const { hub, pool } of own.toSorted((a, b) => b.pool.network.prefix - a.pool.network.prefix)) {
    const has = [...facts.at.flatMap(({ addresses }) => addresses), ...allocations.map(({ address }) => address)];
    if (has.some((address) => isIn(pool, address))) continue;
    const found = findAddress(
      facts.peer,
      pool,
      own.map((one) => one.pool),
    );
    if (found === null) findings.push(exhausted(facts.peer, pool.statistics));
    else allocations.push({ peer: facts.peer, hub, address: found });
  }
  return { allocations: allocations.toSorted((a, b) => (a.hub < b.hub ? -1 : 1)), findings };
}

/** Free in this pool, and in those of the peer's other hubs that the address would be in too. */
function findAddress(peer: Peer, pool: OpenPool, all: readonly OpenPool[]): string | null {
  if (pool.statistics.free <= pool.given.size) return null;
  const others = all.filter((other) => other !== pool);
  const isRefused = (address: number): boolean =>
    pool.given.has(address) || !others.every((other) => takes(other, address));
  const found = nextFree(pool, startOf(pool.network, peer.name), isRefused);
  if (found === null) return null;
  const text = formatIpv4Number(found);
  for (const one of [pool, ...others]) if (isIn(one, text)) one.given.add(found);
  return text;
}

/** True where the address is free in this pool, or none of its business. */
function takes(pool: OpenPool, address: number): boolean {
  return !isIn(pool, formatIpv4Number(address)) || nextFree(pool, address, (one) => pool.given.has(one)) === address;
}

function isIn(pool: Pool, text: string): boolean {
  const address = parseAddress(text);
  return address !== null && containsAddress(pool.network, address);
}

function exhausted(peer: Peer, statistics: PoolStatistics): Finding {
  const { hub, network, size, reserved, used, quarantined, nextRelease } = statistics;
  const release = nextRelease === null ? "" : `; the next quarantined one comes free at ${nextRelease.toISOString()}`;
  return refuse(peer, ["spec", "addresses"], {
    code: "pool-exhausted",
    message: `no address is left in ${network} of WireGuardHub/${hub}: of ${size}, ${reserved} are reserved, ${used} used, ${quarantined} in quarantine${release}`,
    hint: "widen the hub's network (it may grow in place), reserve less, or remove peers that are gone",
  });
}
