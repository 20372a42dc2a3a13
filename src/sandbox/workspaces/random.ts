/** Where a sequence of chance stands; kept with the world, so that one seed tells one story. */
export interface Chance {
  random: number;
}

/** The next number in [0, 1): mulberry32, whose whole state is one integer. */
function nextRandom(chance: Chance): number {
  chance.random = (chance.random + 0x6d2b79f5) | 0;
  let mixed = Math.imul(chance.random ^ (chance.random >>> 15), 1 | chance.random);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

/** True in `share` of all cases; a share of 0 or 1 draws nothing. */
export function happens(chance: Chance, share: number): boolean {
  return share >= 1 || (share > 0 && nextRandom(chance) < share);
}

/** A whole number in [least, most]. */
export function randomBetween(chance: Chance, least: number, most: number): number {
  return least + Math.floor(nextRandom(chance) * (most - least + 1));
}

/** The same items in another order. */
export function shuffled<Item>(chance: Chance, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, rank: nextRandom(chance) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** `prefix` and nine letters and digits, as the service's ids look. */
export function randomId(chance: Chance, prefix: string): string {
  return `${prefix}${randomText(chance, "0123456789abcdefghijklmnopqrstuvwxyz", 9)}`;
}

export function randomText(chance: Chance, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomBetween(chance, 0, alphabet.length - 1))).join("");
}
