/** Tries again what may go differently later, until patience ends. */
import type { Clock } from "../../support/clock.ts";
import type { Log } from "../log.ts";
import { backOff } from "./back-off.ts";
import { causeOf, Unreachable } from "./send.ts";
import { Refused } from "./trouble.ts";

export interface Patience {
  readonly patienceMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

const MOST_S = 30;

/** Throws the last trouble once patience is over, and at once what will not pass. */
export async function patiently<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const { clock, random, signal, log } = patience;
  const end = clock.now().getTime() + patience.patienceMs;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const retryAfter = error instanceof Refused ? error.retryAfter : null;
      const wait = backOff({ failures, retryAfter, random: random(), mostSeconds: MOST_S });
      if (clock.now().getTime() + wait > end) throw error;
      log("no-answer", { why: error.message, cause: causeOf(error.cause ?? error), retryInMs: wait }, "warning");
      await clock.sleep(wait, signal);
    }
  }
}

function isPassing(error: unknown): error is Refused | Unreachable {
  return error instanceof Unreachable || (error instanceof Refused && error.isPassing);
}
