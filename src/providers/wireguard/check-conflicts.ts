import type { Finding, Path } from "../../estate/resource.ts";
import { ALLOW_OVERLAP, allowsOverlap } from "./check-peer.ts";
import {
  canonicalPrefix,
  compareNetworks,
  containsNetwork,
  formatNetwork,
  type IpNetwork,
  parseAddress,
  parseNetwork,
} from "./ip.ts";
import type { Peer } from "./model.ts";
import { refuse } from "./refusal.ts";
import { type PeerAtHub, type PeerFacts, parsePeerAddress, type Topology } from "./topology.ts";

/** A network behind a peer, and where it stands. */
interface Routed {
  readonly peer: Peer;
  readonly path: Path;
  readonly network: IpNetwork;
  readonly text: string;
}

/**
 * Rules between the peers of a hub: WireGuard gives a prefix that two peers claim to whoever came last, without a word.
 * What two peers meet over at several hubs is said once.
 */
export function* checkConflicts(topology: Topology): Generator<Finding> {
  const said = new Set<string>();
  for (const hub of topology.hubs.keys()) {
    for (const finding of conflictsAt(topology.peersOf.get(hub) ?? [])) {
      const key = `${finding.resource.address} ${finding.path.join(".")} ${finding.message}`;
      if (!said.has(key)) yield finding;
      said.add(key);
    }
  }
}

type Members = NonNullable<ReturnType<Topology["peersOf"]["get"]>>;

function* conflictsAt(members: Members): Generator<Finding> {
  const holders = new Map<string, Peer>();
  for (const { facts, at } of members) yield* checkTunnelAddresses(facts, at, holders);
  const routed = members.flatMap(({ facts }) => routedOf(facts.peer));
  yield* checkSameNetwork(routed, holders);
  yield* checkNested(routed);
}

/** The later one by name is held; where one of the two has the address on the hub already, the plan decides by that. */
function* checkTunnelAddresses(facts: PeerFacts, at: PeerAtHub, holders: Map<string, Peer>): Generator<Finding> {
  for (const address of at.addresses) {
    const prefix = `${address}/${address.includes(":") ? 128 : 32}`;
    const holder = holders.get(prefix);
    if (holder === undefined) holders.set(prefix, facts.peer);
    else if (holder !== facts.peer) {
      yield {
        severity: "held",
        code: "address-conflict",
        message: `${address} is already the address of ${holder.address}`,
        hint: "remove it here and run reeve allocate for a free one",
        resource: facts.peer,
        path: pathOf(facts.peer, address),
      };
    }
  }
}

/** Where the address stands; the list where it is derived and stands nowhere. */
function pathOf(peer: Peer, address: string): Path {
  const wanted = parseAddress(address);
  const index = peer.spec.addresses.findIndex((text) => {
    const parsed = parsePeerAddress(text);
    return parsed !== null && wanted !== null && parsed.family === wanted.family && parsed.value === wanted.value;
  });
  return index === -1 ? ["spec", "addresses"] : ["spec", "addresses", index];
}

function routedOf(peer: Peer): readonly Routed[] {
  return peer.spec.routedNetworks.flatMap((written, index) => {
    const network = parseNetwork(written)?.network;
    const text = canonicalPrefix(written);
    if (network === undefined || text === null || network.prefix === 0) return [];
    return [{ peer, path: ["spec", "routedNetworks", index], network, text }];
  });
}

function* checkSameNetwork(routed: readonly Routed[], holders: Map<string, Peer>): Generator<Finding> {
  for (const { peer, path, text } of routed) {
    const holder = holders.get(text);
    if (holder === undefined) holders.set(text, peer);
    else if (holder !== peer) {
      yield refuse(peer, path, {
        code: "network-conflict",
        message: `${text} already belongs to ${holder.address}`,
        hint: "the hub can send it to one peer only",
      });
    }
  }
}

/** Sorted by start, the wider first: whoever is on the stack and ends later holds what comes next. */
function* checkNested(routed: readonly Routed[]): Generator<Finding> {
  const sorted = routed.toSorted((a, b) => compareNetworks(a.network, b.network));
  const stack: Routed[] = [];
  for (const inner of sorted) {
    while (stack.length > 0 && !holds(stack.at(-1), inner)) stack.pop();
    const outer = stack.findLast(({ peer, text }) => peer !== inner.peer && text !== inner.text);
    if (outer !== undefined && !allowsOverlap(inner.peer, inner.text)) yield nestedOverlap(inner, outer);
    if (stack.at(-1)?.text !== inner.text) stack.push(inner);
  }
}

function holds(outer: Routed | undefined, inner: Routed): boolean {
  return outer !== undefined && containsNetwork(outer.network, inner.network);
}

function nestedOverlap(inner: Routed, outer: Routed): Finding {
  return refuse(inner.peer, inner.path, {
    code: "network-overlap",
    message: `${inner.text} is part of ${formatNetwork(outer.network)}, which belongs to ${outer.peer.address}`,
    hint: `where that is meant, consent with the annotation ${ALLOW_OVERLAP}: ${inner.text}`,
  });
}
