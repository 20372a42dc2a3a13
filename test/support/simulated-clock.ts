import { setImmediate } from "node:timers/promises";
import type { Calls } from "../../src/support/calls.ts";
import type { Clock } from "../../src/support/clock.ts";

/** Time that passes only while everybody sleeps and no call is under way: minutes in a millisecond, in the right order. */
export interface SimulatedClock extends Clock {
  /** Milliseconds, for whoever else lives by this time. */
  milliseconds(): number;
  advance(milliseconds: number): void;
  /** Calls that this time waits for. */
  watch(calls: Calls): Calls;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export interface SimulatedOptions {
  /** Time that stands still also while this process reads or writes files. */
  readonly waitsForFiles?: boolean;
}

const FILE_WORK: ReadonlySet<string> = new Set(["FSReqPromise", "FSReqCallback", "CloseReq"]);

function isAtFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => FILE_WORK.has(name));
}

export function simulateClock(start: number, { waitsForFiles = false }: SimulatedOptions = {}): SimulatedClock {
  let time = start;
  let underWay = 0;
  let sleepers: Sleeper[] = [];
  let isLooking = false;

  /** Two turns of the event loop: what an answer sets off has then begun its next call or sleep. */
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    do {
      await setImmediate();
      await setImmediate();
    } while (waitsForFiles && isAtFiles());
    isLooking = false;
    if (underWay > 0 || sleepers.length === 0) return;
    time = Math.max(time, Math.min(...sleepers.map(({ at }) => at)));
    const due = sleepers.filter(({ at }) => at <= time);
    sleepers = sleepers.filter(({ at }) => at > time);
    for (const { wake } of due) wake();
    void look();
  };
  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const sleeper = { at: time + milliseconds, wake: resolve };
      signal?.addEventListener("abort", () => {
        sleepers = sleepers.filter((one) => one !== sleeper);
        reject(signal.reason);
      });
      sleepers.push(sleeper);
      void look();
    });
  return {
    now: () => new Date(time),
    sleep,
    milliseconds: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
    watch: (calls) => ({
      send: async (label, request) => {
        underWay += 1;
        try {
          return await calls.send(label, request);
        } finally {
          underWay -= 1;
          void look();
        }
      },
    }),
  };
}
