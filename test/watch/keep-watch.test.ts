/** When the daemon looks and when it does a round, in its own time and the world's. */
import { expect, test } from "vitest";
import type { Daemon } from "../../src/watch/daemon.ts";
import { keepWatch, openWaker } from "../../src/watch/keep-watch.ts";
import type { LastRound, Status } from "../../src/watch/status.ts";
import { simulateClock } from "../support/simulated-clock.ts";

const MINUTE = 60_000;

interface Day {
  /** Of each round, in order; the last goes on. */
  readonly results?: readonly LastRound["result"][];
  /** Minutes after the start: the plan's next instant, until it has passed. */
  readonly instant?: number;
  /** The instant stays the plan's next: no round has come to another plan. */
  readonly isStuck?: boolean;
  /** From this minute on the source does not answer. */
  readonly goneAt?: number;
  /** Minutes at which a look finds something new. */
  readonly commits?: readonly number[];
  readonly cutShort?: number;
  /** The round, from 1, in the middle of which somebody asks for another. */
  readonly asked?: number;
}

interface Hour {
  readonly rounds: readonly number[];
  readonly looks: readonly number[];
}

/** The minutes of the rounds and of the looks of the first hour. */
async function hourOf({
  results = ["settled"],
  instant,
  isStuck = false,
  goneAt = Number.POSITIVE_INFINITY,
  commits = [],
  cutShort,
  asked,
}: Day): Promise<Hour> {
  const clock = simulateClock(0);
  const stop = new AbortController();
  const waker = openWaker();
  const rounds: number[] = [];
  const looks: number[] = [];
  const left = [...commits];
  const minutes = (): number => Math.round((clock.milliseconds() / MINUTE) * 10) / 10;
  const daemon = {
    follow: async () => {
      looks.push(minutes());
      if (clock.milliseconds() > 60 * MINUTE) stop.abort(new Error("the hour is over"));
      const isNew = left[0] !== undefined && clock.milliseconds() >= left[0] * MINUTE;
      if (isNew) left.shift();
      return isNew;
    },
    round: async () => {
      const result = results[Math.min(rounds.length, results.length - 1)] ?? "settled";
      rounds.push(minutes());
      if (rounds.length === asked) waker.wake("round");
      return { endedAt: "", tookMs: 0, result, outcomes: [], isCutShort: rounds.length === cutShort };
    },
    status: () => {
      const isAhead = instant !== undefined && (isStuck || clock.milliseconds() < instant * MINUTE);
      const isGone = clock.milliseconds() >= goneAt * MINUTE;
      const troubles: Status["troubles"] = isGone ? [{ code: "unreachable", message: "", next: "", since: "" }] : [];
      return {
        nextChangeAt: isAhead ? new Date(instant * MINUTE).toISOString() : null,
        troubles,
      } as Status;
    },
  } satisfies Pick<Daemon, "follow" | "round" | "status">;
  await keepWatch({
    daemon: { ...daemon, sight: () => null, snapshot: () => null, ask: () => undefined },
    pace: { pollMs: MINUTE, intervalMs: 20 * MINUTE },
    time: clock,
    world: clock,
    random: () => 0.5,
    signal: stop.signal,
    waker,
    onRound: () => undefined,
  });
  return { rounds: rounds.filter((minute) => minute < 60), looks: looks.filter((minute) => minute < 60) };
}

test.each([
  { name: "on the interval", day: {}, rounds: [0, 20, 40] },
  { name: "at the plan's instant, to the second", day: { instant: 7.5 }, rounds: [0, 7.5, 27.5, 47.5] },
  { name: "when a look finds something new", day: { commits: [3] }, rounds: [0, 3, 23, 43] },
  { name: "again at once where an instant cut it short", day: { cutShort: 1 }, rounds: [0, 0, 20, 40] },
  { name: "again where somebody asks in the middle of a round", day: { asked: 2 }, rounds: [0, 20, 20, 40] },
  {
    name: "in growing pauses while something waits, at most the interval",
    day: { results: ["waits", "failed", "waits", "waits", "waits", "waits", "waits", "settled"] },
    rounds: [0, 0.3, 0.8, 1.8, 3.8, 7.8, 15.8, 31.8, 51.8],
  },
  {
    name: "in growing pauses where an instant came and the rounds fail",
    day: { results: ["settled", "failed"], instant: 5, isStuck: true },
    rounds: [0, 5, 5.3, 5.8, 6.8, 8.8, 12.8, 20.8, 36.8, 56.8],
  },
] satisfies readonly { name: string; day: Day; rounds: readonly number[] }[])("$name", async ({ day, rounds }) => {
  expect((await hourOf(day)).rounds).toEqual(rounds);
});

test("a source that does not answer is looked at in growing pauses, and before each round", async () => {
  expect((await hourOf({ goneAt: 2 })).looks).toEqual([0, 1, 2, 4, 8, 13, 18, 20, 25, 30, 35, 40, 45, 50, 55]);
});
