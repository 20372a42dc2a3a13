const FASTER = 200;
const LONG = 100;

/**
 * Makes long timers short until the answer is called: Octokit keeps a pace of one write a second, and waits longer before it
 * tries again. Only how long a test takes hangs on it.
 */
export function hurryTimers(): () => void {
  const slowly = globalThis.setTimeout;
  const fast = (act: (...all: unknown[]) => void, milliseconds = 0, ...more: unknown[]): unknown =>
    slowly(act, milliseconds > LONG ? milliseconds / FASTER : milliseconds, ...more);
  Object.assign(globalThis, { setTimeout: Object.assign(fast, slowly) });
  return () => void Object.assign(globalThis, { setTimeout: slowly });
}
