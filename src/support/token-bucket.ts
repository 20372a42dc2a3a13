import type { Clock } from "./clock.ts";

/** Lets calls out at a steady rate, with bursts after a pause. First come, first served. */
export interface TokenBucket {
  /** Resolves when the caller may go. Rejects with the signal's reason when it is aborted meanwhile. */
  take(signal?: AbortSignal): Promise<void>;
  /** The other side said "too fast": its bucket is empty, so this one is too. */
  slowDown(): void;
}

export interface BucketOptions {
  readonly perSecond: number;
  readonly burst: number;
  readonly clock: Clock;
}

/**
 * Each caller reserves its instant at once, so that the order is that of the calls and no caller starves (the generic cell
 * rate algorithm: one number says all about the bucket). The instant of a caller that gives up stays unused.
 */
export function createTokenBucket({ perSecond, burst, clock }: BucketOptions): TokenBucket {
  const interval = 1000 / perSecond;
  const tolerance = interval * (burst - 1);
  let due = 0;
  return {
    take: async (signal) => {
      const now = clock.now().getTime();
      const start = Math.max(now, due - tolerance);
      due = Math.max(due, now) + interval;
      if (start > now) await clock.sleep(start - now, signal);
      else signal?.throwIfAborted();
    },
    slowDown: () => {
      due = Math.max(due, clock.now().getTime() + tolerance + interval);
    },
  };
}
