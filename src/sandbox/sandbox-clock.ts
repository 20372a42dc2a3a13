import { setTimeout } from "node:timers/promises";
import type { Clock } from "../support/clock.ts";

/** How time passes where the stand-ins are, in virtual milliseconds. */
export interface SandboxTime {
  now(): number;
  /** Virtual seconds in a real one; 0: time moves by hand alone. */
  readonly factor: number;
}

/** Long waits look at the time so often, since somebody may move it ahead meanwhile. */
const LOOK_MS = 250;

/**
 * The stand-ins' time for whoever works with them. A sleep takes its share of real time, or ends as soon as somebody has
 * moved the time past it; where time moves by hand alone it takes as long as on the machine's clock, so that nobody waits
 * for ever.
 */
export function sandboxClock(time: SandboxTime): Clock {
  return {
    now: () => new Date(time.now()),
    sleep: async (milliseconds, signal) => {
      const due = time.now() + milliseconds;
      const realDue = performance.now() + milliseconds;
      const left = (): number => (time.factor === 0 ? realDue - performance.now() : (due - time.now()) / time.factor);
      const options = signal === undefined ? {} : { signal };
      signal?.throwIfAborted();
      while (time.now() < due && left() > 0) {
        await setTimeout(Math.max(1, Math.min(left(), LOOK_MS)), undefined, options);
      }
    },
  };
}
