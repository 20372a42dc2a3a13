import type { Finding } from "../../estate/resource.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import type { Comparison, Desired } from "../provider.ts";
import { claimsOf, type HubClaims } from "./claims.ts";
import { compareForeign, prunedKeys } from "./compare-foreign.ts";
import { compareHub } from "./compare-hub.ts";
import { comparePeers } from "./compare-peers.ts";
import { emptiedHubs } from "./emptied-hubs.ts";
import { declaredKeys, type HubView, viewHub } from "./hub-view.ts";
import type { HubTrouble, WireGuardObservation } from "./model.ts";
import { standingsOf } from "./standings.ts";
import { type HubFacts, resolveTopology, type Topology } from "./topology.ts";
import { accessOf } from "./wanted.ts";

/** Desired and live, to changes. Pure. */
export function compareWireGuard(desired: Desired, observation: WireGuardObservation, now: Date): Comparison {
  const topology = resolveTopology(desired);
  const views = readableHubs(topology, observation);
  const claims = new Map<string, HubClaims>(
    views.map((view) => [view.name, claimsOf(view, topology, prunedKeys(view))]),
  );
  const foreign = views.map(compareForeign);
  const hubs = views.map((view) => compareHub(view, activeClients(topology, view.name, now)));
  const peers = comparePeers(topology, claims, { now, observation });
  const emptied = emptiedHubs(views, topology, peers.changes);
  return {
    changes: [
      ...hubs.flatMap(({ change }) => change ?? []),
      ...emptied.changes,
      ...foreign.flatMap((one) => one.changes),
    ].map((draft) => lateRetirement(draft, peers.changes)),
    foreign: foreign.flatMap((one) => one.foreign),
    ignored: hubs.flatMap((one) => one.ignored),
    findings: [
      ...unreadableHubs(topology, observation),
      ...foreignMarkers(views, desired.estate.name),
      ...hubs.flatMap((one) => one.findings),
      ...peers.findings,
      ...emptied.findings,
      ...foreign.flatMap((one) => one.findings),
    ],
    nextChangeAt: nextExpiry(topology, now),
    standings: standingsOf(topology, views, peers, now),
    managed: managedCounts(views),
  };
}

/** Every hub that could be read, indexed. */
export function readableHubs(topology: Topology, { readings }: WireGuardObservation): readonly HubView[] {
  const declared = declaredKeys(topology);
  return [...topology.hubs.values()].flatMap((facts) => {
    const reading = readings.get(facts.hub.name);
    return reading !== undefined && "snapshot" in reading ? [viewHub(facts, reading.snapshot, declared)] : [];
  });
}

function unreadableHubs(topology: Topology, { readings }: WireGuardObservation): readonly Finding[] {
  return [...topology.hubs.values()].flatMap((facts) => {
    const reading = readings.get(facts.hub.name);
    return reading !== undefined && "trouble" in reading ? [unreadable(facts, reading.trouble)] : [];
  });
}

function unreadable({ hub }: HubFacts, { message, next }: HubTrouble): Finding {
  const text = `${hub.name} cannot be read, so nothing about it or its peers is planned: ${message}`;
  return { severity: "held", code: "hub-unreadable", message: text, hint: next, resource: hub, path: ["spec", "host"] };
}

/** A marker of another estate stops everything: two estates would take turns undoing each other (law 4). */
function foreignMarkers(views: readonly HubView[], estate: string): readonly Finding[] {
  return views.flatMap(({ snapshot, facts }) => {
    const owner = snapshot.file?.marker?.estate;
    if (owner === undefined || owner === estate) return [];
    return {
      severity: "error",
      code: "foreign-marker",
      message: `${facts.configFile} belongs to the estate "${owner}"`,
      hint: "retire the hub there first, or give this hub another interface and configuration file",
      resource: facts.hub,
      path: ["spec", "interface"],
    };
  });
}

/** A hub goes after the peers that leave it in the same plan. */
function lateRetirement(draft: ChangeDraft, peers: readonly ChangeDraft[]): ChangeDraft {
  if (draft.kind !== "WireGuardHub" || draft.action !== "delete") return draft;
  const leaving = peers.filter(
    (one) => one.action === "delete" || one.fields.some((field) => field.path.startsWith(draft.name)),
  );
  return { ...draft, dependsOn: leaving.map((one) => one.address) };
}

function activeClients(topology: Topology, hub: string, now: Date): readonly string[] {
  const clients = topology.peersOf.get(hub) ?? [];
  return clients.filter(({ facts }) => accessOf(facts, now) === "active").map(({ facts }) => facts.peer.name);
}

function nextExpiry(topology: Topology, now: Date): Date | null {
  const ahead = topology.peers
    .filter((facts) => accessOf(facts, now) === "active")
    .flatMap((facts) => (facts.expiresAt === null ? [] : [facts.expiresAt.getTime()]));
  return ahead.length === 0 ? null : new Date(ahead.reduce((least, time) => Math.min(least, time)));
}

function managedCounts(views: readonly HubView[]): Readonly<Record<string, number>> {
  const peers = new Set<string>();
  for (const view of views) {
    for (const owner of view.owners.values()) if (owner.kind !== "foreign") peers.add(owner.name);
  }
  const hubs = views.filter(({ snapshot }) => snapshot.file?.marker != null).length;
  return { WireGuardHub: hubs, WireGuardPeer: peers.size };
}
