const DAY_MS = 86_400_000;

/** Half a year: AWS changes prices of a region without notice, and a figure that old may be another one by now. */
const STALE_AFTER_DAYS = 180;

/**
 * A warning where the oldest of the prices used is older than `STALE_AFTER_DAYS`, else null. The text names the day and no
 * age, so that two plans of the same facts on two days are the same bytes.
 */
export function staleWarning(priceDates: readonly string[], now: Date): string | null {
  const oldest = priceDates.toSorted()[0];
  if (oldest === undefined || now.getTime() <= staleAt(oldest).getTime()) return null;
  return `prices are of ${oldest}, more than ${STALE_AFTER_DAYS} days ago: costs are a guide, not a bill`;
}

/** The instant from which prices of a day are stale. */
export function staleAt(priceDate: string): Date {
  return new Date(Date.parse(`${priceDate}T00:00:00Z`) + STALE_AFTER_DAYS * DAY_MS);
}
