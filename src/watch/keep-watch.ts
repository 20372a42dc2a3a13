/** The daemon's pace: when it looks at the source, when at the world, and what wakes it before. */
import type { Clock } from "../support/clock.ts";
import type { Daemon } from "./daemon.ts";
import type { LastRound } from "./status.ts";

interface Pace {
  /** Milliseconds between two looks at the source, and between two rounds. */
  readonly pollMs: number;
  readonly intervalMs: number;
}

export interface Watching {
  readonly daemon: Daemon;
  readonly pace: Pace;
  /** The daemon's own time. */
  readonly time: Clock;
  /** The world's, in which the instants of a plan are. */
  readonly world: Clock;
  /** From 0 up to 1; for the jitter. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly waker: Waker;
  readonly onRound: (round: LastRound) => void;
}

/** Lets others end a wait: a file that changed, a request of the API. */
export interface Waker {
  /** `round`: even where the documents are the same. */
  wake(what: "look" | "round"): void;
  /** Resolves once there is a wish, or one came since the last was taken. */
  woken(): Promise<void>;
  /** The wish, which is none any more. */
  take(): Wish | null;
}

type Wish = "look" | "round";

export function openWaker(): Waker {
  let wish: Wish | null = null;
  let gate = Promise.withResolvers<void>();
  return {
    wake: (what) => {
      wish = wish === "round" ? wish : what;
      gate.resolve();
    },
    woken: () => gate.promise,
    take: () => {
      const taken = wish;
      wish = null;
      gate = Promise.withResolvers();
      return taken;
    },
  };
}

const FIRST_RETRY_MS = 15_000;
/** A plan's instant is never waited for in one go: clocks are set, hosts sleep. */
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 1000;
/** Looks at a remote that does not answer come no further apart. */
const LONGEST_POLL_MS = 300_000;

/** Until the signal: whatever goes wrong is tried again. */
export async function keepWatch(watching: Watching): Promise<void> {
  const { daemon, signal, time } = watching;
  let failures = 0;
  let roundAt = 0;
  let wish: Wish = "round";
  let isCutShort = false;
  let misses = 0;
  let begunAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const isNew = await daemon.follow();
    misses = isOutOfReach(daemon) ? misses + 1 : 0;
    if (isNew || wish === "round" || time.now().getTime() >= roundAt) {
      begunAt = watching.world.now().getTime();
      const round = await daemon.round();
      watching.onRound(round);
      const { result } = round;
      ({ isCutShort } = round);
      failures = result === "settled" ? 0 : failures + 1;
      roundAt = time.now().getTime() + delayBefore(result, failures, watching);
    }
    wish = isCutShort ? "round" : await wait(watching, { roundAt, begunAt, misses });
  }
}

function isOutOfReach(daemon: Daemon): boolean {
  return daemon.status().troubles.some(({ code }) => code === "unreachable" || code === "follow-failed");
}

function pollDelay({ pace }: Watching, misses: number): number {
  return Math.max(pace.pollMs, Math.min(pace.pollMs * 2 ** Math.min(misses, 10), LONGEST_POLL_MS));
}

function delayBefore(result: LastRound["result"], failures: number, { pace, random }: Watching): number {
  const back = FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10);
  return jitter(result === "settled" ? pace.intervalMs : Math.min(back, pace.intervalMs), random);
}

/** A tenth more or less, so that many daemons do not ask at once. */
function jitter(milliseconds: number, random: () => number): number {
  return Math.round(milliseconds * (0.9 + 0.2 * random()));
}

interface Stand {
  /** When the next round is due, in the daemon's own time. */
  readonly roundAt: number;
  /** When the last round began, in the world's. */
  readonly begunAt: number;
  /** Looks in a row at which the source did not answer. */
  readonly misses: number;
}

async function wait(watching: Watching, { roundAt, begunAt, misses }: Stand): Promise<Wish> {
  const { time, signal, waker, random } = watching;
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const nextLook = Math.min(jitter(pollDelay(watching, misses), random), roundAt - time.now().getTime());
  const instant = instantOf(watching, begunAt);
  const sleeps: Promise<Wish>[] = [time.sleep(Math.max(nextLook, SHORTEST_WAIT_MS), ended).then(() => "look")];
  if (instant !== null) sleeps.push(instantComes(watching, instant, ended));
  try {
    const ended = await Promise.race([...sleeps, waker.woken().then(() => null)]);
    const wish = waker.take();
    return ended === "round" || wish === "round" ? "round" : "look";
  } catch (error) {
    if (signal.aborted) return "look";
    throw error;
  } finally {
    over.abort();
    await Promise.allSettled(sleeps);
  }
}

/** An instant that a round has seen to in vain is tried again in the pauses of what failed, and not every second. */
function instantOf({ daemon }: Watching, begunAt: number): number | null {
  const { nextChangeAt } = daemon.status();
  if (nextChangeAt === null) return null;
  const instant = Date.parse(nextChangeAt);
  return instant > begunAt ? instant : null;
}

/** Not before a second of the daemon's own time has passed, however fast the world's goes. */
async function instantComes({ world, time }: Watching, instant: number, signal: AbortSignal): Promise<Wish> {
  await time.sleep(SHORTEST_WAIT_MS, signal);
  for (let left = instant - world.now().getTime(); left > 0; left = instant - world.now().getTime()) {
    await world.sleep(Math.min(left, LONGEST_WAIT_MS), signal);
  }
  return "round";
}
