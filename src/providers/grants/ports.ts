export interface PortRange {
  readonly protocol: "TCP" | "UDP";
  readonly first: number;
  readonly last: number;
}

const WRITTEN = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp))?$/;

/** `80`, `8000-8100`, `53/udp`; null for what is no port or a range that runs backwards. */
export function parsePorts(written: number | string): PortRange | null {
  const match = WRITTEN.exec(String(written));
  if (match === null) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (first < 1 || last > 65_535 || last < first) return null;
  return { protocol: match[3] === "udp" ? "UDP" : "TCP", first, last };
}

/** Sorted, what touches or overlaps made one: equal sets of ports are equal lists. */
export function mergePorts(ranges: readonly PortRange[]): readonly PortRange[] {
  const merged: PortRange[] = [];
  for (const range of ranges.toSorted(comparePorts)) {
    const last = merged.at(-1);
    if (last !== undefined && last.protocol === range.protocol && range.first <= last.last + 1) {
      merged[merged.length - 1] = { ...last, last: Math.max(last.last, range.last) };
    } else merged.push(range);
  }
  return merged;
}

function comparePorts(a: PortRange, b: PortRange): number {
  if (a.protocol !== b.protocol) return a.protocol < b.protocol ? -1 : 1;
  return a.first - b.first || a.last - b.last;
}
