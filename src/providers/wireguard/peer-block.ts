import type { Path } from "../../estate/resource.ts";
import type { Blocked } from "../../plan/change.ts";
import { findConflict, type HubClaims } from "./claims.ts";
import { resolveEndpoint } from "./endpoints.ts";
import { canonicalPrefix } from "./ip.ts";
import type { WireGuardObservation } from "./model.ts";
import type { PeerFacts } from "./topology.ts";

/** Why a peer's change is held, and where its document says so. */
export interface PeerBlock extends Blocked {
  readonly path: Path;
}

/** The first thing in the live world that forbids a peer what it asks for, or null. */
export function peerBlock(
  facts: PeerFacts,
  claims: ReadonlyMap<string, HubClaims>,
  observation: WireGuardObservation,
): PeerBlock | null {
  return (
    ownKeyBlock(facts, claims) ??
    presharedBlock(facts, claims, observation) ??
    endpointBlock(facts, observation) ??
    conflictBlock(facts, claims)
  );
}

/** A hub ignores itself as a peer without a word. Only the hub knows its key where no document pins it. */
function ownKeyBlock({ peer, at }: PeerFacts, claims: ReadonlyMap<string, HubClaims>): PeerBlock | null {
  for (const field of ["publicKey", "nextPublicKey"] as const) {
    const key = peer.spec[field];
    const hub = at.find((one) => key !== undefined && hasKey(claims.get(one.hub), key));
    if (hub === undefined) continue;
    const message = `this key is the own key of ${hub.hub}: a hub cannot be its own peer`;
    const next = "make a key on the peer's machine: wg genkey | tee private | wg pubkey";
    return { code: "key-of-hub", message, next, path: ["spec", field] };
  }
  return null;
}

function hasKey(hub: HubClaims | undefined, key: string): boolean {
  if (hub === undefined) return false;
  const { publicKey, file, live } = hub.view.snapshot;
  return key === publicKey || key === file?.publicKey || key === live?.publicKey;
}

function conflictBlock(facts: PeerFacts, claims: ReadonlyMap<string, HubClaims>): PeerBlock | null {
  for (const at of facts.at) {
    const hub = claims.get(at.hub);
    const conflict = hub === undefined ? null : findConflict(hub, facts, at);
    if (conflict === null) continue;
    const { code, message, next } = conflict;
    return { code, message, next, path: ["spec", ...conflictPath(facts, conflict.prefix)] };
  }
  return null;
}

function conflictPath({ peer }: PeerFacts, prefix: string): Path {
  const address = peer.spec.addresses.findIndex((text) => canonicalPrefix(text) === prefix);
  if (address >= 0) return ["addresses", address];
  const network = peer.spec.routedNetworks.findIndex((text) => canonicalPrefix(text) === prefix);
  return network >= 0 ? ["routedNetworks", network] : [];
}

function presharedBlock(
  { peer, at, presharedFrom }: PeerFacts,
  claims: ReadonlyMap<string, HubClaims>,
  { missingVariables }: WireGuardObservation,
): PeerBlock | null {
  const path = ["spec", "presharedKeyFrom"];
  if (presharedFrom?.env !== undefined && missingVariables.has(presharedFrom.env)) {
    const message = `the environment variable ${presharedFrom.env} is not set where Reeve runs`;
    return { code: "secret-missing", message, next: "set it to the preshared key (wg genpsk)", path: [...path, "env"] };
  }
  if (presharedFrom === null) return null;
  const { publicKey, nextPublicKey } = peer.spec;
  const troubles = at.flatMap((one) => claims.get(one.hub)?.view.snapshot.troubles ?? []);
  const trouble = troubles.find(({ about }) => about === publicKey || about === nextPublicKey);
  if (trouble === undefined) return null;
  const next = "put a preshared key there on the hub, mode 0600 (wg genpsk)";
  return { code: "secret-missing", message: trouble.message, next, path };
}

function endpointBlock({ peer }: PeerFacts, { resolved }: WireGuardObservation): PeerBlock | null {
  const { endpoint } = peer.spec;
  if (endpoint === undefined || resolveEndpoint(endpoint, resolved) !== null) return null;
  return {
    code: "endpoint-unresolved",
    message: `the name in endpoint ${endpoint} does not resolve where Reeve runs`,
    next: "mend the name, or write the IP address",
    path: ["spec", "endpoint"],
  };
}
