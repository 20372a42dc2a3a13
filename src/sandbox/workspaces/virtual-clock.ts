/** Time inside the stand-in: real time times a factor, moved ahead by hand. It stands still while nobody runs it. */
export interface VirtualClock {
  now(): number;
  readonly factor: number;
  advance(milliseconds: number): void;
  /** Goes to another instant: a world that begins anew. */
  reset(to: number): void;
}

/** `factor` 0 is a clock that only moves by hand. `realNow` is where real time is read. */
export function createVirtualClock(start: number, factor: number, realNow: () => number): VirtualClock {
  let base = start;
  let anchor = realNow();
  return {
    factor,
    now: () => Math.floor(base + (realNow() - anchor) * factor),
    advance: (milliseconds) => {
      base += milliseconds;
    },
    reset: (to) => {
      base = to;
      anchor = realNow();
    },
  };
}
