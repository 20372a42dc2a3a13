import type { Change } from "../../plan/change.ts";
import { canonicalJson } from "../../support/json.ts";
import { prunedKeys } from "./compare-foreign.ts";
import { resolveEndpoint } from "./endpoints.ts";
import { ownAddresses, recordedText, routedNetworks } from "./hub-shape.ts";
import type { HubView } from "./hub-view.ts";
import type {
  FileBlock,
  FilePeer,
  HubFile,
  HubWrite,
  Leaving,
  LiveDelta,
  LiveSnapshot,
  PeerEntry,
  PeerUpsert,
  PresharedSource,
  PublicKey,
  WireGuardObservation,
} from "./model.ts";
import type { PeerFacts } from "./topology.ts";
import { unmanagedName } from "./unmanaged-name.ts";
import { wantedEntries } from "./wanted.ts";

/** What one hub is to be changed to: its own change, if it has one, and those of peers. */
export interface HubBatch {
  readonly view: HubView;
  readonly estate: string;
  readonly hubChange: Change | null;
  readonly peerChanges: readonly Change[];
  readonly peers: ReadonlyMap<string, PeerFacts>;
  readonly presharedOf: (facts: PeerFacts) => PresharedSource | null;
  readonly resolved: WireGuardObservation["resolved"];
  readonly now: Date;
}

/** A key of this hub that the batch writes anew, with the name it is marked by. */
interface Placed {
  readonly name: string;
  readonly upsert: PeerUpsert;
}

/**
 * The write that carries a batch out: what it does not name stays as it is, block by block. The file and the delta come
 * from the same entries that `compare` showed (law 10).
 */
export function planWrite(batch: HubBatch): HubWrite {
  const { view } = batch;
  const placed = placedKeys(batch);
  const removed = removedKeys(batch, placed);
  const file = fileOf(batch, placed, removed);
  const delta = view.hasInterface ? deltaOf(batch, placed, removed) : null;
  return { expectedFingerprint: view.snapshot.fingerprint, file, delta };
}

function placedKeys(batch: HubBatch): ReadonlyMap<PublicKey, Placed> {
  const { view, peerChanges, peers, now } = batch;
  const placed = new Map<PublicKey, Placed>();
  for (const change of peerChanges) {
    const facts = peers.get(change.name);
    const at = facts?.at.find((one) => one.hub === view.name);
    if (facts === undefined || at === undefined) continue;
    for (const entry of wantedEntries({ facts, at }, view, now)) {
      placed.set(entry.publicKey, { name: change.name, upsert: upsertOf(batch, facts, entry) });
    }
  }
  return placed;
}

function upsertOf({ view, presharedOf, resolved }: HubBatch, facts: PeerFacts, entry: PeerEntry): PeerUpsert {
  const { publicKey, allowedIps, keepalive } = entry;
  const { endpoint } = facts.peer.spec;
  const isPlaced = (view.livePeers.get(publicKey)?.endpoint ?? null) !== null;
  const wanted = endpoint === undefined || isPlaced ? null : resolveEndpoint(endpoint, resolved);
  return { publicKey, allowedIps, keepalive, preshared: presharedOf(facts), endpoint: wanted };
}

/** Keys that a changed peer holds and should not, and pruned ones. */
function removedKeys({ view, peerChanges }: HubBatch, placed: ReadonlyMap<PublicKey, Placed>): ReadonlySet<PublicKey> {
  const changed = new Set(peerChanges.filter((change) => change.action !== "prune").map((change) => change.name));
  const prunedHere = prunedKeys(view);
  const pruned = new Set(peerChanges.filter((change) => change.action === "prune").map((change) => change.name));
  const removed = [...view.owners].filter(([key, owner]) =>
    owner.kind === "foreign"
      ? prunedHere.has(key) && pruned.has(unmanagedName(key))
      : changed.has(owner.name) && !placed.has(key),
  );
  return new Set(removed.map(([key]) => key));
}

function fileOf(batch: HubBatch, placed: ReadonlyMap<PublicKey, Placed>, removed: ReadonlySet<PublicKey>): HubFile {
  const { facts, name } = batch.view;
  const { spec } = facts.hub;
  return {
    estate: batch.estate,
    hub: name,
    interface: spec.interface,
    privateKeyFile: spec.privateKeyFrom.file,
    listenPort: spec.listenPort,
    addresses: facts.addresses,
    mtu: spec.mtu,
    routes: routesAfter(batch, placed, removed),
    recorded: recordedText(facts),
    leaving: leavingOf(batch.view, placed, removed),
    blocks: blocksOf(batch, placed, removed),
  };
}

/** What the interface has of ours and should not have any more: of this batch, and of one that was killed before it. */
function leavingOf(view: HubView, placed: ReadonlyMap<PublicKey, Placed>, removed: ReadonlySet<PublicKey>): Leaving {
  const { live, file } = view.snapshot;
  if (live === null) return { peers: [], addresses: [] };
  const earlier = new Set(file?.leaving.peers.map((peer) => peer.publicKey));
  const peers = [...view.owners].flatMap(([publicKey, owner]) => {
    if (owner.kind === "foreign" || placed.has(publicKey) || !view.livePeers.has(publicKey)) return [];
    const leaves = removed.has(publicKey) || (earlier.has(publicKey) && !view.filePeers.has(publicKey));
    return leaves ? [{ name: owner.name, publicKey }] : [];
  });
  return {
    peers: peers.toSorted((a, b) => (a.publicKey < b.publicKey ? -1 : 1)),
    addresses: staleAddresses(view, live),
  };
}

function staleAddresses(view: HubView, live: LiveSnapshot): readonly string[] {
  return ownAddresses(view, live).filter((address) => !view.facts.addresses.includes(address));
}

/** Blocks by name, then undeclared ones as they are, by key. */
function blocksOf(
  batch: HubBatch,
  placed: ReadonlyMap<PublicKey, Placed>,
  removed: ReadonlySet<PublicKey>,
): readonly FileBlock[] {
  const kept = [...batch.view.filePeers.values()].filter(
    ({ publicKey }) => !placed.has(publicKey) && !removed.has(publicKey),
  );
  const rows = [
    ...kept.map((peer) => ({ sort: sortKey(peer.name, peer.publicKey), block: keptBlock(batch, peer) })),
    ...[...placed.values()].map(({ name, upsert }) => ({
      sort: sortKey(name, upsert.publicKey),
      block: { ...upsert, name },
    })),
  ];
  return rows.toSorted((a, b) => (a.sort < b.sort ? -1 : 1)).map((row) => row.block);
}

/**
 * An unchanged peer's block, as it is. In a file that was edited by hand it is written anew where it says what is
 * declared, so that the traces of the hand (comments, a block that stands twice) go with the rest.
 */
function keptBlock(batch: HubBatch, peer: FilePeer): FileBlock {
  const owner = batch.view.owners.get(peer.publicKey);
  const facts = owner?.kind === "declared" ? batch.peers.get(owner.name) : undefined;
  const at = facts?.at.find((one) => one.hub === batch.view.name);
  if (batch.view.snapshot.file?.isIntact !== false || facts === undefined || at === undefined)
    return { keep: peer.publicKey };
  const { name, endpoint: _endpoint, ...present } = peer;
  const entry = wantedEntries({ facts, at }, batch.view, batch.now).find(
    (one) => canonicalJson(one) === canonicalJson(present),
  );
  return entry === undefined
    ? { keep: peer.publicKey }
    : { ...upsertOf(batch, facts, entry), name: name ?? facts.peer.name };
}

function sortKey(name: string | null, key: PublicKey): string {
  return name === null ? `1 ${key}` : `0 ${name} ${key}`;
}

/** Prefixes of every peer of ours as the hub will hold them. */
function routesAfter(
  { view }: HubBatch,
  placed: ReadonlyMap<PublicKey, Placed>,
  removed: ReadonlySet<PublicKey>,
): readonly string[] {
  const kept = [...view.filePeers.values()].filter(
    ({ publicKey }) =>
      !placed.has(publicKey) && !removed.has(publicKey) && view.owners.get(publicKey)?.kind !== "foreign",
  );
  const prefixes = [
    ...kept.flatMap((peer) => peer.allowedIps),
    ...[...placed.values()].flatMap((one) => one.upsert.allowedIps),
  ];
  return routedNetworks(view.facts, prefixes);
}

function deltaOf(batch: HubBatch, placed: ReadonlyMap<PublicKey, Placed>, removed: ReadonlySet<PublicKey>): LiveDelta {
  const { live, publicKey } = batch.view.snapshot;
  const { facts, livePeers } = batch.view;
  const wanted = routesAfter(batch, placed, removed);
  if (live === null) return bringUp(batch, wanted);
  const { listenPort, mtu } = facts.hub.spec;
  const present = new Set(live.routes.map((route) => route.network));
  const recorded = new Set(batch.view.snapshot.file?.routes);
  const stale = live.routes.filter(
    (route) => (route.isOurs || recorded.has(route.network)) && !wanted.includes(route.network),
  );
  return {
    bringUp: false,
    setPrivateKey: publicKey === null || live.publicKey !== publicKey,
    setListenPort: live.listenPort === listenPort ? null : listenPort,
    upserts: [...placed.values()].map(({ upsert }) => upsert),
    removes: [...removed].filter((key) => livePeers.has(key)).toSorted(),
    addAddresses: facts.addresses.filter((address) => !live.addresses.includes(address)),
    removeAddresses: staleAddresses(batch.view, live),
    setMtu: live.mtu === mtu ? null : mtu,
    setUp: !live.isUp,
    addRoutes: wanted.filter((network) => !present.has(network)),
    removeRoutes: stale.map((route) => route.network),
  };
}

/** An absent interface is made and filled from the file: nothing is left to add by hand but addresses and routes. */
function bringUp({ view }: HubBatch, routes: readonly string[]): LiveDelta {
  return {
    bringUp: true,
    setPrivateKey: true,
    setListenPort: view.facts.hub.spec.listenPort,
    upserts: [],
    removes: [],
    addAddresses: view.facts.addresses,
    removeAddresses: [],
    setMtu: view.facts.hub.spec.mtu,
    setUp: true,
    addRoutes: routes,
    removeRoutes: [],
  };
}

/**
 * Changes that would take a prefix from a key this batch leaves alone, by name: the reviewed plan moved it, but the
 * change that lets go of it is held. Applying would steal it silently (facts of the protocol). What waits for a change
 * that is left out so is left out in turn.
 */
export function stolenPrefixes(batch: HubBatch): ReadonlyMap<string, string> {
  const stolen = new Map<string, string>();
  let before = -1;
  while (stolen.size > before) {
    before = stolen.size;
    const peerChanges = batch.peerChanges.filter((change) => !stolen.has(change.name));
    for (const [name, prefix] of stolenIn({ ...batch, peerChanges })) stolen.set(name, prefix);
  }
  return stolen;
}

function stolenIn(batch: HubBatch): readonly (readonly [name: string, prefix: string])[] {
  const placed = placedKeys(batch);
  const removed = removedKeys(batch, placed);
  const takers = new Map(
    [...placed.values()].flatMap(({ name, upsert }) => upsert.allowedIps.map((prefix) => [prefix, name] as const)),
  );
  return [...batch.view.livePeers.values(), ...batch.view.filePeers.values()]
    .filter(({ publicKey }) => !placed.has(publicKey) && !removed.has(publicKey))
    .flatMap(({ allowedIps }) => allowedIps)
    .flatMap((prefix) => {
      const taker = takers.get(prefix);
      return taker === undefined ? [] : [[taker, prefix] as const];
    });
}
