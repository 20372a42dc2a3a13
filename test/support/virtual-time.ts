import { setImmediate } from "node:timers/promises";
import type { Calls } from "../../src/support/calls.ts";
import type { Clock } from "../../src/support/clock.ts";

/** Time that passes only while everybody waits: a test of hours takes milliseconds. */
export interface VirtualTime {
  readonly clock: Clock;
  /** Calls that hold time still while they are under way. */
  readonly calls: Calls;
  /** Ends after `milliseconds` of virtual time. */
  at(milliseconds: number, act: () => void): void;
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** Turns of the event loop for which nobody may do anything before time is moved. */
const QUIET_TURNS = 5;

export function createVirtualTime(now: () => Date, advance: (milliseconds: number) => void): VirtualTime {
  const sleepers = new Set<Sleeper>();
  let underWay = 0;
  let quiet = 0;
  let isTurning = false;
  const turn = async (): Promise<void> => {
    isTurning = true;
    while (sleepers.size > 0) {
      await setImmediate();
      quiet = underWay > 0 ? 0 : quiet + 1;
      if (quiet < QUIET_TURNS) continue;
      quiet = 0;
      const next = Math.min(...[...sleepers].map(({ until }) => until));
      advance(Math.max(0, next - now().getTime()));
      for (const sleeper of sleepers) if (sleeper.until <= now().getTime()) sleeper.wake();
    }
    isTurning = false;
  };
  const sleepUntil = (until: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (settle: () => void): void => {
      if (!sleepers.delete(sleeper)) return;
      quiet = 0;
      settle();
    };
    const sleeper: Sleeper = { until, wake: () => leave(resolve) };
    sleepers.add(sleeper);
    signal?.addEventListener("abort", () => leave(() => reject(signal.reason as Error)), { once: true });
    if (!isTurning) void turn();
    return promise;
  };
  return {
    clock: { now, sleep: (milliseconds, signal) => sleepUntil(now().getTime() + milliseconds, signal) },
    calls: {
      send: async (_label, request) => {
        underWay += 1;
        try {
          return await request();
        } finally {
          underWay -= 1;
          quiet = 0;
        }
      },
    },
    at: (milliseconds, act) => void sleepUntil(now().getTime() + milliseconds).then(act),
  };
}
