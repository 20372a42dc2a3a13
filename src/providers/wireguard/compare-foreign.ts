import { addressOf, type Finding } from "../../estate/resource.ts";
import type { ChangeDraft, Foreign } from "../../plan/change.ts";
import type { HubView } from "./hub-view.ts";
import { shapeFields, shapePeer } from "./peer-shape.ts";
import { unmanagedName } from "./unmanaged-name.ts";

/** Peers of one hub that nobody here made, and what is done about them. */
export interface ForeignComparison {
  readonly foreign: readonly Foreign[];
  readonly findings: readonly Finding[];
}

/** The foreign keys that this plan takes off the hub: only where the hub says so, and only within its bound. */
export function prunedKeys(view: HubView): ReadonlySet<string> {
  const { unmanaged, prune } = view.facts.hub.spec.peers;
  const keys = foreignKeys(view);
  if (unmanaged !== "prune" || keys.length > prune.atMost) return new Set();
  // A peer somebody declared under the name that the key would be pruned by: two changes of one address.
  return new Set(keys.filter((key) => !view.declaredNames.has(unmanagedName(key))));
}

export function compareForeign(view: HubView): ForeignComparison {
  const pruned = prunedKeys(view);
  const keys = foreignKeys(view);
  const { unmanaged, prune } = view.facts.hub.spec.peers;
  const isOverBound = unmanaged === "prune" && keys.length > prune.atMost;
  return {
    foreign: keys.filter((key) => !pruned.has(key)).map((key) => describeForeign(view, key)),
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

/** One change a key, at every hub that prunes it. */
export function prunes(views: readonly HubView[]): readonly ChangeDraft[] {
  const places = views.flatMap((view) => [...prunedKeys(view)].map((key) => ({ key, view })));
  return [...Map.groupBy(places, ({ key }) => key)].map(([key, at]) =>
    pruneDraft(
      key,
      at.map(({ view }) => view),
    ),
  );
}

function pruneDraft(key: string, views: readonly HubView[]): ChangeDraft {
  const name = unmanagedName(key);
  const shapes = views.map((view) => shapePeer(view, [key], []));
  const hubs = views.map((view) => view.name).join(", ");
  return {
    address: addressOf("WireGuardPeer", name),
    kind: "WireGuardPeer",
    name,
    action: "prune",
    fields: shapes.flatMap(shapeFields),
    reason: `undeclared, and pruned where nobody declares it: ${hubs}`,
    disruption: "destroys",
    impact: [`whoever uses ${key.slice(0, 8)}… loses access at ${hubs}`],
    waitsFor: [],
    source: null,
    basis: { key, at: shapes.map(({ hub, file, live }) => ({ hub, file, live: live ?? null })) },
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
