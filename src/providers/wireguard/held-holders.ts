import type { Finding } from "../../estate/resource.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import type { HubClaims } from "./claims.ts";
import type { PeerFacts, Topology } from "./topology.ts";

interface Held {
  readonly changes: readonly ChangeDraft[];
  readonly findings: readonly Finding[];
}

/**
 * A peer may have a prefix that another one gives up in the same plan. Where that other's change is held, so is the
 * peer's: to go ahead would steal the prefix. And so on, down the chain.
 */
export function holdFollowers(
  changes: readonly ChangeDraft[],
  topology: Topology,
  claims: ReadonlyMap<string, HubClaims>,
): Held {
  const facts = new Map(topology.peers.map((one) => [one.peer.address as string, one]));
  let held: Held = { changes, findings: [] };
  for (let more = true; more; ) {
    const stuck = new Set(held.changes.filter(({ blocked }) => blocked !== undefined).map(({ name }) => name));
    const next = held.changes.map((draft) =>
      follow(draft, facts.get(draft.address), (one) => waitsOn(one, stuck, claims)),
    );
    more = next.some((one) => one.finding !== null);
    held = {
      changes: next.map(({ draft }) => draft),
      findings: [...held.findings, ...next.flatMap(({ finding }) => finding ?? [])],
    };
  }
  return held;
}

interface Waiting {
  readonly prefix: string;
  readonly holder: string;
}

function follow(
  draft: ChangeDraft,
  facts: PeerFacts | undefined,
  waits: (facts: PeerFacts) => Waiting | null,
): { readonly draft: ChangeDraft; readonly finding: Finding | null } {
  const waiting = facts === undefined || draft.blocked !== undefined || draft.action === "stop" ? null : waits(facts);
  if (facts === undefined || waiting === null) return { draft, finding: null };
  const blocked = {
    code: "address-conflict",
    message: `${waiting.prefix} is still held by WireGuardPeer/${waiting.holder}, whose own change is held`,
    next: `see WireGuardPeer/${waiting.holder}`,
  };
  const { code, message, next: hint } = blocked;
  const finding: Finding = { severity: "held", code, message, hint, resource: facts.peer, path: ["spec", "addresses"] };
  return { draft: { ...draft, blocked }, finding };
}

function waitsOn(
  { peer, at }: PeerFacts,
  stuck: ReadonlySet<string>,
  claims: ReadonlyMap<string, HubClaims>,
): Waiting | null {
  if (stuck.size === 0) return null;
  for (const { hub, allowedIps } of at) {
    const there = claims.get(hub);
    for (const prefix of there === undefined ? [] : allowedIps) {
      const owner = there?.view.owners.get(there.holders.get(prefix) ?? "");
      const holder = owner === undefined || owner.kind === "foreign" ? peer.name : owner.name;
      if (holder !== peer.name && stuck.has(holder)) return { prefix, holder };
    }
  }
  return null;
}
