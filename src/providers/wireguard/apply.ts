import pLimit from "p-limit";
import type { Change } from "../../plan/change.ts";
import type { Outcome } from "../../plan/outcome.ts";
import type { Session, Work } from "../provider.ts";
import { prunedKeys } from "./compare-foreign.ts";
import { compareHub } from "./compare-hub.ts";
import { type DeclaredKeys, declaredKeys, type HubView, viewHub } from "./hub-view.ts";
import { type HubBatch, planWrite, stolenPrefixes } from "./hub-write.ts";
import type { HubReading, HubTrouble, HubWriter, PeerEntry, WireGuardObservation } from "./model.ts";
import { presharedSource, questionOf } from "./observe.ts";
import { isInSync, shapePeer } from "./peer-shape.ts";
import { type PeerFacts, resolveTopology, type Topology } from "./topology.ts";
import { unmanagedName } from "./unmanaged-name.ts";
import { wantedEntries } from "./wanted.ts";

/** Hubs written at the same time; each has its own connection. */
const HUBS_AT_ONCE = 16;

/** What became of one change at one hub. */
type HubResult = { readonly hub: string; readonly trouble: HubTrouble | null };

interface Applying {
  readonly work: Work<WireGuardObservation>;
  readonly writer: HubWriter;
  readonly session: Session;
  readonly topology: Topology;
  readonly declared: DeclaredKeys;
  readonly peers: ReadonlyMap<string, PeerFacts>;
}

/** One write a hub, all hubs at once; then one outcome a change, from what its hubs answered. */
export async function* applyWireGuard(
  work: Work<WireGuardObservation>,
  writer: HubWriter,
  session: Session,
): AsyncIterable<Outcome> {
  const topology = resolveTopology(work.desired);
  const peers = new Map(topology.peers.map((facts) => [facts.peer.name, facts]));
  const applying: Applying = { work, writer, session, topology, declared: declaredKeys(topology), peers };
  const results = new Map<string, HubResult[]>(work.changes.map((change) => [change.address, []]));
  const limit = pLimit(HUBS_AT_ONCE);
  const batches = hubBatches(applying);
  let done = 0;
  await Promise.all(
    batches.map((batch) =>
      limit(async () => {
        session.progress.step(`writing hub ${batch.view.name}`, { done, of: batches.length });
        for (const [address, result] of await writeBatch(batch, applying)) results.get(address)?.push(result);
        done += 1;
      }),
    ),
  );
  for (const change of work.changes) yield outcomeOf(change, results.get(change.address) ?? []);
}

/** The changes, gathered by the hubs they touch. */
function hubBatches({ work, topology, declared, peers, session }: Applying): readonly HubBatch[] {
  return [...topology.hubs.values()].flatMap((facts) => {
    const reading = work.observation.readings.get(facts.hub.name);
    if (reading === undefined || !("snapshot" in reading)) return [];
    const view = viewHub(facts, reading.snapshot, declared);
    const names = namesAt(view, topology);
    const hubChange = work.changes.find((change) => change.address === facts.hub.address) ?? null;
    const peerChanges = work.changes.filter((change) => change.kind === "WireGuardPeer" && names.has(change.name));
    if (hubChange === null && peerChanges.length === 0) return [];
    const presharedOf = (peer: PeerFacts) => presharedSource(peer.presharedFrom, session.environment);
    const { resolved } = work.observation;
    return [
      { view, estate: work.desired.estate.name, hubChange, peerChanges, peers, presharedOf, resolved, now: work.now },
    ];
  });
}

/** The names of everything this hub holds or should hold; what it prunes by the name it is pruned under. */
function namesAt(view: HubView, topology: Topology): ReadonlySet<string> {
  const declared = (topology.peersOf.get(view.name) ?? []).map(({ facts }) => facts.peer.name);
  const held = [...view.owners.values()].flatMap((owner) => (owner.kind === "foreign" ? [] : [owner.name]));
  return new Set([...declared, ...held, ...[...prunedKeys(view)].map(unmanagedName)]);
}

async function writeBatch(batch: HubBatch, applying: Applying): Promise<ReadonlyMap<string, HubResult>> {
  const hub = batch.view.name;
  const changes = [...(batch.hubChange === null ? [] : [batch.hubChange]), ...batch.peerChanges];
  if (applying.session.signal.aborted) return new Map();
  const stolen = stolenPrefixes(batch);
  const honest = { ...batch, peerChanges: batch.peerChanges.filter((change) => !stolen.has(change.name)) };
  const troubleOf = judge(await send(honest, applying), honest, applying.declared);
  return new Map(
    changes.map((change) => {
      const prefix = stolen.get(change.name);
      return [change.address, { hub, trouble: prefix === undefined ? troubleOf(change) : theft(hub, prefix) }];
    }),
  );
}

function send(batch: HubBatch, { writer, topology, session }: Applying): Promise<HubReading> {
  const { facts, snapshot } = batch.view;
  const question = questionOf(facts, topology, session);
  return batch.hubChange?.action === "delete"
    ? writer.retire(facts.hub, snapshot.fingerprint, question)
    : writer.write(facts.hub, planWrite(batch), question);
}

/** A write counts as done when the hub, read back, is as it should be. */
function judge(reading: HubReading, batch: HubBatch, declared: DeclaredKeys): (change: Change) => HubTrouble | null {
  if ("trouble" in reading) return () => reading.trouble;
  const view = viewHub(batch.view.facts, reading.snapshot, declared);
  const held = keysByName(view);
  return (change) => {
    const isAsWanted =
      change.kind === "WireGuardHub"
        ? compareHub(view, []).change === null
        : isInSync(shapePeer(view, held.get(change.name) ?? [], wantedOf(change, batch)));
    return isAsWanted ? null : unlike(view);
  };
}

function keysByName(view: HubView): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  for (const [key, owner] of view.owners) {
    const name = owner.kind === "foreign" ? unmanagedName(key) : owner.name;
    const known = keys.get(name);
    if (known === undefined) keys.set(name, [key]);
    else known.push(key);
  }
  return keys;
}

function wantedOf(change: Change, batch: HubBatch): readonly PeerEntry[] {
  const facts = batch.peers.get(change.name);
  const at = facts?.at.find((one) => one.hub === batch.view.name);
  return facts === undefined || at === undefined ? [] : wantedEntries({ facts, at }, batch.view, batch.now);
}

function unlike({ snapshot }: HubView): HubTrouble {
  const said = snapshot.troubles.filter((trouble) => trouble.about === "write").map((trouble) => trouble.message);
  return {
    failure: "retryable",
    message: said.length === 0 ? "read back, it is not as it was written" : said.join("; "),
    next: "plan again: it shows what is different",
  };
}

function theft(hub: string, prefix: string): HubTrouble {
  return {
    failure: "conflict",
    message: `${prefix} is still held by another peer at ${hub}, whose own change was not carried out`,
    next: "plan again and apply both changes together",
  };
}

function outcomeOf(change: Change, results: readonly HubResult[]): Outcome {
  const { address } = change;
  const failed = results.filter((result) => result.trouble !== null);
  const hubs = results.map((result) => result.hub).toSorted();
  if (results.length === 0) {
    return {
      status: "skipped",
      address,
      message: "stopped before it began",
      next: "apply again: it carries on from here",
    };
  }
  const [first] = failed;
  if (first?.trouble == null) return { status: "done", address, message: `at ${hubs.join(", ")}` };
  const done = results.filter((result) => result.trouble === null).map((result) => result.hub);
  const partly = done.length === 0 ? "" : ` (done at ${done.toSorted().join(", ")})`;
  const message = failed.map(({ hub, trouble }) => `${hub}: ${trouble?.message ?? ""}`).join("; ");
  return {
    status: "failed",
    address,
    failure: first.trouble.failure,
    message: `${message}${partly}`,
    next: first.trouble.next,
  };
}
