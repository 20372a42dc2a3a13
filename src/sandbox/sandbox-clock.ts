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
 * moved the time past it. Where time moves by hand alone, a sleep takes as long as on the machine's clock and passes for
 * the sleeper only, so that nobody waits for ever and rates are kept (the throttle there counts real time).
 */
export function sandboxClock(time: SandboxTime): Clock {
  let slept = 0;
  const now = (): number => Math.max(time.now(), slept);
  return {
    now: () => new Date(now()),
    sleep: async (milliseconds, signal) => {
      const due = now() + milliseconds;
      const realDue = performance.now() + milliseconds;
      const left = (): number => (time.factor === 0 ? realDue - performance.now() : (due - now()) / time.factor);
      const options = signal === undefined ? {} : { signal };
      signal?.throwIfAborted();
      while (now() < due && left() > 0) {
        await setTimeout(Math.max(1, Math.min(left(), LOOK_MS)), undefined, options);
      }
      if (time.factor === 0) slept = Math.max(slept, due);
    },
  };
}
