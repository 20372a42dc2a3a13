import type { Json } from "../../support/json.ts";
import type { Standing } from "../provider.ts";
import type { PeerComparison } from "./compare-peers.ts";
import type { HubView } from "./hub-view.ts";
import type { LivePeer } from "./model.ts";
import { poolStatistics } from "./pool.ts";
import type { PeerFacts, Topology } from "./topology.ts";
import { accessOf } from "./wanted.ts";

/** A session renews its keys every two minutes under traffic; older than this there is none (facts of the protocol). */
const SESSION_SECONDS = 180;
const STALE_SECONDS = 7 * 86_400;

/** How every declared hub and peer stands, for `reeve list`. */
export function standingsOf(
  topology: Topology,
  views: readonly HubView[],
  peers: PeerComparison,
  now: Date,
): readonly Standing[] {
  const byName = new Map(views.map((view) => [view.name, view]));
  const conflicting = new Set(
    peers.changes.filter((draft) => draft.blocked?.code === "address-conflict").map((draft) => draft.address),
  );
  return [
    ...[...topology.hubs.values()].map((facts) => hubStanding(facts.hub.name, topology, byName, now)),
    ...topology.peers.map((facts) =>
      peerStanding(facts, byName, { now, isConflicting: conflicting.has(facts.peer.address) }),
    ),
  ];
}

function hubStanding(name: string, topology: Topology, views: ReadonlyMap<string, HubView>, now: Date): Standing {
  const view = views.get(name);
  const declared = topology.peersOf.get(name)?.length ?? 0;
  const pools = poolRows(topology, name, { view, now });
  const address = `WireGuardHub/${name}`;
  if (view === undefined) return { address, state: "Unreadable", details: { peers: declared, pools } };
  return { address, state: hubState(view), details: { publicKey: view.snapshot.publicKey, peers: declared, pools } };
}

function poolRows(
  topology: Topology,
  hub: string,
  { view, now }: { readonly view: HubView | undefined; readonly now: Date },
): readonly Json[] {
  const live = new Map([[hub, view === undefined ? [] : prefixesOf(view)]]);
  return poolStatistics(topology, hub, { now, live, quarantined: [] }).map(
    ({ network, size, reserved, used, free }) => ({ network, size, reserved, used, free }),
  );
}

function prefixesOf(view: HubView): readonly string[] {
  return [...view.filePeers.values(), ...view.livePeers.values()].flatMap((peer) => peer.allowedIps);
}

function hubState({ snapshot, hasInterface }: HubView): string {
  if (snapshot.file === null && snapshot.live === null) return "Absent";
  if (!hasInterface) return "Configured";
  return snapshot.live === null || !snapshot.live.isUp ? "Down" : "Up";
}

function peerStanding(
  facts: PeerFacts,
  views: ReadonlyMap<string, HubView>,
  facets: { readonly now: Date; readonly isConflicting: boolean },
): Standing {
  const live = facts.at.flatMap((at) => livePeers(facts, views.get(at.hub)));
  const handshake = live.reduce((latest, peer) => Math.max(latest, peer.latestHandshake), 0);
  return {
    address: facts.peer.address,
    state: peerState(facts, views, { ...facets, handshake }),
    details: {
      hubs: facts.at.map((at) => at.hub),
      addresses: [...new Set(facts.at.flatMap((at) => at.addresses))],
      latestHandshake: handshake === 0 ? null : new Date(handshake * 1000).toISOString(),
      receivedBytes: live.reduce((total, peer) => total + peer.receivedBytes, 0),
      sentBytes: live.reduce((total, peer) => total + peer.sentBytes, 0),
      expiresAt: facts.expiresAt?.toISOString() ?? null,
    },
  };
}

function livePeers({ peer }: PeerFacts, view: HubView | undefined): readonly LivePeer[] {
  const keys = [peer.spec.publicKey, peer.spec.nextPublicKey ?? ""];
  return view === undefined ? [] : keys.flatMap((key) => view.livePeers.get(key) ?? []);
}

function peerState(
  facts: PeerFacts,
  views: ReadonlyMap<string, HubView>,
  {
    now,
    isConflicting,
    handshake,
  }: { readonly now: Date; readonly isConflicting: boolean; readonly handshake: number },
): string {
  const access = accessOf(facts, now);
  if (access !== "active") return access === "expired" ? "Expired" : "Suspended";
  if (isConflicting) return "Conflict";
  const at = facts.at.flatMap((one) => views.get(one.hub) ?? []);
  const isApplied = at.some(
    (view) => view.owners.has(facts.peer.spec.publicKey) || view.owners.has(facts.peer.spec.nextPublicKey ?? ""),
  );
  if (!isApplied) return "NotApplied";
  if (at.every((view) => !view.hasInterface)) return "Configured";
  if (handshake === 0) return "NeverSeen";
  const age = now.getTime() / 1000 - handshake;
  return age < SESSION_SECONDS ? "Online" : age < STALE_SECONDS ? "Idle" : "Stale";
}
