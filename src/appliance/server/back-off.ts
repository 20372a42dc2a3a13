/** How long to wait after trouble: twice as long each time, spread, and never less than the server asked for. */
const FIRST_S = 2;
const MOST_S = 300;

export interface Waiting {
  /** Troubles in a row, this one counted. */
  readonly failures: number;
  /** Seconds that the server asked for. */
  readonly retryAfter: number | null;
  /** Of [0, 1). */
  readonly random: number;
  readonly mostSeconds?: number;
}

/** Milliseconds. A server that comes back is not met by everybody at once. */
export function backOff({ failures, retryAfter, random, mostSeconds = MOST_S }: Waiting): number {
  const full = Math.min(mostSeconds, FIRST_S * 2 ** Math.min(failures - 1, 20));
  const spread = full * (0.5 + random / 2);
  return Math.round(1000 * Math.max(spread, (retryAfter ?? 0) * (1 + random / 10)));
}
