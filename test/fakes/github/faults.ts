import type { OperationName } from "./operations.ts";

/** Every kind, with what it does. */
const FAULT_KINDS = {
  "drop-before": "the connection breaks, nothing is done",
  "drop-after": "it is done, then the connection breaks",
  "error-before": "502, nothing is done",
  "error-after": "it is done, then 502",
  truncated: "it is done, the answer ends in its middle",
  "secondary-limit": "403: too much at once, with retry-after",
  "rate-limit": "403: the hour's requests are used up",
  unavailable: "503, nothing is done",
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

export interface FaultRequest {
  /** `*` is any. */
  readonly operation: OperationName | "*";
  readonly kind: FaultKind;
  /** The call it strikes, counted from now; 1, the default, is the next. */
  readonly nth?: number;
  /** How many calls in a row; 1 when left out. */
  readonly times?: number;
  /** Seconds, for `secondary-limit`; 1 when left out. */
  readonly retryAfter?: number;
}

export interface Faults {
  inject(fault: FaultRequest): void;
  /** The faults that strike this call. Each one that matches counts it; used-up ones are forgotten. */
  strike(operation: OperationName): readonly FaultRequest[];
}

interface Waiting {
  readonly fault: FaultRequest;
  skip: number;
  times: number;
}

export function createFaults(): Faults {
  let waiting: Waiting[] = [];
  return {
    inject: (fault) => {
      waiting.push({ fault, skip: (fault.nth ?? 1) - 1, times: fault.times ?? 1 });
    },
    strike: (operation) => {
      const matching = waiting.filter(({ fault }) => fault.operation === "*" || fault.operation === operation);
      const striking = matching.filter(({ skip }) => skip === 0);
      for (const each of matching) {
        if (each.skip > 0) each.skip -= 1;
        else each.times -= 1;
      }
      waiting = waiting.filter(({ times }) => times > 0);
      return striking.map(({ fault }) => fault);
    },
  };
}
