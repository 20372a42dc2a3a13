import type { FilePeer, HubSnapshot, LivePeer, PeerEntry, PublicKey } from "./model.ts";
import type { HubFacts, PeerFacts, Topology } from "./topology.ts";

/** A hub as read, indexed for comparison. */
export interface HubView {
  readonly facts: HubFacts;
  readonly name: string;
  readonly snapshot: HubSnapshot;
  /** False for `file` hosts. */
  readonly hasInterface: boolean;
  readonly filePeers: ReadonlyMap<PublicKey, FilePeer>;
  readonly livePeers: ReadonlyMap<PublicKey, LivePeer>;
  /** Whose each key is that the file or the interface holds. */
  readonly owners: ReadonlyMap<PublicKey, Owner>;
  /** Names of all declared peers. */
  readonly declaredNames: ReadonlySet<string>;
}

/**
 * `declared`: the key stands in a peer's document. `marked`: Reeve's own comment names a peer for it. `foreign`: nobody
 * here made it, so it is reported and never touched (law 4).
 */
type Owner =
  | { readonly kind: "declared"; readonly name: string; readonly isMarked: boolean }
  | { readonly kind: "marked"; readonly name: string }
  | { readonly kind: "foreign" };

export function viewHub(facts: HubFacts, snapshot: HubSnapshot, declared: DeclaredKeys): HubView {
  const name = facts.hub.name;
  const filePeers = indexByKey(snapshot.file?.peers ?? []);
  const livePeers = indexByKey(snapshot.live?.peers ?? []);
  const leaving = new Map(snapshot.file?.leaving.peers.map((peer) => [peer.publicKey, peer.name]));
  const isOurFile = snapshot.file?.marker !== null && snapshot.file?.marker !== undefined;
  const owners = new Map<PublicKey, Owner>();
  for (const key of new Set([...filePeers.keys(), ...livePeers.keys()])) {
    const inFile = filePeers.get(key);
    const marker = inFile === undefined ? leaving.get(key) : inFile.name;
    const marked = isOurFile ? (marker ?? null) : null;
    owners.set(key, ownerOf(declared.get(key), marked, name));
  }
  const hasInterface = facts.hub.spec.host.file === undefined;
  const declaredNames = new Set([...declared.values()].map((owner) => owner.name));
  return { facts, name, snapshot, hasInterface, filePeers, livePeers, owners, declaredNames };
}

/** Which declared peer each key (present or next) belongs to, and at which hubs. */
export type DeclaredKeys = ReadonlyMap<PublicKey, { readonly name: string; readonly hubs: ReadonlySet<string> }>;

export function declaredKeys(topology: Topology): DeclaredKeys {
  return new Map(topology.peers.flatMap((facts) => keysOf(facts)));
}

function keysOf(facts: PeerFacts): readonly (readonly [PublicKey, { name: string; hubs: ReadonlySet<string> }])[] {
  const { publicKey, nextPublicKey } = facts.peer.spec;
  const owner = { name: facts.peer.name, hubs: new Set(facts.at.map((at) => at.hub)) };
  return nextPublicKey === undefined
    ? [[publicKey, owner]]
    : [
        [publicKey, owner],
        [nextPublicKey, owner],
      ];
}

/** A declared key counts where its peer belongs, or where Reeve's marker shows that it once did. */
function ownerOf(
  declared: { name: string; hubs: ReadonlySet<string> } | undefined,
  marked: string | null,
  hub: string,
): Owner {
  if (declared !== undefined && (marked !== null || declared.hubs.has(hub))) {
    return { kind: "declared", name: declared.name, isMarked: marked !== null };
  }
  return marked === null ? { kind: "foreign" } : { kind: "marked", name: marked };
}

function indexByKey<T extends PeerEntry>(peers: readonly T[]): ReadonlyMap<PublicKey, T> {
  return new Map(peers.map((peer) => [peer.publicKey, peer]));
}
