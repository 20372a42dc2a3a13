import { compareIps, type IpAddress, type IpRange } from "./ip.ts";

/** Ranges that may overlap, sorted so that a look-up need not walk them all. */
export interface RangeIndex<Entry> {
  readonly entries: readonly Entry[];
  readonly ranges: readonly IpRange[];
  /** For each place the highest end among the ranges of its family up to there. */
  readonly highest: readonly bigint[];
}

export function indexRanges<Entry extends { readonly range: IpRange }>(entries: readonly Entry[]): RangeIndex<Entry> {
  const sorted = entries.toSorted((a, b) => compareIps(firstOf(a.range), firstOf(b.range)));
  const ranges = sorted.map(({ range }) => range);
  const highest: bigint[] = [];
  ranges.forEach((range, place) => {
    const before = ranges[place - 1]?.family === range.family ? (highest[place - 1] ?? 0n) : 0n;
    highest.push(before > range.last ? before : range.last);
  });
  return { entries: sorted, ranges, highest };
}

/** The entry that holds `address` and that `accepts` takes, nearest by its start; null for none. */
export function findEntry<Entry>(
  index: RangeIndex<Entry>,
  address: IpAddress,
  accepts: (entry: Entry) => boolean,
): Entry | null {
  for (let place = lastStartingAt(index.ranges, address); place >= 0; place -= 1) {
    const range = index.ranges[place];
    if (range?.family !== address.family || (index.highest[place] ?? 0n) < address.value) return null;
    const entry = index.entries[place];
    if (entry !== undefined && range.last >= address.value && accepts(entry)) return entry;
  }
  return null;
}

/** The place of the last range that starts at or before `address`; -1 for none. */
function lastStartingAt(ranges: readonly IpRange[], address: IpAddress): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range !== undefined && compareIps(firstOf(range), address) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function firstOf(range: IpRange): IpAddress {
  return { family: range.family, value: range.first };
}
