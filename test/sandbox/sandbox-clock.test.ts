import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { sandboxClock } from "../../src/sandbox/sandbox-clock.ts";
import { createVirtualClock } from "../../src/sandbox/workspaces/virtual-clock.ts";

const START = Date.UTC(2026, 10, 24);
const YEAR = 365 * 86_400_000;

function timeAt(factor: number) {
  const time = createVirtualClock(START, factor, () => performance.now());
  return { time, clock: sandboxClock(time) };
}

test("a sleep has passed on the stand-ins' clock when it ends, however fast that runs", async () => {
  const { clock } = timeAt(100_000);
  for (const milliseconds of [0, 1, 500, 60_000]) {
    const before = clock.now().getTime();
    await clock.sleep(milliseconds);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(before + milliseconds);
  }
});

test("whoever sleeps a year wakes as soon as somebody moves the time past it", async () => {
  const { time, clock } = timeAt(1);
  const sleep = clock.sleep(YEAR);
  time.advance(YEAR);
  await sleep;
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(START + YEAR);
});

test("where time moves by hand alone, a sleep passes for the sleeper only, and once for those who sleep together", async () => {
  const { time, clock } = timeAt(0);
  await Promise.all([clock.sleep(20), clock.sleep(20)]);
  expect([clock.now().getTime(), time.now()]).toEqual([START + 20, START]);
  time.advance(YEAR);
  expect(clock.now().getTime()).toBe(START + YEAR);
});

test.each([
  { name: "before it", abortFirst: true },
  { name: "in the middle of it", abortFirst: false },
])("a signal ends a sleep: aborted $name", async ({ abortFirst }) => {
  const { clock } = timeAt(1);
  const stop = new AbortController();
  if (abortFirst) stop.abort(new Error("stopped"));
  const slept = clock.sleep(YEAR, stop.signal).then(
    () => "woke",
    () => "stopped",
  );
  await setTimeout(1);
  stop.abort(new Error("stopped"));
  expect(await slept).toBe("stopped");
});
