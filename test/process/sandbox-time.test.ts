import { expect, test } from "vitest";
import { followTime } from "../../src/sandbox/follow-time.ts";
import { openBench, outcomeOf } from "../support/workspaces-sandbox.ts";

const HOUR_MS = 3_600_000;

/** Looks again until it is as expected; the test's own time-out ends what never comes. */
async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await new Promise((done) => setTimeout(done, 10));
}

test("time elsewhere is followed: what it is, how fast it runs, when somebody moves it, when the world begins anew", async () => {
  await using bench = await openBench({ start: new Date("2027-01-01T00:00:00Z"), factor: 0 });
  const { sandbox } = bench;
  const time = await followTime(sandbox.endpoint);
  try {
    expect([time.now(), time.factor]).toEqual([sandbox.now().getTime(), 0]);
    sandbox.advance(3600);
    await until(() => time.now() === sandbox.now().getTime());
    await fetch(`${sandbox.endpoint}/_sandbox/reset`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    await until(() => time.now() === sandbox.now().getTime());
    expect(time.now()).toBeLessThan(Date.UTC(2027, 0, 1));
  } finally {
    time.stop();
  }
});

test("time that runs is never ahead of where it is followed from, and never goes back", async () => {
  await using bench = await openBench({ factor: 1800 });
  const { sandbox } = bench;
  const time = await followTime(sandbox.endpoint);
  try {
    let last = time.now();
    const begun = last;
    await until(() => {
      const now = time.now();
      expect(now).toBeGreaterThanOrEqual(last);
      expect(now).toBeLessThanOrEqual(sandbox.now().getTime() + 1);
      last = now;
      return now > begun + HOUR_MS / 4;
    });
  } finally {
    time.stop();
  }
});

test("the throttle counts virtual time where that runs: a faster world lets more calls through, and refuses the rest", async () => {
  let now = 1_000_000;
  await using bench = await openBench({
    realNow: () => now,
    factor: 1000,
    rules: { throttle: { perSecond: 2, burst: 5 } },
  });
  const ask = async (calls: number): Promise<number> => {
    const outcomes: string[] = [];
    for (let call = 0; call < calls; call += 1) outcomes.push(await outcomeOf(bench.client.describeWorkspaces({})));
    return outcomes.filter((outcome) => outcome === "ThrottlingException").length;
  };
  expect(await ask(6)).toBe(1);
  now += 1;
  expect(await ask(3)).toBe(1);
});
