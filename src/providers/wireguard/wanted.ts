import type { HubView } from "./hub-view.ts";
import type { PeerEntry } from "./model.ts";
import type { PeerAtHub, PeerFacts } from "./topology.ts";

/** Whether a peer has access at all, judged at each run. */
export type Access = "active" | "suspended" | "expired";

export function accessOf(facts: PeerFacts, now: Date): Access {
  if (facts.peer.spec.suspended) return "suspended";
  return facts.expiresAt !== null && facts.expiresAt <= now ? "expired" : "active";
}

/** A peer, and what it is to one of its hubs. */
export interface PeerThere {
  readonly facts: PeerFacts;
  readonly at: PeerAtHub;
}

/**
 * The entries a hub should hold for a peer: none without access; two while its key is being rotated.
 *
 * Rotation without an outage: the next key is offered with no addresses; when the client has shaken hands with it, the
 * addresses move and the old key goes. The move is remembered by the file, since a restart forgets handshakes.
 */
export function wantedEntries({ facts, at }: PeerThere, view: HubView, now: Date): readonly PeerEntry[] {
  if (accessOf(facts, now) !== "active") return [];
  const { publicKey, nextPublicKey, presharedKeyFrom } = facts.peer.spec;
  const preshared = presharedKeyFrom === undefined ? "none" : "same";
  const { allowedIps, keepalive } = at;
  const current: PeerEntry = { publicKey, allowedIps, keepalive, preshared };
  if (nextPublicKey === undefined) return [current];
  const next: PeerEntry = { publicKey: nextPublicKey, allowedIps, keepalive, preshared };
  return hasSwitched(view, publicKey, nextPublicKey) ? [next] : [current, { ...next, allowedIps: [] }];
}

function hasSwitched(view: HubView, current: string, next: string): boolean {
  if ((view.filePeers.get(next)?.allowedIps.length ?? 0) > 0 && !view.filePeers.has(current)) return true;
  const handshake = view.livePeers.get(next)?.latestHandshake ?? 0;
  return handshake > 0 && handshake >= (view.livePeers.get(current)?.latestHandshake ?? 0);
}
