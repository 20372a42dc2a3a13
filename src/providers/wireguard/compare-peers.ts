import { addressOf, type Finding } from "../../estate/resource.ts";
import type { Action, ChangeDraft } from "../../plan/change.ts";
import type { Json } from "../../support/json.ts";
import type { HubClaims } from "./claims.ts";
import type { HubView } from "./hub-view.ts";
import type { WireGuardObservation } from "./model.ts";
import { type PeerBlock, peerBlock } from "./peer-block.ts";
import { peerImpact } from "./peer-impact.ts";
import { isInSync, keysWithAddresses, type PeerShape, type PeerShapes, shapeFields, shapePeer } from "./peer-shape.ts";
import type { PeerFacts, Topology } from "./topology.ts";
import { type Access, accessOf, wantedEntries } from "./wanted.ts";

/** Every readable hub with what its conflicts are judged by. */
export type Claims = ReadonlyMap<string, HubClaims>;

export interface PeerComparison {
  readonly changes: readonly ChangeDraft[];
  readonly findings: readonly Finding[];
}

/** Declared peers, each at all its hubs at once, and marked ones that nobody declares any more. */
export function comparePeers(
  topology: Topology,
  claims: Claims,
  { now, observation }: { readonly now: Date; readonly observation: WireGuardObservation },
): PeerComparison {
  const keys = keysByPeer(claims);
  const context = { claims, keys, now, observation };
  const compared = topology.peers.flatMap((facts) => comparePeer(facts, context) ?? []);
  const declared = new Set(topology.peers.map((facts) => facts.peer.name));
  const gone = [...keys.keys()].filter((name) => !declared.has(name)).toSorted();
  return {
    changes: [...compared.map(({ change }) => change), ...gone.flatMap((name) => removal(name, claims, keys) ?? [])],
    findings: compared.flatMap(({ finding }) => finding ?? []),
  };
}

/** The keys that each peer's name stands for at each hub. */
type KeysByPeer = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

function keysByPeer(claims: Claims): KeysByPeer {
  const keys = new Map<string, Map<string, string[]>>();
  for (const [hub, { view }] of claims) {
    for (const [key, owner] of view.owners) {
      if (owner.kind === "foreign") continue;
      const hubs = keys.get(owner.name) ?? new Map<string, string[]>();
      hubs.set(hub, [...(hubs.get(hub) ?? []), key].toSorted());
      keys.set(owner.name, hubs);
    }
  }
  return keys;
}

interface Context {
  readonly claims: Claims;
  readonly keys: KeysByPeer;
  readonly now: Date;
  readonly observation: WireGuardObservation;
}

function comparePeer(facts: PeerFacts, context: Context): { change: ChangeDraft; finding: Finding | null } | null {
  const shapes = peerShapes(facts, context);
  const renamed = renamedFrom(facts, context);
  if (shapes.every(isInSync) && renamed.length === 0) return null;
  const access = accessOf(facts, context.now);
  const { address, kind, name, source } = facts.peer;
  const block = access === "active" ? peerBlock(facts, context.claims, context.observation) : null;
  const action = actionOf(facts, shapes, context);
  const change: ChangeDraft = {
    address,
    kind,
    name,
    action,
    fields: [...renamed, ...shapes.flatMap(shapeFields)],
    reason: reasonOf(facts, shapes, { access, action, isRenamed: renamed.length > 0 }),
    ...peerImpact(facts, shapes, action),
    waitsFor: [],
    source,
    basis: declaredBasis(facts, shapes),
    ...(block === null ? {} : { blocked: { code: block.code, message: block.message, next: block.next } }),
  };
  return { change, finding: block === null ? null : blockFinding(facts, block) };
}

/** The peer at every hub that it is declared for or that still holds it. */
function peerShapes(facts: PeerFacts, { claims, keys, now }: Context): readonly PeerShapes[] {
  const held = keys.get(facts.peer.name);
  const hubs = [...new Set([...facts.at.map((at) => at.hub), ...(held?.keys() ?? [])])].toSorted();
  return hubs.flatMap((hub) => {
    const view = claims.get(hub)?.view;
    if (view === undefined) return [];
    const at = facts.at.find((one) => one.hub === hub);
    const wanted = at === undefined ? [] : wantedEntries({ facts, at }, view, now);
    return [shapePeer(view, held?.get(hub) ?? [], wanted)];
  });
}

function renamedFrom(facts: PeerFacts, { claims, keys }: Context): readonly ChangeDraft["fields"][number][] {
  const hubs = keys.get(facts.peer.name) ?? new Map<string, readonly string[]>();
  return [...hubs].flatMap(([hub, held]) => {
    const file = claims.get(hub)?.view.filePeers;
    const names = held.flatMap((key) => file?.get(key)?.name ?? []);
    const other = names.find((name) => name !== facts.peer.name);
    return other === undefined ? [] : [{ path: `${hub}.name`, before: other, after: facts.peer.name }];
  });
}

function actionOf(facts: PeerFacts, shapes: readonly PeerShapes[], { claims, keys }: Context): Action {
  const isPresent = shapes.some(({ file, live }) => file !== null || (live ?? null) !== null);
  if (!isPresent) return "create";
  if (shapes.every(({ wanted }) => wanted === null)) return facts.at.length > 0 ? "stop" : "delete";
  const isUnmarked = [...(keys.get(facts.peer.name) ?? [])].some(([hub, held]) =>
    held.some((key) => isUnmarkedAt(claims.get(hub)?.view, key)),
  );
  if (isUnmarked) return "adopt";
  return shapes.some((shape) => isKeyReplaced(shape, claims.get(shape.hub)?.view)) ? "replace" : "update";
}

function isUnmarkedAt(view: HubView | undefined, key: string): boolean {
  const owner = view?.owners.get(key);
  return owner?.kind === "declared" && !owner.isMarked;
}

/**
 * The key that holds the peer's addresses gives way to one that no client has shaken hands with: whoever has the old
 * one is cut off. A `file` host sees no handshakes; there it counts that the key was offered.
 */
function isKeyReplaced({ file, live, wanted }: PeerShapes, view: HubView | undefined): boolean {
  const had = file ?? live ?? null;
  const next = wanted?.["publicKey"];
  if (had === null || typeof next !== "string") return false;
  const holders = keysWithAddresses(had);
  if (holders.length === 0 || holders.includes(next)) return false;
  const seesHandshakes = view?.hasInterface === true && view.snapshot.live !== null;
  if (seesHandshakes) return (view.livePeers.get(next)?.latestHandshake ?? 0) === 0;
  return view?.filePeers.has(next) !== true;
}

function blockFinding({ peer }: PeerFacts, { code, message, next, path }: PeerBlock): Finding {
  return { severity: "held", code, message, hint: next, resource: peer, path };
}

function reasonOf(
  facts: PeerFacts,
  shapes: readonly PeerShapes[],
  facets: { readonly access: Access; readonly action: Action; readonly isRenamed: boolean },
): string {
  if (facets.access === "suspended") return "suspended: off the hub, its address stays its own";
  if (facets.access === "expired")
    return `expired at ${facts.peer.spec.expiresAt ?? ""}: off the hub, its address stays its own`;
  if (facets.action === "create") return "declared, not on the hub";
  if (facets.action === "adopt") return "declared, and live without Reeve's marker: it becomes Reeve's";
  const edited = shapes.flatMap(handEdit);
  if (edited.length > 0) return edited.join("; ");
  if (shapes.some((shape) => isSwitch(facts, shape))) return "the client has switched to its next key";
  return facets.isRenamed && shapes.every(isInSync)
    ? "renamed: same key, nothing moves"
    : "the declaration has changed";
}

/** File and interface disagree: one of them is as declared, so the other was changed by hand (or forgot, at a restart). */
function handEdit({ hub, file, live, wanted }: PeerShapes): readonly string[] {
  const same = (a: PeerShape, b: PeerShape): boolean => JSON.stringify(a) === JSON.stringify(b);
  if (live === undefined || same(file, live)) return [];
  if (same(file, wanted)) return [`${hub}: the live interface differs from its file: changed by hand, or restarted`];
  if (same(live, wanted)) return [`${hub}: the file was edited by hand`];
  return [`${hub}: file and live interface differ from each other and from the declaration`];
}

function isSwitch({ peer }: PeerFacts, { file, wanted }: PeerShapes): boolean {
  return peer.spec.nextPublicKey !== undefined && file !== null && wanted?.["publicKey"] === peer.spec.nextPublicKey;
}

function basisOf(shapes: readonly PeerShapes[]): Json {
  return shapes.map(({ hub, file, live }) => ({ hub, file, live: live ?? null }));
}

/** With what is written and not shown: where the preshared key comes from, and where the hub is to dial. */
function declaredBasis({ peer, presharedFrom }: PeerFacts, shapes: readonly PeerShapes[]): Json {
  const source = presharedFrom === null ? null : { ...presharedFrom };
  return { at: basisOf(shapes), presharedKeyFrom: source, endpoint: peer.spec.endpoint ?? null };
}

/** A peer with Reeve's marker that no document declares. */
function removal(name: string, claims: Claims, keys: KeysByPeer): ChangeDraft | null {
  const shapes = [...(keys.get(name) ?? [])].flatMap(([hub, held]) => {
    const view = claims.get(hub)?.view;
    return view === undefined || view.facts.hub.spec.retired ? [] : [shapePeer(view, held, [])];
  });
  if (shapes.length === 0) return null;
  return {
    address: addressOf("WireGuardPeer", name),
    kind: "WireGuardPeer",
    name,
    action: "delete",
    fields: shapes.flatMap(shapeFields),
    reason: "its document is gone",
    disruption: "destroys",
    impact: [`${name} loses access at ${shapes.map((shape) => shape.hub).join(", ")}`],
    waitsFor: [],
    source: null,
    basis: basisOf(shapes),
  };
}
