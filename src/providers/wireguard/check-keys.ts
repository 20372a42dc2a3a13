import type { Finding, Path, Resource } from "../../estate/resource.ts";
import { flawOf, isCanonicalKey, type KeyFlaw, privateHalfOf, publishedAs } from "./keys.ts";
import type { PublicKey } from "./model.ts";
import { type Refusal, refuse, refuseIf } from "./refusal.ts";
import type { Topology } from "./topology.ts";

/** A public key of the estate, and where it stands. */
interface KeyPlace {
  readonly key: PublicKey;
  readonly resource: Resource;
  readonly path: Path;
}

/** A word of 44 characters that could be a key, wherever people write notes. */
const KEY_IN_TEXT = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=(?![A-Za-z0-9+/=])/g;
const PRIVATE_NAME = /(private|preshared|pre-shared|secret)[._/-]?key|passw|^psk$/i;

/** Rules of keys, one by one and across the whole estate. */
export function* checkKeys(topology: Topology): Generator<Finding> {
  const hubKeys = [...topology.hubs.values()].flatMap(({ hub }) => placesIn(hub, { publicKey: hub.spec.publicKey }));
  const peerKeys = topology.peers.flatMap(({ peer }) => {
    const { publicKey, nextPublicKey } = peer.spec;
    return placesIn(peer, { publicKey, nextPublicKey });
  });
  const owners = ownersOf(hubKeys);
  yield* checkSharedHubKeys(hubKeys);
  for (const place of peerKeys) yield* checkUnique(place, owners);
  for (const place of [...hubKeys, ...peerKeys]) yield* checkOne(place, owners);
  yield* checkNotes(topology, owners);
}

function placesIn(resource: Resource, fields: Readonly<Record<string, PublicKey | undefined>>): readonly KeyPlace[] {
  return Object.entries(fields).flatMap(([field, key]) =>
    key === undefined ? [] : [{ key, resource, path: ["spec", field] }],
  );
}

function ownersOf(places: readonly KeyPlace[]): Map<PublicKey, KeyPlace> {
  return new Map(places.toReversed().map((place) => [place.key, place]));
}

/** One key on two hubs means that a private key has travelled. */
function* checkSharedHubKeys(places: readonly KeyPlace[]): Generator<Finding> {
  const owners = ownersOf(places);
  for (const { key, resource, path } of places) {
    const owner = owners.get(key);
    if (owner === undefined || owner.resource === resource) continue;
    yield {
      severity: "warning",
      code: "hub-key-shared",
      message: `${owner.resource.address} has the same key: whoever has one of the hubs has both`,
      hint: "let each hub make its own key",
      resource,
      path,
    };
  }
}

function* checkUnique(place: KeyPlace, owners: Map<PublicKey, KeyPlace>): Generator<Finding> {
  const owner = owners.get(place.key);
  if (owner === undefined) {
    owners.set(place.key, place);
    return;
  }
  const isHub = owner.resource.kind === "WireGuardHub";
  const whose = `${owner.path.at(-1)} of ${owner.resource === place.resource ? "this peer" : owner.resource.address}`;
  yield refuse(place.resource, place.path, {
    code: isHub ? "key-of-hub" : "key-twice",
    message: `this key is already ${whose}`,
    hint: isHub
      ? "a hub cannot be its own peer"
      : "every machine makes its own key: wg genkey | tee private | wg pubkey",
  });
}

function* checkOne({ key, resource, path }: KeyPlace, owners: ReadonlyMap<PublicKey, KeyPlace>): Generator<Finding> {
  const flaw = flawOf(key);
  if (flaw !== null) yield refuse(resource, path, flawRefusal(flaw, key));
  const half = privateHalfOf(key, owners);
  if (half !== null) yield refuse(resource, path, privateKeyRefusal(owners.get(half)));
}

function flawRefusal(flaw: KeyFlaw, key: PublicKey): Refusal {
  switch (flaw) {
    case "low-order":
      return {
        code: "key-low-order",
        message: "a key of low order: whoever knows that it is used can be this peer",
        hint: "no program makes such a key by chance; ask where it came from",
      };
    case "twin":
      return {
        code: "key-twin",
        message:
          "not the canonical spelling of this key: WireGuard would take it for a second peer with the same private key",
        hint: "use the key as wg pubkey prints it",
      };
    case "published":
      return {
        code: "key-published",
        message: `the private half of this key is public: ${publishedAs(key) ?? "an example"}`,
        hint: "make a new key on the machine itself: wg genkey | tee private | wg pubkey",
      };
  }
}

/** Never with the value: it is a secret, if no longer a good one. */
function privateKeyRefusal(owner: KeyPlace | undefined): Refusal {
  const whose = owner === undefined ? "of a published example" : `of ${owner.resource.address}`;
  return {
    code: "private-key",
    message: `this is the private key ${whose}`,
    hint: "replace it: what has been committed is no secret any more. Documents hold what wg pubkey prints",
  };
}

/** A text that somebody wrote beside the facts. */
interface Note {
  readonly resource: Resource;
  readonly path: Path;
  readonly name: string;
  readonly text: string;
}

/** Annotations, labels and reasons are free text, and people paste. */
function* checkNotes(topology: Topology, owners: ReadonlyMap<PublicKey, KeyPlace>): Generator<Finding> {
  const hubs = [...topology.hubs.values()].map(({ hub }) => hub);
  const peers = topology.peers.map(({ peer }) => peer);
  for (const resource of [...hubs, ...peers]) {
    for (const note of notesOf(resource)) yield* checkNote(note, owners);
  }
}

function notesOf(resource: Resource): readonly Note[] {
  return (["annotations", "labels"] as const).flatMap((field) =>
    Object.entries(resource[field]).map(([name, text]) => ({ resource, path: ["metadata", field, name], name, text })),
  );
}

function* checkNote(
  { resource, path, name, text }: Note,
  owners: ReadonlyMap<PublicKey, KeyPlace>,
): Generator<Finding> {
  if (PRIVATE_NAME.test(name)) yield refuse(resource, path, secretName(name));
  for (const [word] of text.matchAll(KEY_IN_TEXT)) yield* refuseIf(resource, path, wordRefusal(word, owners));
}

function wordRefusal(word: string, owners: ReadonlyMap<PublicKey, KeyPlace>): Refusal | null {
  const half = isCanonicalKey(word) ? privateHalfOf(word, owners) : null;
  return half === null ? null : privateKeyRefusal(owners.get(half));
}

function secretName(name: string): Refusal {
  return {
    code: "private-key",
    message: `${name} asks for a secret, and a repository keeps none`,
    hint: "remove it, and replace the secret where it was a real one",
  };
}
