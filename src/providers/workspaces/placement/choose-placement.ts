import { distanceKm } from "./geography.ts";
import type { Located } from "./near.ts";
import { placeOfRegion } from "./regions.ts";

/** A registered directory that a desktop could go to. Whether it fits (bundle, domain) is decided before. */
export interface PlacementCandidate {
  readonly directory: string;
  readonly region: string;
}

interface RankedPlacement extends PlacementCandidate {
  /** Whole kilometres on the great circle. */
  readonly distanceKm: number;
}

export interface Placement {
  readonly chosen: RankedPlacement;
  /** The others, nearest first. */
  readonly runnersUp: readonly RankedPlacement[];
  /** Candidates in regions whose place is not known: never chosen, named so that nobody wonders. */
  readonly unplaced: readonly PlacementCandidate[];
  /** What the distances are from. */
  readonly from: string;
}

/**
 * The candidate nearest to a place, or null where none is in a region whose place is known. Whole kilometres are compared,
 * so that the last bit of a floating-point sine never decides; equally near ones go by region, then by directory.
 */
export function choosePlacement(near: Located, candidates: readonly PlacementCandidate[]): Placement | null {
  const ranked = candidates.flatMap((candidate) => rank(near, candidate)).toSorted(byDistance);
  const [chosen, ...runnersUp] = ranked;
  if (chosen === undefined) return null;
  const unplaced = candidates.filter(({ region }) => placeOfRegion(region) === null).toSorted(byName);
  return { chosen, runnersUp, unplaced, from: near.words };
}

/** One line for the plan: `us-west-2 (oregon), 281 km from Seattle, WA, US; next: us-east-1 (virginia), 3,695 km`. */
export function describePlacement({ chosen, runnersUp, from }: Placement, shown = 2): string {
  const others = runnersUp.slice(0, shown).map((one) => `${describeCandidate(one)}, ${kilometres(one)}`);
  const next = others.length === 0 ? "" : `; next: ${others.join("; ")}`;
  return `${describeCandidate(chosen)}, ${kilometres(chosen)} from ${from}${next}`;
}

function rank(near: Located, candidate: PlacementCandidate): readonly RankedPlacement[] {
  const place = placeOfRegion(candidate.region);
  return place === null ? [] : [{ ...candidate, distanceKm: Math.round(distanceKm(near.at, place)) }];
}

function byDistance(a: RankedPlacement, b: RankedPlacement): number {
  return a.distanceKm - b.distanceKm || byName(a, b);
}

function byName(a: PlacementCandidate, b: PlacementCandidate): number {
  return compareText(a.region, b.region) || compareText(a.directory, b.directory);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function describeCandidate({ region, directory }: PlacementCandidate): string {
  return `${region} (${directory})`;
}

function kilometres({ distanceKm: distance }: RankedPlacement): string {
  return `${distance.toLocaleString("en-US")} km`;
}
