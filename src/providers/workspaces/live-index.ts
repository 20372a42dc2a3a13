/** What is live, found by place and user or by the document's name. Pure. */
import { fittingDirectories } from "./fitting-directories.ts";
import { ownershipOf, TAGS } from "./markers.ts";
import type { LiveDesktop, RegionReading, WorkspacesObservation } from "./model.ts";
import { isLeaving } from "./states.ts";
import type { DesktopFacts, DirectoryFacts, Topology } from "./topology.ts";

export type ReadableRegion = Extract<RegionReading, { readonly desktops: unknown }>;

/** A desktop and the region it is in. */
export interface Placed {
  readonly region: string;
  readonly desktop: LiveDesktop;
}

export interface LiveIndex {
  /** At most one: a user has one desktop in a directory. */
  at(directory: DirectoryFacts, user: string): LiveDesktop | null;
  /** Ours under a document's name, wherever; leaving ones left out. */
  named(name: string): readonly Placed[];
  /** Every desktop of every region that could be read, sorted by region and id. */
  readonly all: readonly Placed[];
}

export function isReadable(reading: RegionReading | undefined): reading is ReadableRegion {
  return reading !== undefined && "desktops" in reading;
}

export function indexLive(regions: WorkspacesObservation["regions"], estate: string): LiveIndex {
  const readings = [...regions.values()].filter(isReadable);
  const all = readings.flatMap(({ region, desktops }) => desktops.map((desktop) => ({ region, desktop })));
  const byPlace = new Map<string, LiveDesktop>();
  const byName = new Map<string, Placed[]>();
  for (const placed of all) {
    const { region, desktop } = placed;
    const key = placeKey(region, desktop.directoryId, desktop.user);
    const known = byPlace.get(key);
    if (known === undefined || outranks(desktop, known)) byPlace.set(key, desktop);
    if (ownershipOf(desktop.tags, estate) !== "ours" || isLeaving(desktop)) continue;
    const name = desktop.tags[TAGS.name] ?? "";
    const named = byName.get(name);
    if (named === undefined) byName.set(name, [placed]);
    else named.push(placed);
  }
  return {
    at: (directory, user) => byPlace.get(placeKey(directory.region, directory.id, user)) ?? null,
    named: (name) => byName.get(name) ?? [],
    all,
  };
}

/** While AWS migrates or ends a desktop there are two of one user: the one that will stay stands for both. */
function outranks(desktop: LiveDesktop, known: LiveDesktop): boolean {
  if (isLeaving(known) !== isLeaving(desktop)) return isLeaving(known);
  return desktop.state === "PENDING" && known.state !== "PENDING";
}

/** User names are the same in upper and lower case. */
export function placeKey(region: string, directoryId: string, user: string): string {
  return `${region} ${directoryId} ${user.toLowerCase()}`;
}

/**
 * Where a desktop without a named directory stands already: that is never decided anew. Its user's desktop in a directory
 * that does not fit is another document's: where two of one person fit the same directory, both are refused offline.
 */
export function standingPlace(facts: DesktopFacts, topology: Topology, index: LiveIndex): DirectoryFacts | null {
  const [named] = index.named(facts.name);
  const byName = [...topology.directories.values()].find(
    ({ id, region }) => id === named?.desktop.directoryId && region === named.region,
  );
  const fitting = fittingDirectories(facts, topology);
  return byName ?? fitting.find((directory) => index.at(directory, facts.user) !== null) ?? null;
}
