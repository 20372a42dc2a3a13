import { canonicalJson, type Json } from "../../support/json.ts";
import { contains } from "./claims.ts";
import type { HubView } from "./hub-view.ts";
import type { FileSnapshot, LiveSnapshot } from "./model.ts";
import type { HubFacts } from "./topology.ts";

export type Members = { readonly [field: string]: Json };

/** What client files say of a hub: when it changes, they are stale. */
export function clientFacts({ hub, clientRoutes }: HubFacts): Members {
  const { endpoint, dns, mtu, peers } = hub.spec;
  return { endpoint, dns: { ...dns }, mtu, routes: clientRoutes, keepalive: peers.keepalive };
}

/** The one line of the configuration file that remembers what clients were told. */
export function recordedText(facts: HubFacts): string {
  return canonicalJson(clientFacts(facts));
}

export function wantedFile(facts: HubFacts): Members {
  const { listenPort, mtu } = facts.hub.spec;
  return { listenPort, addresses: facts.addresses, mtu, mode: "600", client: clientFacts(facts) };
}

export function presentFile(file: FileSnapshot): Members {
  return {
    listenPort: file.listenPort,
    addresses: file.addresses,
    mtu: file.mtu,
    mode: file.mode,
    client: parseRecorded(file.recorded),
    ...(file.unknownKeys.length === 0 ? {} : { unknownKeys: file.unknownKeys }),
  };
}

export function wantedLive(facts: HubFacts, routes: readonly string[]): Members {
  const { listenPort, mtu } = facts.hub.spec;
  return { listenPort, addresses: facts.addresses, mtu, up: true, routes };
}

/** The interface as it is, without addresses and routes that somebody else put there: those are left alone. */
export function presentLive(view: HubView, live: LiveSnapshot, routes: readonly string[]): Members {
  const ours = new Set(ownAddresses(view, live));
  return {
    listenPort: live.listenPort,
    addresses: live.addresses.filter((address) => ours.has(address)),
    mtu: live.mtu,
    up: live.isUp,
    routes: ownRoutes(view, live, routes),
  };
}

/** Addresses of the interface that are declared, or that the file shows were once. */
export function ownAddresses({ facts, snapshot }: HubView, live: LiveSnapshot): readonly string[] {
  const { file } = snapshot;
  const known = new Set([
    ...facts.addresses,
    ...(file?.marker == null ? [] : [...file.addresses, ...file.leaving.addresses]),
  ]);
  return live.addresses.filter((address) => known.has(address));
}

export function foreignAddresses(view: HubView, live: LiveSnapshot): readonly string[] {
  const ours = new Set(ownAddresses(view, live));
  return live.addresses.filter((address) => !ours.has(address));
}

/** Routes that carry Reeve's protocol number, that its file lists (as wg-quick sets them at boot), or that are wanted. */
function ownRoutes({ snapshot }: HubView, live: LiveSnapshot, wanted: readonly string[]): readonly string[] {
  const known = new Set([...wanted, ...(snapshot.file?.marker == null ? [] : snapshot.file.routes)]);
  const ours = live.routes.filter((route) => route.isOurs || known.has(route.network));
  return [...new Set(ours.map((route) => route.network))].toSorted();
}

/** Networks behind peers that need a route: what lies outside the interface's own networks, which the kernel routes. */
export function routedNetworks(facts: HubFacts, allowedIps: Iterable<string>): readonly string[] {
  const outside = new Set<string>();
  for (const prefix of allowedIps) {
    if (!facts.networks.some((network) => contains(network, prefix))) outside.add(prefix);
  }
  return [...outside].toSorted();
}

function parseRecorded(text: string | null): Json {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
