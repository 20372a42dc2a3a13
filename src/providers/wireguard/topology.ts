import { hash } from "node:crypto";
import type { PresharedKeySource } from "../../generated/documents.ts";
import { durationSeconds } from "../../support/duration.ts";
import type { Desired } from "../provider.ts";
import {
  bitsOf,
  canonicalPrefix,
  containsAddress,
  formatAddress,
  formatHostPrefix,
  formatInterfaceAddress,
  formatNetwork,
  type InterfaceAddress,
  type IpAddress,
  type IpRange,
  parseAddress,
  parseInterfaceAddress,
  parseRange,
} from "./ip.ts";
import type { Hub, Peer } from "./model.ts";
import { findEntry, indexRanges, type RangeIndex } from "./range-index.ts";

/** The most seconds of keepalive that WireGuard takes. */
export const MAX_KEEPALIVE_SECONDS = 65_535;

/** Addresses kept from peers. */
export interface ReservedRange {
  readonly range: IpRange;
  readonly reason: string;
  /** When it ends; null is never. */
  readonly until: Date | null;
}

/** A hub's declared facts, parsed and canonical. Texts are sorted by code unit. */
export interface HubFacts {
  readonly hub: Hub;
  /** address/prefix, canonical. */
  readonly addresses: readonly string[];
  /** The networks those addresses are in, canonical. */
  readonly networks: readonly string[];
  /** The same, parsed, in the order written. */
  readonly interfaceAddresses: readonly InterfaceAddress[];
  readonly configFile: string;
  readonly reserved: RangeIndex<ReservedRange>;
  /** What clients route through the hub, canonical. */
  readonly clientRoutes: readonly string[];
}

/** A peer as one of its hubs holds it. */
export interface PeerAtHub {
  readonly hub: string;
  /** Plain and canonical, IPv4 first. */
  readonly addresses: readonly string[];
  /** Addresses as /32 and /128 and the networks behind the peer: canonical, sorted by code unit. */
  readonly allowedIps: readonly string[];
  /** Seconds that the hub keeps alive; 0 is off. */
  readonly keepalive: number;
}

export interface PeerFacts {
  readonly peer: Peer;
  readonly expiresAt: Date | null;
  readonly presharedFrom: PresharedKeySource | null;
  /** One entry a hub, sorted by the hub's name. */
  readonly at: readonly PeerAtHub[];
}

/** What check, compare, allocate, list and client files share. */
export interface Topology {
  /** By name. */
  readonly hubs: ReadonlyMap<string, HubFacts>;
  /** Sorted by address of the resource. */
  readonly peers: readonly PeerFacts[];
  /** The peers of each hub, by the hub's name. */
  readonly peersOf: ReadonlyMap<string, readonly { readonly facts: PeerFacts; readonly at: PeerAtHub }[]>;
}

const resolved = new WeakMap<Desired["resources"], Topology>();

/**
 * Resolves what is declared: pure, and computed once for the same resources. A malformed field is left out here; check
 * reports it, so that nothing is planned from such a topology.
 */
export function resolveTopology(desired: Desired): Topology {
  const known = resolved.get(desired.resources);
  if (known !== undefined) return known;
  const hubs = new Map(desired.resources.filter(isHub).map((hub) => [hub.name, hubFacts(hub)]));
  const peers = desired.resources.filter(isPeer).map((peer) => peerFacts(peer, hubsOf(desired, peer, hubs)));
  const topology = { hubs, peers, peersOf: groupByHub(hubs, peers) };
  resolved.set(desired.resources, topology);
  return topology;
}

function isHub(resource: { readonly kind: string }): resource is Hub {
  return resource.kind === "WireGuardHub";
}

function isPeer(resource: { readonly kind: string }): resource is Peer {
  return resource.kind === "WireGuardPeer";
}

function defaultConfigFile(interfaceName: string): string {
  return `/etc/wireguard/${interfaceName}.conf`;
}

/** What keeps `address` from peers at `now`; null when nothing does. */
export function reservationOf(hub: HubFacts, address: IpAddress, now: Date): ReservedRange | null {
  return findEntry(hub.reserved, address, ({ until }) => until === null || until > now);
}

/** An instant of a document. One that cannot be read counts as long past, so that it never grants access. */
export function parseInstant(text: string): Date {
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? new Date(0) : instant;
}

/**
 * The IPv6 address of a peer that declares none: an interface id from the network and the peer's name, so that two
 * branches need no lease to agree. Reserved ranges count even past their end: time must not move an address.
 */
function deriveIpv6(hub: HubFacts, own: InterfaceAddress, peerName: string): IpAddress | null {
  const hostBits = Math.min(64, bitsOf(6) - own.network.prefix);
  const network = formatNetwork(own.network);
  for (let attempt = 0; attempt < 64; attempt += 1) {
    const seed = `${network}\n${peerName}${attempt === 0 ? "" : `\n${attempt}`}`;
    const id = BigInt.asUintN(hostBits, BigInt(`0x${hash("sha256", seed, "hex").slice(0, 16)}`));
    const address: IpAddress = { family: 6, value: own.network.first + id };
    const isFree = id !== 0n && address.value !== own.address.value;
    if (isFree && findEntry(hub.reserved, address, () => true) === null) return address;
  }
  return null;
}

function hubFacts(hub: Hub): HubFacts {
  const interfaceAddresses = parseAll(hub.spec.addresses, parseInterfaceAddress);
  const networks = sortedSet(interfaceAddresses.map(({ network }) => formatNetwork(network)));
  const routes = hub.spec.peers.routes;
  return {
    hub,
    addresses: sortedSet(interfaceAddresses.map(formatInterfaceAddress)),
    networks,
    interfaceAddresses,
    configFile: hub.spec.configFile ?? defaultConfigFile(hub.spec.interface),
    reserved: indexRanges(hub.spec.reserved.flatMap(reservedRange)),
    clientRoutes: routes === undefined ? networks : sortedSet(parseAll(routes, canonicalPrefix)),
  };
}

function reservedRange(entry: Hub["spec"]["reserved"][number]): readonly ReservedRange[] {
  const range = parseRange(entry.range);
  if (range === null) return [];
  return [{ range, reason: entry.reason, until: entry.until === undefined ? null : parseInstant(entry.until) }];
}

function hubsOf(desired: Desired, peer: Peer, hubs: ReadonlyMap<string, HubFacts>): readonly HubFacts[] {
  return (desired.estate.references.get(peer.address) ?? []).flatMap((address) => {
    const hub = hubs.get(address.slice(address.indexOf("/") + 1));
    return hub === undefined || !address.startsWith("WireGuardHub/") ? [] : [hub];
  });
}

function peerFacts(peer: Peer, hubs: readonly HubFacts[]): PeerFacts {
  const { expiresAt, presharedKeyFrom, keepalive } = peer.spec;
  const declared = parseAll(peer.spec.addresses, parsePeerAddress);
  const routed = parseAll(peer.spec.routedNetworks, canonicalPrefix);
  const seconds = keepalive === undefined ? 0 : durationSeconds(keepalive);
  return {
    peer,
    expiresAt: expiresAt === undefined ? null : parseInstant(expiresAt),
    presharedFrom: presharedKeyFrom ?? null,
    at: hubs.map((hub) => {
      const addresses = addressesAt(hub, declared, peer.name);
      return {
        hub: hub.hub.name,
        addresses: addresses.map(formatAddress),
        allowedIps: sortedSet([...addresses.map(formatHostPrefix), ...routed]),
        keepalive: seconds <= MAX_KEEPALIVE_SECONDS ? seconds : 0,
      };
    }),
  };
}

/** An address as peers write it: plain, or with the prefix of a single host. */
export function parsePeerAddress(text: string): IpAddress | null {
  if (!text.includes("/")) return parseAddress(text);
  const parsed = parseInterfaceAddress(text);
  return parsed !== null && parsed.network.prefix === bitsOf(parsed.address.family) ? parsed.address : null;
}

function addressesAt(hub: HubFacts, declared: readonly IpAddress[], peerName: string): readonly IpAddress[] {
  return hub.interfaceAddresses
    .toSorted((a, b) => a.address.family - b.address.family)
    .flatMap((own) => {
      const inside = declared.filter((address) => containsAddress(own.network, address));
      if (inside.length > 0 || own.network.family === 4) return inside;
      return deriveIpv6(hub, own, peerName) ?? [];
    });
}

function groupByHub(hubs: ReadonlyMap<string, HubFacts>, peers: readonly PeerFacts[]): Topology["peersOf"] {
  const groups = new Map([...hubs.keys()].map((name) => [name, new Array<{ facts: PeerFacts; at: PeerAtHub }>()]));
  for (const facts of peers) {
    for (const at of facts.at) groups.get(at.hub)?.push({ facts, at });
  }
  return groups;
}

function parseAll<Parsed>(texts: readonly string[], parse: (text: string) => Parsed | null): readonly Parsed[] {
  return texts.flatMap((text) => parse(text) ?? []);
}

function sortedSet(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)].toSorted();
}
