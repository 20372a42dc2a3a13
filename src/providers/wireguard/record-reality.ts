/** What peers are like at their hub, in the words of their documents. Pure. */
import type { FieldValue } from "../../estate/edit-document.ts";
import { canonicalJson } from "../../support/json.ts";
import type { Desired, DocumentEdit, RecordedReality } from "../provider.ts";
import { readableHubs } from "./compare.ts";
import type { HubView } from "./hub-view.ts";
import { bitsOf, containsAddress, formatAddress, parseInterfaceAddress } from "./ip.ts";
import type { PeerEntry, WireGuardObservation } from "./model.ts";
import { type HubFacts, type PeerAtHub, type PeerFacts, resolveTopology } from "./topology.ts";
import { accessOf, wantedEntries } from "./wanted.ts";

/** Keys are never recorded: who may dial is decided in a document and nowhere else. */
export function recordPeers(
  desired: Desired,
  observation: WireGuardObservation,
  now: Date,
): readonly RecordedReality[] {
  const topology = resolveTopology(desired);
  const views = new Map(readableHubs(topology, observation).map((view) => [view.name, view]));
  return topology.peers.flatMap((facts) => recordPeer(facts, views, now));
}

function recordPeer(facts: PeerFacts, views: ReadonlyMap<string, HubView>, now: Date): readonly RecordedReality[] {
  const { peer, at } = facts;
  const held = at.flatMap((one) => {
    const view = views.get(one.hub);
    return view === undefined ? [] : heldBy(facts, one, { view, now });
  });
  const different = held.filter(({ isAsWanted }) => !isAsWanted);
  if (different.length === 0) return [];
  if (accessOf(facts, now) !== "active") return [{ resource: peer, why: "it is to have no access" }];
  const [first, ...others] = held;
  if (first === undefined || others.some(({ entry }) => !isSame(entry, first.entry)) || held.length < at.length)
    return [{ resource: peer, why: "it is not the same at all of its hubs" }];
  if (typeof first.entry === "string") return [{ resource: peer, why: first.entry }];
  const hubs = at.flatMap(({ hub }) => views.get(hub)?.facts ?? []);
  return [{ resource: peer, edits: editsFor(facts, first.entry, hubs) }];
}

/** The peer at one hub, or why that cannot be said in a document. */
interface HeldPeer {
  readonly entry: PeerEntry | string;
  readonly isAsWanted: boolean;
}

function heldBy(
  facts: PeerFacts,
  at: PeerAtHub,
  { view, now }: { readonly view: HubView; readonly now: Date },
): readonly HeldPeer[] {
  const keys = [...view.owners].flatMap(([key, owner]) =>
    owner.kind !== "foreign" && owner.name === facts.peer.name ? [key] : [],
  );
  // A peer that is gone is no reality to record.
  if (keys.length === 0) return [];
  const wanted = wantedEntries({ facts, at }, view, now);
  const [want] = wanted;
  const entries = [...fileEntries(view, keys), ...liveEntries(view, keys)];
  const isAsWanted = wanted.length === 1 && entries.length > 0 && entries.every((entry) => isSame(entry, want));
  return [{ entry: sayEntry(entries, { keys, want, view }), isAsWanted }];
}

function fileEntries({ filePeers }: HubView, keys: readonly string[]): readonly (PeerEntry | undefined)[] {
  return keys.map((key) => filePeers.get(key));
}

/** A `file` host has no interface, and one that is down is filled from its file. */
function liveEntries({ snapshot, livePeers }: HubView, keys: readonly string[]): readonly (PeerEntry | undefined)[] {
  return snapshot.live === null ? [] : keys.map((key) => livePeers.get(key));
}

interface Beside {
  readonly keys: readonly string[];
  readonly want: PeerEntry | undefined;
  readonly view: HubView;
}

function sayEntry(entries: readonly (PeerEntry | undefined)[], { keys, want }: Beside): PeerEntry | string {
  const [first] = entries;
  if (keys.length !== 1 || want === undefined || first?.publicKey !== want.publicKey)
    return "another key is there, and keys are not recorded";
  if (entries.some((entry) => !isSame(entry, first))) return "the hub's file and its interface do not agree";
  return first.preshared === want.preshared ? first : "another preshared key is there, and keys are not recorded";
}

function isSame(a: PeerEntry | string | undefined, b: PeerEntry | string | undefined): boolean {
  return canonicalJson(settingsOf(a)) === canonicalJson(settingsOf(b));
}

function settingsOf(entry: PeerEntry | string | undefined) {
  if (entry === undefined || typeof entry === "string") return entry ?? null;
  const { publicKey, allowedIps, keepalive, preshared } = entry;
  return { publicKey, allowedIps: [...allowedIps], keepalive, preshared };
}

function editsFor({ peer, at }: PeerFacts, entry: PeerEntry, hubs: readonly HubFacts[]): readonly DocumentEdit[] {
  const { spec } = peer;
  const derived = new Set(at.flatMap(({ addresses }) => addresses).filter((one) => !spec.addresses.includes(one)));
  const parts = entry.allowedIps.map((prefix) => ({ prefix, address: addressIn(prefix, hubs) }));
  const addresses = parts.flatMap(({ address }) => (address === null || derived.has(address) ? [] : [address]));
  const routed = parts.flatMap(({ prefix, address }) => (address === null ? [prefix] : []));
  const seconds = at[0]?.keepalive ?? 0;
  const keepalive = entry.keepalive === 0 ? null : `${entry.keepalive}s`;
  return [
    ...listEdit("addresses", spec.addresses, addresses),
    ...listEdit("routedNetworks", spec.routedNetworks, routed),
    ...(seconds === entry.keepalive ? [] : [{ path: ["spec", "keepalive"], value: keepalive }]),
  ];
}

/** The plain address where the prefix is one host of a hub's network; null where it is a network behind the peer. */
function addressIn(prefix: string, hubs: readonly HubFacts[]): string | null {
  const parsed = parseInterfaceAddress(prefix);
  if (parsed === null || parsed.network.prefix !== bitsOf(parsed.address.family)) return null;
  const { address } = parsed;
  const isInside = hubs.some(({ interfaceAddresses }) =>
    interfaceAddresses.some(({ network }) => containsAddress(network, address)),
  );
  return isInside ? formatAddress(address) : null;
}

/** What stays keeps its place and its spelling. */
function listEdit(field: string, before: readonly string[], after: readonly string[]): readonly DocumentEdit[] {
  const kept = before.filter((one) => after.includes(one));
  const value: FieldValue = [...kept, ...after.filter((one) => !kept.includes(one))];
  return canonicalJson([...value]) === canonicalJson([...before]) ? [] : [{ path: ["spec", field], value }];
}
