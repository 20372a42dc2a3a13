import type { Resource } from "../../../src/estate/resource.ts";
import type { Change, ChangeDraft } from "../../../src/plan/change.ts";
import { sealChange } from "../../../src/plan/seal-change.ts";
import type { Comparison } from "../../../src/providers/provider.ts";
import { compareWireGuard } from "../../../src/providers/wireguard/compare.ts";
import { declaredKeys, viewHub } from "../../../src/providers/wireguard/hub-view.ts";
import { planWrite } from "../../../src/providers/wireguard/hub-write.ts";
import type {
  FileBlock,
  FilePeer,
  FileSnapshot,
  HubSnapshot,
  HubWrite,
  LivePeer,
  LiveSnapshot,
  PeerUpsert,
} from "../../../src/providers/wireguard/model.ts";
import { resolveTopology } from "../../../src/providers/wireguard/topology.ts";
import { desiredOf } from "./desired.ts";

export const NOW = new Date("2026-11-24T12:00:00Z");
const HUB_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=";

/** Hubs by name, as they stand. */
export type World = ReadonlyMap<string, HubSnapshot>;

const NOTHING: HubSnapshot = {
  publicKey: null,
  file: null,
  live: null,
  surroundings: [],
  fingerprint: "0",
  troubles: [],
};

export function compare(resources: readonly Resource[], world: World, now = NOW): Comparison {
  const desired = desiredOf(resources);
  const readings = new Map(
    [...resolveTopology(desired).hubs.keys()].map((name) => [name, { snapshot: world.get(name) ?? NOTHING }]),
  );
  return compareWireGuard(desired, { readings, resolved: new Map(), missingVariables: new Set() }, now);
}

/** Carries out every change that is not blocked, as the hub script would; a pure stand-in for the world. */
export function converge(resources: readonly Resource[], world: World, now = NOW): World {
  const desired = desiredOf(resources);
  const topology = resolveTopology(desired);
  const drafts = compare(resources, world, now).changes.filter((draft) => draft.blocked === undefined);
  const changes = drafts.map((draft) => sealChange(draft, "wireguard", []));
  const peers = new Map(topology.peers.map((facts) => [facts.peer.name, facts]));
  return new Map(
    [...topology.hubs.values()].map((facts) => {
      const snapshot = world.get(facts.hub.name) ?? NOTHING;
      const view = viewHub(facts, snapshot, declaredKeys(topology));
      const hubChange = changes.find((change) => change.address === facts.hub.address) ?? null;
      const peerChanges = changes.filter((change) => change.kind === "WireGuardPeer" && isAt(change, facts.hub.name));
      if (hubChange?.action === "delete") return [facts.hub.name, { ...snapshot, file: null, live: null }];
      if (hubChange === null && peerChanges.length === 0) return [facts.hub.name, snapshot];
      const write = planWrite({
        view,
        estate: "robco",
        hubChange,
        peerChanges,
        peers,
        presharedOf: (peer) => (peer.presharedFrom?.file === undefined ? null : { file: peer.presharedFrom.file }),
        resolved: new Map(),
        now,
      });
      return [facts.hub.name, applyWrite(snapshot, write)];
    }),
  );
}

function isAt(change: Change, hub: string): boolean {
  return change.fields.some((field) => field.path.startsWith(`${hub}.`));
}

function applyWrite(before: HubSnapshot, { file, delta }: HubWrite): HubSnapshot {
  const publicKey = before.publicKey ?? HUB_KEY;
  const peers = file.blocks.map((block) => filePeer(block, before.file));
  const written: FileSnapshot = {
    marker: { estate: file.estate, hub: file.hub, interface: file.interface },
    isIntact: true,
    mode: "600",
    publicKey,
    listenPort: file.listenPort,
    addresses: file.addresses,
    mtu: file.mtu,
    routes: file.routes,
    recorded: file.recorded,
    leaving: file.leaving,
    unknownKeys: [],
    peers,
  };
  return {
    ...before,
    publicKey,
    file: written,
    live: delta === null ? null : liveAfter(before.live, written, { file, delta }),
  };
}

function filePeer(block: FileBlock, file: FileSnapshot | null): FilePeer {
  if ("keep" in block) {
    const kept = file?.peers.find((peer) => peer.publicKey === block.keep);
    if (kept === undefined) throw new Error(`nothing to keep of ${block.keep}`);
    return kept;
  }
  return { ...entryOf(block), name: block.name, endpoint: block.endpoint };
}

function entryOf({ publicKey, allowedIps, keepalive, preshared }: PeerUpsert) {
  return { publicKey, allowedIps, keepalive, preshared: preshared === null ? ("none" as const) : ("same" as const) };
}

function livePeer(entry: ReturnType<typeof entryOf>, before: LivePeer | undefined): LivePeer {
  const fresh = { endpoint: null, latestHandshake: 0, receivedBytes: 0, sentBytes: 0 };
  return { ...fresh, ...before, ...entry };
}

function liveAfter(
  before: LiveSnapshot | null,
  file: FileSnapshot,
  { delta }: Pick<HubWrite, "file"> & { readonly delta: NonNullable<HubWrite["delta"]> },
): LiveSnapshot {
  const base: LiveSnapshot = before ?? {
    publicKey: file.publicKey,
    listenPort: file.listenPort ?? 0,
    isUp: true,
    mtu: file.mtu ?? 0,
    addresses: [],
    routes: [],
    peers: file.peers.map(({ name: _name, ...entry }) => ({
      ...entry,
      latestHandshake: 0,
      receivedBytes: 0,
      sentBytes: 0,
    })),
  };
  const upserted = new Map(delta.upserts.map((upsert) => [upsert.publicKey, upsert]));
  const taken = new Set(delta.upserts.flatMap((upsert) => upsert.allowedIps));
  const kept = base.peers
    .filter((peer) => !upserted.has(peer.publicKey) && !delta.removes.includes(peer.publicKey))
    .map((peer) => ({ ...peer, allowedIps: peer.allowedIps.filter((prefix) => !taken.has(prefix)) }));
  const placed = delta.upserts.map((upsert) =>
    livePeer(
      entryOf(upsert),
      base.peers.find((peer) => peer.publicKey === upsert.publicKey),
    ),
  );
  return {
    publicKey: delta.setPrivateKey ? file.publicKey : base.publicKey,
    listenPort: delta.setListenPort ?? base.listenPort,
    isUp: base.isUp || delta.setUp,
    mtu: delta.setMtu ?? base.mtu,
    addresses: [
      ...new Set([...base.addresses.filter((one) => !delta.removeAddresses.includes(one)), ...delta.addAddresses]),
    ].toSorted(),
    routes: [
      ...base.routes.filter((route) => !delta.removeRoutes.includes(route.network)),
      ...delta.addRoutes.map((network) => ({ network, isOurs: true })),
    ].toSorted((a, b) => (a.network < b.network ? -1 : 1)),
    peers: [...kept, ...placed],
  };
}

/** A plan in a few words a change, for tables. */
export function say(drafts: readonly ChangeDraft[]): readonly string[] {
  return drafts
    .map(({ action, address, blocked }) => `${action} ${address}${blocked === undefined ? "" : ` (${blocked.code})`}`)
    .toSorted();
}

/** The world with one hub changed by somebody's hand. */
export function edit(world: World, hub: string, change: (snapshot: HubSnapshot) => Partial<HubSnapshot>): World {
  const snapshot = world.get(hub) ?? NOTHING;
  return new Map([...world, [hub, { ...snapshot, ...change(snapshot) }]]);
}

export function editLive(world: World, hub: string, change: (live: LiveSnapshot) => Partial<LiveSnapshot>): World {
  return edit(world, hub, ({ live }) => (live === null ? {} : { live: { ...live, ...change(live) } }));
}

export function editFile(world: World, hub: string, change: (file: FileSnapshot) => Partial<FileSnapshot>): World {
  return edit(world, hub, ({ file }) => (file === null ? {} : { file: { ...file, ...change(file) } }));
}

export function stranger(publicKey: string, allowedIps: readonly string[]): LivePeer & FilePeer {
  return {
    publicKey,
    allowedIps,
    keepalive: 0,
    preshared: "none",
    name: null,
    endpoint: null,
    latestHandshake: 0,
    receivedBytes: 0,
    sentBytes: 0,
  };
}
