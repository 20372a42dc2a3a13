import type { Path } from "../../estate/resource.ts";
import type { Blocked } from "../../plan/change.ts";
import { contains } from "./claims.ts";
import type { HubView } from "./hub-view.ts";
import { canonicalPrefix, overlaps, parseNetwork } from "./ip.ts";

/** Why a hub's change is held, and where its document says so. */
export interface HubBlock extends Blocked {
  readonly path: Path;
}

/** Consents that a reviewed annotation of the hub gives, by name. */
export const CONSENT = {
  adopt: "reeve.dev/adopt",
  listenPort: "reeve.dev/confirm-listen-port",
  key: "reeve.dev/confirm-key",
  allowEmpty: "reeve.dev/allow-empty",
} as const;

/** The first thing that forbids changing this hub, or null. From the refusal list in docs/wireguard.md. */
export function hubBlock(view: HubView): HubBlock | null {
  return (
    unadopted(view) ??
    pinnedKey(view) ??
    keyChange(view) ??
    portChange(view) ??
    shrink(view) ??
    lockOut(view) ??
    brokenKey(view)
  );
}

function consents(view: HubView, consent: string, value: string): boolean {
  return view.facts.hub.annotations[consent] === value;
}

function unadopted(view: HubView): HubBlock | null {
  const { file, live } = view.snapshot;
  const isThere = file === null ? live !== null : file.marker === null;
  if (!isThere || consents(view, CONSENT.adopt, "true")) return null;
  const hooks =
    file === null || file.unknownKeys.length === 0 ? "" : `; its lines ${file.unknownKeys.join(", ")} would be dropped`;
  return {
    code: "not-adopted",
    message: `${view.name} is already there and has no marker of Reeve${hooks}`,
    next: `to take it over, annotate the hub with ${CONSENT.adopt}: "true" and have the plan reviewed`,
    path: ["spec", "interface"],
  };
}

function pinnedKey({ facts, snapshot, name }: HubView): HubBlock | null {
  const pinned = facts.hub.spec.publicKey;
  const own = snapshot.publicKey ?? snapshot.file?.publicKey ?? snapshot.live?.publicKey ?? null;
  if (pinned === undefined || pinned === own) return null;
  const path = ["spec", "publicKey"];
  return own === null
    ? {
        code: "hub-key-missing",
        message: `${name} pins a public key, but ${facts.hub.spec.privateKeyFrom.file} is not on the hub`,
        next: "put the private key there, or leave publicKey out and let the hub make one",
        path,
      }
    : {
        code: "hub-key-mismatch",
        message: `${name} pins a public key that is not the hub's own (${own})`,
        next: "find out who changed the key before you pin the new one",
        path,
      };
}

function keyChange(view: HubView): HubBlock | null {
  const { file, publicKey } = view.snapshot;
  if (file === null || file.publicKey === null || publicKey === null || file.publicKey === publicKey) return null;
  if (consents(view, CONSENT.key, publicKey)) return null;
  return {
    code: "confirm-key",
    message: `${view.name}'s key file has another key than its configuration: every session would end and every client file go stale`,
    next: `if this is meant, annotate the hub with ${CONSENT.key}: ${publicKey}; or make a second hub beside it and move the peers`,
    path: ["spec", "privateKeyFrom", "file"],
  };
}

function portChange(view: HubView): HubBlock | null {
  const { file } = view.snapshot;
  const wanted = view.facts.hub.spec.listenPort;
  if (file === null || file.listenPort === null || file.listenPort === wanted) return null;
  const isEdited = file.marker !== null && !file.isIntact;
  if (isEdited || consents(view, CONSENT.listenPort, String(wanted))) return null;
  return {
    code: "confirm-listen-port",
    message: `listenPort changes from ${file.listenPort} to ${wanted}: every client file goes stale`,
    next: `if this is meant, annotate the hub with ${CONSENT.listenPort}: "${wanted}"`,
    path: ["spec", "listenPort"],
  };
}

/** A network may grow around its leases, never shrink or move away from under them. */
function shrink({ facts, snapshot }: HubView): HubBlock | null {
  if (snapshot.file === null || snapshot.file.marker === null || !snapshot.file.isIntact) return null;
  const lost = snapshot.file.addresses
    .flatMap((address) => canonicalPrefix(address) ?? [])
    .find((network) => !facts.networks.some((wanted) => contains(wanted, network)));
  if (lost === undefined) return null;
  return {
    code: "network-shrink",
    message: `${lost} is not inside the declared networks (${facts.networks.join(", ")}): a network may grow, never shrink`,
    next: "make a second hub with the new network beside this one, move the peers, retire this one",
    path: ["spec", "addresses"],
  };
}

function lockOut({ facts, snapshot, name }: HubView): HubBlock | null {
  if (snapshot.live !== null) return null;
  const hit = snapshot.surroundings.find((one) => facts.networks.some((network) => overlapText(network, one.network)));
  if (hit === undefined) return null;
  return {
    code: "lock-out",
    message: `a network of ${name} overlaps ${hit.network} (${hit.what} of the hub's machine)`,
    next: "choose a network that the machine is not in already",
    path: ["spec", "addresses"],
  };
}

function brokenKey({ snapshot }: HubView): HubBlock | null {
  const trouble = snapshot.troubles.find((one) => one.about === "private-key");
  if (trouble === undefined || snapshot.publicKey !== null) return null;
  return {
    code: "bad-key-file",
    message: trouble.message,
    next: "put a WireGuard private key there (wg genkey), or move the file away and let Reeve make one",
    path: ["spec", "privateKeyFrom", "file"],
  };
}

function overlapText(left: string, right: string): boolean {
  const [a, b] = [parseNetwork(left), parseNetwork(right)];
  return a !== null && b !== null && b.network.prefix > 0 && overlaps(a.network, b.network);
}
