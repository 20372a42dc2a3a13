import { addressOf, type Finding } from "../../estate/resource.ts";
import type { ChangeDraft, Foreign } from "../../plan/change.ts";
import type { HubView } from "./hub-view.ts";
import { shapeFields, shapePeer } from "./peer-shape.ts";
import { unmanagedName } from "./unmanaged-name.ts";

/** Peers of one hub that nobody here made, and what is done about them. */
export interface ForeignComparison {
  readonly foreign: readonly Foreign[];
  readonly changes: readonly ChangeDraft[];
  readonly findings: readonly Finding[];
}

/** The foreign keys that this plan takes off the hub: only where the hub says so, and only within its bound. */
export function prunedKeys(view: HubView): ReadonlySet<string> {
  const { unmanaged, prune } = view.facts.hub.spec.peers;
  const keys = foreignKeys(view);
  return new Set(unmanaged === "prune" && keys.length <= prune.atMost ? keys : []);
}

export function compareForeign(view: HubView): ForeignComparison {
  const pruned = prunedKeys(view);
  const keys = foreignKeys(view);
  const { unmanaged, prune } = view.facts.hub.spec.peers;
  const isOverBound = unmanaged === "prune" && keys.length > prune.atMost;
  return {
    foreign: keys.filter((key) => !pruned.has(key)).map((key) => describeForeign(view, key)),
    changes: [...pruned].map((key) => pruneDraft(view, key)),
    findings: isOverBound ? [overBound(view, keys.length, prune.atMost)] : [],
  };
}

function foreignKeys(view: HubView): readonly string[] {
  return [...view.owners].flatMap(([key, owner]) => (owner.kind === "foreign" ? [key] : [])).toSorted();
}

function describeForeign(view: HubView, key: string): Foreign {
  const entry = view.livePeers.get(key) ?? view.filePeers.get(key);
  const where = view.livePeers.has(key)
    ? view.filePeers.has(key)
      ? "live and in the file"
      : "live only"
    : "in the file only";
  return {
    kind: "WireGuardPeer",
    what: `peer ${key.slice(0, 8)}… (${entry?.allowedIps.join(", ") || "no addresses"}), ${where}`,
    suggestedName: unmanagedName(key),
    where: view.name,
  };
}

function pruneDraft(view: HubView, key: string): ChangeDraft {
  const name = unmanagedName(key);
  const shapes = shapePeer(view, [key], []);
  return {
    address: addressOf("WireGuardPeer", name),
    kind: "WireGuardPeer",
    name,
    action: "prune",
    fields: shapeFields(shapes),
    reason: `undeclared, and ${view.name} prunes what nobody declares`,
    disruption: "destroys",
    impact: [`whoever uses ${key.slice(0, 8)}… loses access at ${view.name}`],
    waitsFor: [],
    source: null,
    basis: { key, file: shapes.file, live: shapes.live ?? null },
  };
}

function overBound(view: HubView, count: number, atMost: number): Finding {
  return {
    severity: "warning",
    code: "prune-bound",
    message: `${view.name} has ${count} undeclared peers, more than it may prune at once (${atMost}): none is pruned`,
    hint: "adopt those that belong (reeve import), or raise spec.peers.prune.atMost in a reviewed change",
    resource: view.facts.hub,
    path: ["spec", "peers", "prune", "atMost"],
  };
}
