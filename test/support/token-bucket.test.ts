import fc from "fast-check";
import { expect, test } from "vitest";
import type { Clock } from "../../src/support/clock.ts";
import { createTokenBucket } from "../../src/support/token-bucket.ts";

interface Call {
  /** Milliseconds since the call before. */
  readonly after: number;
  readonly kind: "take" | "give up" | "slow down";
}

interface Grant {
  readonly asked: number;
  readonly at: number;
}

interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What each caller is granted and when, on a clock that only says how long one would sleep. */
async function grantsOf(rate: Rate, calls: readonly Call[]): Promise<readonly Grant[]> {
  let time = 1_000_000;
  let slept = 0;
  const clock: Clock = {
    now: () => new Date(time),
    sleep: (milliseconds, signal) => {
      slept = milliseconds;
      return signal?.aborted === true ? Promise.reject(signal.reason) : Promise.resolve();
    },
  };
  const bucket = createTokenBucket({ ...rate, clock });
  const grants: Grant[] = [];
  for (const { after, kind } of calls) {
    time += after;
    slept = 0;
    if (kind === "slow down") bucket.slowDown();
    else if (kind === "take") {
      await bucket.take();
      grants.push({ asked: time, at: time + slept });
    } else await expect(bucket.take(AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
  }
  return grants;
}

const rates = fc.record({ perSecond: fc.constantFrom(1, 2, 4, 5, 10), burst: fc.integer({ min: 1, max: 10 }) });
const kinds = fc.constantFrom<Call["kind"][]>("take", "take", "take", "take", "give up", "slow down");
const calls = fc.array(fc.record({ after: fc.integer({ min: 0, max: 2000 }), kind: kinds }), { maxLength: 60 });

/** Half a millisecond for what the clock's whole milliseconds round away. */
const ROUNDING = 0.5;

test("no window of time sees more than the burst and what its length allows", async () => {
  await fc.assert(
    fc.asyncProperty(rates, calls, async (rate, all) => {
      const at = (await grantsOf(rate, all)).map((grant) => grant.at);
      for (const [first, from] of at.entries()) {
        for (const [offset, to] of at.slice(first).entries()) {
          const allowed = rate.burst + ((to - from + ROUNDING) * rate.perSecond) / 1000;
          expect(offset + 1).toBeLessThanOrEqual(allowed);
        }
      }
    }),
  );
});

test("first come, first served, and nobody before having asked", async () => {
  await fc.assert(
    fc.asyncProperty(rates, calls, async (rate, all) => {
      const grants = await grantsOf(rate, all);
      for (const [index, grant] of grants.entries()) {
        expect(grant.at).toBeGreaterThanOrEqual(Math.max(grant.asked, grants[index - 1]?.at ?? 0));
      }
    }),
  );
});

test("nobody waits longer than the callers before take", async () => {
  await fc.assert(
    fc.asyncProperty(rates, calls, async (rate, all) => {
      const takes = all.map((call) => ({ ...call, kind: "take" as const }));
      const grants = await grantsOf(rate, takes);
      const interval = 1000 / rate.perSecond;
      for (const [index, grant] of grants.entries()) {
        const before = grants[index - 1]?.at ?? 0;
        expect(grant.at).toBeLessThanOrEqual(Math.max(grant.asked, before + interval) + ROUNDING);
      }
    }),
  );
});

const NOW = { after: 0, kind: "take" } as const;
const WAITED = (grants: readonly Grant[]): readonly number[] => grants.map(({ asked, at }) => at - asked);

test.each([
  { name: "a burst, then one by one", calls: [NOW, NOW, NOW, NOW, NOW, NOW, NOW], waits: [0, 0, 0, 0, 0, 500, 1000] },
  { name: "after a pause a burst again", calls: [NOW, { after: 9000, kind: "take" }, NOW], waits: [0, 0, 0] },
  {
    name: "told to slow down, as if the burst were used up",
    calls: [NOW, { after: 9000, kind: "slow down" }, NOW, NOW, NOW],
    waits: [0, 500, 1000, 1500],
  },
  {
    name: "whoever gives up leaves its instant unused",
    calls: [NOW, NOW, NOW, NOW, { after: 0, kind: "give up" }, NOW],
    waits: [0, 0, 0, 0, 500],
  },
] as const)("2 a second, burst 5: $name", async ({ calls: made, waits }) => {
  expect(WAITED(await grantsOf({ perSecond: 2, burst: 5 }, made))).toEqual(waits);
});
