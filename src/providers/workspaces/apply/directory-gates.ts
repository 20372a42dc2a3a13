import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import { ERRORS_TO_STOP } from "../guard-creation.ts";
import type { LiveDesktop } from "../model.ts";

/** One breaker a directory: desktops that end in ERROR one after another close it to more of them. */
export interface DirectoryGates {
  isOpen(directoryId: string): boolean;
  /** A new desktop has come to rest. */
  note(desktop: LiveDesktop): Promise<void>;
}

/** So many milliseconds a directory stays closed: longer than any apply. */
const CLOSED_MS = 86_400_000;

export function createDirectoryGates(): DirectoryGates {
  const breakers = new Map<string, CircuitBreakerPolicy>();
  return {
    isOpen: (directoryId) => breakers.get(directoryId)?.state !== CircuitState.Open,
    note: async ({ directoryId, id, state }) => {
      const breaker = breakers.get(directoryId) ?? directoryBreaker();
      breakers.set(directoryId, breaker);
      const report = () => (state === "ERROR" ? Promise.reject(new Error(id)) : Promise.resolve());
      await breaker.execute(report).catch(() => undefined);
    },
  };
}

function directoryBreaker(): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, { halfOpenAfter: CLOSED_MS, breaker: new ConsecutiveBreaker(ERRORS_TO_STOP) });
}
