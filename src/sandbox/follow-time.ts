import type { SandboxTime } from "./sandbox-clock.ts";

export interface FollowedTime extends SandboxTime {
  stop(): void;
}

const ASK_MS = 250;

/**
 * The time of stand-ins in another process: asked for at the beginning and four times a second from then on, so that an
 * `advance` there is soon known here. An answer is late by its way over the wire, never early: the furthest one is right,
 * unless it is behind by more than any way takes, and then the world there has begun anew.
 */
export async function followTime(endpoint: string): Promise<FollowedTime> {
  let { now: base, factor } = await askTime(endpoint);
  let anchor = performance.now();
  const now = (): number => Math.floor(base + (performance.now() - anchor) * factor);
  const follow = async (): Promise<void> => {
    const there = await askTime(endpoint);
    const isLate = there.now < now() && there.now > now() - there.factor * 1000;
    if (isLate) return;
    base = there.now;
    factor = there.factor;
    anchor = performance.now();
  };
  // One that has ended says so to the next call, in better words than a clock could find.
  const timer = setInterval(() => void follow().catch(() => undefined), ASK_MS);
  timer.unref();
  return {
    now,
    get factor() {
      return factor;
    },
    stop: () => clearInterval(timer),
  };
}

async function askTime(endpoint: string): Promise<{ readonly now: number; readonly factor: number }> {
  const response = await fetch(`${endpoint}/_sandbox/time`, { signal: AbortSignal.timeout(5000) });
  const { now, factor } = (await response.json()) as { readonly now: string; readonly factor: number };
  return { now: Date.parse(now), factor };
}
