/** One declared desktop and everything that is known of it. Pure. */
import { type BundleAnswer, findBundle } from "./bundles.ts";
import { endingsOf } from "./endings.ts";
import { type End, endOf, isAhead, type Phase, phaseOf } from "./lifecycle.ts";
import {
  indexLive,
  isReadable,
  type LiveIndex,
  type Placed,
  type ReadableRegion,
  standingPlace,
} from "./live-index.ts";
import type { LiveBundle, LiveDesktop, PlacementAnswer, WorkspacesObservation } from "./model.ts";
import type { DesktopFacts, DirectoryFacts, Topology } from "./topology.ts";

export interface DesktopView {
  readonly facts: DesktopFacts;
  /** Where it is or goes; null where that cannot be said. */
  readonly directory: DirectoryFacts | null;
  /** Null where its region could not be read. */
  readonly reading: ReadableRegion | null;
  readonly placement: PlacementAnswer | null;
  readonly live: LiveDesktop | null;
  /** Ours under this name at another place: what a replacement would destroy. */
  readonly elsewhere: Placed | null;
  readonly bundle: BundleAnswer | null;
  readonly end: End | null;
  readonly phase: Phase;
  /** When Reeve ended this document's desktop because of its age or disuse; null where it did not. */
  readonly endedAt: Date | null;
  /** Made ahead of its person's first day: stopped, under auto-stop until then. */
  readonly isAhead: boolean;
}

export interface WorldView {
  readonly topology: Topology;
  readonly observation: WorkspacesObservation;
  readonly index: LiveIndex;
  readonly desktops: readonly DesktopView[];
  readonly now: Date;
}

export function viewWorld(topology: Topology, observation: WorkspacesObservation, now: Date): WorldView {
  const index = indexLive(observation.regions, topology.estate);
  const endings = endingsOf(observation, topology);
  const around = { topology, observation, index, now, endings };
  const desktops = topology.desktops.map((facts) => viewDesktop(facts, around));
  return { topology, observation, index, desktops, now };
}

interface Around extends Omit<WorldView, "desktops"> {
  readonly endings: ReadonlyMap<string, Date>;
}

function viewDesktop(facts: DesktopFacts, { topology, observation, index, now, endings }: Around): DesktopView {
  const placement = observation.placements.get(facts.address) ?? null;
  const directory = facts.directory ?? standingPlace(facts, topology, index) ?? chosen(placement, topology);
  const region = directory === null ? undefined : observation.regions.get(directory.region);
  const reading = isReadable(region) ? region : null;
  const live = directory === null ? null : index.at(directory, facts.user);
  const elsewhere = index.named(facts.name).find(({ desktop }) => desktop.id !== live?.id) ?? null;
  const end = endOf(facts, live, live === null ? undefined : reading?.lastUse.get(live.id));
  const bundle =
    directory === null || reading === null || facts.bundle === null
      ? null
      : findBundle(facts.bundle, directory, reading);
  const phase = phaseOf(end, facts, now);
  const endedAt = endings.get(facts.name) ?? null;
  const times = { end, phase, endedAt, isAhead: isAhead(facts, now) };
  return { facts, directory, reading, placement, live, elsewhere, bundle, ...times };
}

function chosen(placement: PlacementAnswer | null, { directories }: Topology): DirectoryFacts | null {
  return placement === null || "refusal" in placement ? null : (directories.get(placement.chosen.directory) ?? null);
}

/** Until its first day a desktop is left stopped, which only auto-stop allows. */
export function wantedMode({ facts, isAhead: ahead }: DesktopView): DesktopFacts["mode"] {
  return ahead ? "auto-stop" : facts.mode;
}

export function wantsStopped({ facts, isAhead: ahead }: DesktopView): boolean {
  return facts.staysStopped || ahead;
}

export function knownBundle({ bundle }: DesktopView): LiveBundle | null {
  return bundle !== null && "id" in bundle ? bundle.bundle : null;
}

/** Everything of ours that a document stands for, by id. */
export function declaredIds({ desktops }: WorldView): ReadonlySet<string> {
  return new Set(desktops.flatMap(({ live, elsewhere }) => [live?.id ?? [], elsewhere?.desktop.id ?? []].flat()));
}
