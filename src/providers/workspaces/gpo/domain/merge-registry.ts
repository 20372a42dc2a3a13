/** Values of one policy among the values of others. Pure. */
import { deletion, isDeletion, placeOf, type RegistryEntry, valueOf } from "../registry-entry.ts";

/** A value's name in the registry, without what it holds. */
export interface Place {
  readonly key: string;
  readonly value: string;
}

/**
 * The entries that a file should hold: others' as they stand and where they stand, the policy's own, and for each place
 * that was the policy's and is not any more the instruction that takes the value away. What is as it should be stays where it
 * is, so that merging twice is merging once, and an editor that orders a file in its own way makes no difference.
 */
export function mergeRegistry(
  found: readonly RegistryEntry[],
  wanted: readonly RegistryEntry[],
  owned: readonly Place[],
): readonly RegistryEntry[] {
  const ours = wantedByPlace(wanted, owned);
  const written = new Set<string>();
  const kept = found.flatMap((entry) => {
    const place = placeOf(entry);
    const own = ours.get(place);
    if (own === undefined) return [entry];
    if (written.has(place)) return [];
    written.add(place);
    return [isSameEntry(entry, own) ? entry : own];
  });
  const missing = [...ours].filter(([place]) => !written.has(place)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [...kept, ...missing.map(([, entry]) => entry)];
}

/** Places of both, each once, sorted: what was a policy's own stays its own, since its value is to stay away. */
export function ownedPlaces(owned: readonly Place[], wanted: readonly RegistryEntry[]): readonly Place[] {
  const places = [...owned, ...wanted.map((entry) => ({ key: entry.key, value: valueOf(entry) }))];
  const unique = new Map(places.map((place) => [nameOf(place), place]));
  return [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

function wantedByPlace(wanted: readonly RegistryEntry[], owned: readonly Place[]): ReadonlyMap<string, RegistryEntry> {
  const gone = owned.map((place) => [nameOf(place), deletion(place.key, place.value)] as const);
  return new Map([...gone, ...wanted.map((entry) => [placeOf(entry), entry] as const)]);
}

function nameOf({ key, value }: Place): string {
  return `${key}\\${value}`.toLowerCase();
}

function isSameEntry(a: RegistryEntry, b: RegistryEntry): boolean {
  if (isDeletion(a) && isDeletion(b)) return true;
  return isDeletion(a) === isDeletion(b) && a.type === b.type && Buffer.compare(a.data, b.data) === 0;
}
