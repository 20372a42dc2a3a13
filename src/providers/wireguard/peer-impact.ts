import type { Action, Disruption } from "../../plan/change.ts";
import { canonicalJson, type Json } from "../../support/json.ts";
import type { PeerShape, PeerShapes } from "./peer-shape.ts";
import type { PeerFacts } from "./topology.ts";

/** What the person at the peer notices, and must do. */
export interface PeerImpact {
  readonly disruption: Disruption;
  readonly impact: readonly string[];
}

/** From the mutability table in docs/wireguard.md. */
export function peerImpact(facts: PeerFacts, shapes: readonly PeerShapes[], action: Action): PeerImpact {
  const name = facts.peer.name;
  if (action === "create") return { disruption: "none", impact: [] };
  if (action === "delete") return { disruption: "destroys", impact: [`${name} loses access`] };
  if (action === "stop") return { disruption: "interrupts", impact: [`${name} loses access until it is let back in`] };
  const impact = shapes.flatMap((shape) => shapeImpact(name, shape));
  if (action === "replace") {
    const cut = `${name} is cut off until its client uses the new key (nextPublicKey avoids that)`;
    return { disruption: "destroys", impact: [cut, ...impact] };
  }
  return { disruption: impact.length > 0 ? "interrupts" : "none", impact: [...impact, ...rotationHint(facts, shapes)] };
}

function shapeImpact(name: string, { hub, file, live, wanted }: PeerShapes): readonly string[] {
  const had = live ?? file;
  if (had === null) return [];
  if (wanted === null) return [`${name} loses access at ${hub}`];
  const kept = addressesOf(wanted);
  const moved = addressesOf(had).some((prefix) => !kept.includes(prefix));
  const rekeyed = differs(had, wanted, "presharedKey");
  return [
    ...(moved ? [`client action required: ${name} gets other addresses at ${hub}; its client file is stale`] : []),
    ...(rekeyed
      ? [
          `client action required: ${name}'s preshared key changes at ${hub}; its session ends within 3 minutes unless its client changes too`,
        ]
      : []),
  ];
}

function differs(a: NonNullable<PeerShape>, b: NonNullable<PeerShape>, field: string): boolean {
  return canonicalJson(a[field] ?? null) !== canonicalJson(b[field] ?? null);
}

/**
 * The tunnel addresses alone, whichever key of the peer holds them: networks behind a peer are no business of its own
 * file, and neither is a rotation that moves them to its next key.
 */
function addressesOf(shape: NonNullable<PeerShape>): readonly string[] {
  const others = shape["otherKeys"];
  const held = [shape, ...(typeof others === "object" && others !== null ? Object.values(others) : [])];
  return held.flatMap(hostPrefixes);
}

function hostPrefixes(settings: Json): readonly string[] {
  if (typeof settings !== "object" || settings === null || !("allowedIps" in settings)) return [];
  const prefixes = settings["allowedIps"];
  return Array.isArray(prefixes) ? prefixes.map(String).filter((prefix) => /\/(32|128)$/.test(prefix)) : [];
}

function rotationHint({ peer }: PeerFacts, shapes: readonly PeerShapes[]): readonly string[] {
  const next = peer.spec.nextPublicKey;
  const isOffered = shapes.some(({ wanted }) => next !== undefined && wanted !== null && wanted["publicKey"] !== next);
  return isOffered
    ? ["the client may switch to its next key when it likes; the plan after that moves its addresses"]
    : [];
}
