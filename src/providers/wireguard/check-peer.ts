import type { Finding } from "../../estate/resource.ts";
import { durationSeconds } from "../../support/duration.ts";
import { endpointRefusal, instantRefusal, keepaliveRefusal, networkRefusal, pathRefusal } from "./check-text.ts";
import { formatNetwork, overlaps, parseNetwork } from "./ip.ts";
import type { Hub, Peer } from "./model.ts";
import { type Refusal, refuse, refuseIf } from "./refusal.ts";
import { type HubFacts, type PeerFacts, parseInstant, type Topology } from "./topology.ts";

/** Networks that a peer may hold although others hold parts of them, or it parts of theirs: the networks, by comma. */
export const ALLOW_OVERLAP = "reeve.dev/allow-overlap";

/** Rules of one peer's document and the hubs it names; its addresses have a file of their own. */
export function* checkPeer(facts: PeerFacts, topology: Topology, now: Date): Generator<Finding> {
  const { peer } = facts;
  const hubs = hubsOf(facts, topology);
  const { endpoint, keepalive, presharedKeyFrom } = peer.spec;
  yield* checkRouted(peer, hubs);
  yield* checkExpiry(peer, hubs, now);
  if (endpoint !== undefined) yield* refuseIf(peer, ["spec", "endpoint"], endpointRefusal(endpoint));
  if (keepalive !== undefined) {
    yield* refuseIf(peer, ["spec", "keepalive"], keepaliveRefusal(keepalive, durationSeconds(keepalive)));
  }
  const file = presharedKeyFrom?.file;
  if (file !== undefined) {
    const mayBeRelative = hubs.every(({ hub }) => hub.spec.host.file !== undefined);
    yield* refuseIf(peer, ["spec", "presharedKeyFrom", "file"], pathRefusal(file, mayBeRelative));
  }
}

export function hubsOf(facts: PeerFacts, topology: Topology): readonly HubFacts[] {
  return facts.at.flatMap(({ hub }) => topology.hubs.get(hub) ?? []);
}

/** True where the document says that this network may overlap others. */
export function allowsOverlap(peer: Peer, network: string): boolean {
  const consent = peer.annotations[ALLOW_OVERLAP];
  return consent !== undefined && consent.split(/[\s,]+/).includes(network);
}

function* checkRouted(peer: Peer, hubs: readonly HubFacts[]): Generator<Finding> {
  const seen = new Set<string>();
  for (const [index, text] of peer.spec.routedNetworks.entries()) {
    const path = ["spec", "routedNetworks", index];
    const refusal = networkRefusal(text) ?? routedRefusal(text, peer, hubs);
    if (refusal !== null) {
      yield refuse(peer, path, refusal);
      continue;
    }
    const canonical = formatParsed(text);
    if (seen.has(canonical))
      yield refuse(peer, path, { code: "network-twice", message: `${canonical} is listed twice` });
    seen.add(canonical);
  }
}

function formatParsed(text: string): string {
  const parsed = parseNetwork(text);
  return parsed === null ? text : formatNetwork(parsed.network);
}

function routedRefusal(text: string, peer: Peer, hubs: readonly HubFacts[]): Refusal | null {
  const network = parseNetwork(text)?.network;
  if (network === undefined) return null;
  if (network.prefix === 0) {
    return {
      code: "default-route",
      message: `${text} would send everything the hub has to this peer`,
      hint: "list the networks behind the peer; what clients send through the hub is the hub's peers.routes",
    };
  }
  const tunnels = hubs.flatMap(({ hub, interfaceAddresses }) =>
    interfaceAddresses.filter((own) => overlaps(own.network, network)).map((own) => ({ hub, network: own.network })),
  );
  const hit = tunnels[0];
  if (hit === undefined || allowsOverlap(peer, formatNetwork(network))) return null;
  return {
    code: "network-overlaps-hub",
    message: `${text} overlaps the tunnel network ${formatNetwork(hit.network)} of ${hit.hub.address}`,
    hint: `where that is meant, consent with the annotation ${ALLOW_OVERLAP}: ${formatNetwork(network)}`,
  };
}

function* checkExpiry(peer: Peer, hubs: readonly HubFacts[], now: Date): Generator<Finding> {
  const { expiresAt } = peer.spec;
  const path = ["spec", "expiresAt"];
  const unreadable = expiresAt === undefined ? null : instantRefusal(expiresAt);
  if (unreadable !== null) {
    yield refuse(peer, path, unreadable);
    return;
  }
  for (const { hub } of hubs) {
    yield* refuseIf(peer, path, lifetimeRefusal(expiresAt, hub, now));
  }
  if (expiresAt !== undefined && parseInstant(expiresAt) <= now) {
    const message = `access ended at ${expiresAt}: the peer is off its hubs and keeps its address`;
    const hint = "write a later instant to let it back in, or remove the document";
    yield { severity: "warning", code: "expired", message, hint, resource: peer, path };
  }
}

/** Without an end the bound would bind nobody, so a peer of such a hub needs one. */
function lifetimeRefusal(expiresAt: string | undefined, hub: Hub, now: Date): Refusal | null {
  const longest = hub.spec.peers.maxLifetime;
  if (longest === undefined) return null;
  const limit = new Date(now.getTime() + durationSeconds(longest) * 1000);
  if (expiresAt === undefined) {
    return {
      code: "expiry-required",
      message: `${hub.address} gives access for at most ${longest}, and expiresAt is missing`,
      hint: "say when access ends: expiresAt: 2027-01-01T00:00:00Z",
    };
  }
  if (parseInstant(expiresAt) <= limit) return null;
  return {
    code: "lifetime-exceeded",
    message: `${expiresAt} is further ahead than the ${longest} that ${hub.address} allows`,
    hint: `the hub's peers.maxLifetime counts from today: the latest is ${latestDay(limit)}`,
  };
}

/** The day alone: an instant would make two runs of one day print two texts. */
function latestDay(limit: Date): string {
  return limit.toISOString().slice(0, 10);
}
