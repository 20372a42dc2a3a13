import type { HubView } from "./hub-view.ts";
import { canonicalPrefix, containsNetwork, overlaps, parseNetwork } from "./ip.ts";
import type { PeerAtHub, PeerFacts, Topology } from "./topology.ts";

/** Why a peer may not have what it asks for at a hub. */
export interface Conflict {
  readonly code: "address-conflict" | "lock-out";
  readonly prefix: string;
  readonly message: string;
  readonly next: string;
}

/** What the conflicts of one hub are judged by. */
export interface HubClaims {
  readonly view: HubView;
  /** Declared peers that ask for each prefix, in order of their names. */
  readonly claimants: ReadonlyMap<string, readonly string[]>;
  /** Keys that hold each prefix now: on the interface, else in the file. */
  readonly holders: ReadonlyMap<string, string>;
  /** Foreign keys that this plan prunes. */
  readonly pruned: ReadonlySet<string>;
}

export function claimsOf(view: HubView, topology: Topology, pruned: ReadonlySet<string>): HubClaims {
  const claimants = new Map<string, string[]>();
  for (const { facts, at } of topology.peersOf.get(view.name) ?? []) {
    for (const prefix of at.allowedIps) {
      const names = claimants.get(prefix);
      if (names === undefined) claimants.set(prefix, [facts.peer.name]);
      else names.push(facts.peer.name);
    }
  }
  const holders = new Map<string, string>();
  for (const entries of [view.filePeers, view.livePeers]) {
    for (const entry of entries.values()) for (const prefix of entry.allowedIps) holders.set(prefix, entry.publicKey);
  }
  return { view, claimants, holders, pruned };
}

/**
 * Applying a prefix that another peer holds would steal it silently. The incumbent keeps it: who holds it live, else
 * who comes first by name; the newcomer alone is held.
 */
export function findConflict(claims: HubClaims, facts: PeerFacts, at: PeerAtHub): Conflict | null {
  for (const prefix of at.allowedIps) {
    const conflict =
      lockOut(claims.view, prefix) ?? heldByForeign(claims, prefix) ?? heldByDeclared(claims, facts, prefix);
    if (conflict !== null) return conflict;
  }
  return null;
}

function heldByForeign({ view, holders, pruned }: HubClaims, prefix: string): Conflict | null {
  const key = holders.get(prefix);
  if (key === undefined || pruned.has(key) || view.owners.get(key)?.kind !== "foreign") return null;
  return {
    code: "address-conflict",
    prefix,
    message: `${prefix} is held at ${view.name} by an undeclared peer (${key.slice(0, 8)}…)`,
    next: "adopt that peer (reeve import), remove it on the hub, or take another address (reeve allocate)",
  };
}

function heldByDeclared(claims: HubClaims, facts: PeerFacts, prefix: string): Conflict | null {
  const names = claims.claimants.get(prefix) ?? [];
  if (names.length < 2) return null;
  const owner = claims.view.owners.get(claims.holders.get(prefix) ?? "");
  const holder =
    owner === undefined || owner.kind === "foreign" ? undefined : names.find((name) => name === owner.name);
  const incumbent = holder ?? names[0];
  if (incumbent === undefined || incumbent === facts.peer.name) return null;
  return {
    code: "address-conflict",
    prefix,
    message: `${prefix} at ${claims.view.name} belongs to WireGuardPeer/${incumbent}, which had it first`,
    next: "remove this address and run reeve allocate for another",
  };
}

/** A peer's network that the hub itself stands in would cut the hub off from whoever manages it. */
function lockOut(view: HubView, prefix: string): Conflict | null {
  if (view.facts.networks.some((network) => contains(network, prefix))) return null;
  const hit = view.snapshot.surroundings.find(({ network }) => overlap(network, prefix));
  if (hit === undefined) return null;
  return {
    code: "lock-out",
    prefix,
    message: `${prefix} overlaps ${hit.network} (${hit.what} of ${view.name}): routing it to a peer could lock you out`,
    next: "route a smaller network that leaves the hub's own out",
  };
}

/** True when `outer` holds all of `inner`; both canonical. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [parseNetwork(outer), parseNetwork(inner)];
  return a !== null && b !== null && containsNetwork(a.network, b.network);
}

function overlap(left: string, right: string): boolean {
  const [a, b] = [parseNetwork(canonicalPrefix(left) ?? left), parseNetwork(right)];
  return a !== null && b !== null && a.network.prefix > 0 && overlaps(a.network, b.network);
}
