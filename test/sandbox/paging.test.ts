import fc from "fast-check";
import { expect, test } from "vitest";
import { takePage } from "../../src/sandbox/workspaces/paging.ts";
import { takeToken } from "../../src/sandbox/workspaces/throttle.ts";
import { HONEST, smallWorld } from "./world.ts";

test("pages show everything that stands, at most `limit` at a time, whatever the quirks", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 1, max: 25 }),
      fc.boolean(),
      (count, limit, isOdd) => {
        const world = smallWorld(isOdd ? { emptyPages: 0.3, repeatedItems: 0.5 } : {});
        const keys = Array.from({ length: count }, (_, index) => `k${index}`);
        const call = world.call();
        const seen: string[] = [];
        for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
          const page = takePage(call, { operation: "X", limit, token, keys: () => keys });
          expect(page.keys.length).toBeLessThanOrEqual(limit);
          seen.push(...page.keys);
          token = page.next;
        }
        expect([...new Set(seen)].toSorted()).toEqual(keys.toSorted());
        if (!isOdd) expect(seen.length).toBe(count);
      },
    ),
  );
});

test("a token is refused after its time, and by another operation", () => {
  const world = smallWorld();
  const call = world.call();
  const { next } = takePage(call, { operation: "X", limit: 1, token: undefined, keys: () => ["a", "b"] });
  const again = (over: object): string => {
    try {
      return takePage({ ...call, ...over }, { operation: "X", limit: 1, token: next, keys: () => [] }).keys.join();
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
  };
  expect(["a", "b"]).toContain(again({}));
  expect(again({ wireNow: call.wireNow + 901_000 })).toContain("expired");
});

test("a bucket lets `burst` calls through at once and `perSecond` a second after that", () => {
  const buckets = new Map();
  const rules = { ...HONEST, throttle: { perSecond: 2, burst: 5 } };
  const taken = (at: number): boolean =>
    takeToken(buckets, { service: "workspaces", region: "us-west-2", operation: "DescribeWorkspaces", at }, rules);
  expect([0, 0, 0, 0, 0, 0].map(taken)).toEqual([true, true, true, true, true, false]);
  expect([500, 500, 1000, 1000].map(taken)).toEqual([true, false, true, false]);
  const other = { service: "workspaces", region: "eu-west-1", operation: "DescribeWorkspaces", at: 1000 } as const;
  expect(takeToken(buckets, other, rules)).toBe(true);
});
