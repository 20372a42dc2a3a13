/** Hours from UTC to each region's own time, winter time; the window is at night there. */
const OFFSET_HOURS: Readonly<Record<string, number>> = { "us-west-2": -8, "us-east-1": -5, "eu-west-1": 0 };

const DAY_MS = 86_400_000;

/** The next start of the monthly window after `from`: the third Monday, 00:00 of the region's own time. */
export function nextThirdMonday(from: number, region: string): number {
  const offset = (OFFSET_HOURS[region] ?? 0) * 3_600_000;
  const date = new Date(from + offset);
  for (let month = date.getUTCMonth(); ; month += 1) {
    const start = thirdMonday(date.getUTCFullYear(), month) - offset;
    if (start > from) return start;
  }
}

function thirdMonday(year: number, month: number): number {
  const first = new Date(Date.UTC(year, month, 1));
  const toMonday = (8 - first.getUTCDay()) % 7;
  return first.getTime() + (toMonday + 14) * DAY_MS;
}
