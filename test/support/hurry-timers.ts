/** Bottleneck reckons when the next write may go out by a clock that is not hurried: its waits grow with every write. */
const FASTER = 20_000;

/**
 * Makes Octokit's own waits short until the answer is called: it keeps a pace of one write a second, and waits longer before
 * it tries again. Only how long a test takes hangs on it.
 */
export function hurryTimers(): () => void {
  const slowly = globalThis.setTimeout;
  const fast = (act: (...all: unknown[]) => void, milliseconds = 0, ...more: unknown[]): unknown =>
    slowly(act, isOctokits() ? milliseconds / FASTER : milliseconds, ...more);
  Object.assign(globalThis, { setTimeout: Object.assign(fast, slowly) });
  return () => void Object.assign(globalThis, { setTimeout: slowly });
}

/** All of Octokit's waits are Bottleneck's. */
function isOctokits(): boolean {
  return new Error("who waits").stack?.includes("/bottleneck/") === true;
}
