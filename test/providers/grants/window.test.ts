import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSlug, slugOf } from "../../../src/providers/grants/slug.ts";
import { nextChangeOf, overlaps, stateAt, type Window, windowOf } from "../../../src/providers/grants/window.ts";

const STARTS = "2026-12-01T08:00:00Z";
const EXPIRES = "2026-12-14T18:00:00Z";

function window(retainFor = "7d"): Window {
  const made = windowOf({ startsAt: STARTS, expiresAt: EXPIRES }, retainFor);
  if (made === null) throw new Error("no window");
  return made;
}

test.each([
  ["before it begins", "2026-12-01T07:59:59.999Z", "pending", STARTS],
  ["at its beginning", "2026-12-01T08:00:00Z", "active", EXPIRES],
  ["at its last instant", "2026-12-14T17:59:59.999Z", "active", EXPIRES],
  ["at its end", "2026-12-14T18:00:00Z", "expired", "2026-12-21T18:00:00Z"],
  ["before what is kept goes", "2026-12-21T17:59:59.999Z", "expired", "2026-12-21T18:00:00Z"],
  ["when what is kept goes", "2026-12-21T18:00:00Z", "purged", null],
])("%s", (_name, now, state, next) => {
  expect(stateAt(window(), false, new Date(now))).toBe(state);
  expect(nextChangeOf(window(), new Date(now))).toEqual(next === null ? null : new Date(next));
});

test.each([
  ["before", "2026-11-30T00:00:00Z", "pending"],
  ["during", "2026-12-03T00:00:00Z", "suspended"],
  ["after", "2026-12-15T00:00:00Z", "expired"],
])("suspended, %s", (_name, now, state) => {
  expect(stateAt(window(), true, new Date(now))).toBe(state);
});

test.each([
  ["a duration from its start", { startsAt: "2026-12-03T08:00:00+01:00", duration: "3h" }, "2026-12-03T10:00:00.000Z"],
  ["an end in another zone", { startsAt: STARTS, expiresAt: "2026-12-01T10:00:00+01:00" }, "2026-12-01T09:00:00.000Z"],
  ["an end at its start", { startsAt: STARTS, expiresAt: STARTS }, null],
  ["two ends", { startsAt: STARTS, expiresAt: EXPIRES, duration: "3h" }, null],
  ["no end", { startsAt: STARTS }, null],
  ["a start that is no instant", { startsAt: "2026-12-01T23:59:60Z", duration: "3h" }, null],
  ["an end that is no instant", { startsAt: STARTS, expiresAt: "2026-12-31T23:59:60Z" }, null],
])("a window of %s", (_name, written, expiresAt) => {
  expect(windowOf(written, "0s")?.expiresAt.toISOString() ?? null).toBe(expiresAt);
});

const DAY = 86_400_000;
const BASE = Date.parse(STARTS);
const windows = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 30 }))
  .map(([from, length, kept]) => ({
    startsAt: new Date(BASE + from * DAY),
    expiresAt: new Date(BASE + (from + length) * DAY),
    purgesAt: new Date(BASE + (from + length + kept) * DAY),
  }));

test("between two instants of change nothing changes, and at one something does", () => {
  fc.assert(
    fc.property(
      windows,
      fc.integer({ min: -5 * DAY, max: 95 * DAY }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (one, at, part) => {
        const now = new Date(BASE + at);
        const next = nextChangeOf(one, now);
        const state = stateAt(one, false, now);
        if (next === null) {
          expect(state).toBe("purged");
          return;
        }
        const between = new Date(
          Math.min(now.getTime() + Math.floor((next.getTime() - now.getTime()) * part), next.getTime() - 1),
        );
        expect(stateAt(one, false, between)).toBe(state);
        expect(stateAt(one, false, next)).not.toBe(state);
      },
    ),
  );
});

test("two windows overlap where some instant is in both", () => {
  fc.assert(
    fc.property(windows, windows, (a, b) => {
      const days = Array.from({ length: 62 }, (_, day) => new Date(BASE + day * DAY));
      const isOpen = (one: Window, at: Date): boolean => stateAt(one, false, at) === "active";
      expect(overlaps(a, b)).toBe(days.some((at) => isOpen(a, at) && isOpen(b, at)));
    }),
  );
});

describe("slugs", () => {
  test.each([
    ["alice", "alice"],
    ["Alice", "alice"],
    ["alice@example.com", "alice"],
    ["Eve.Adams+ctf@example.com", "eve-adams-ctf"],
    ["auth0|5f7c8ec7", "auth0-5f7c8ec7"],
    ["a@b@example.com", "a-b"],
    ["@alice", "alice"],
    ["../../etc", "etc"],
    ["a".repeat(30), "a".repeat(30)],
    ["a".repeat(31), null],
    ["___", null],
    ["", null],
    ["é", null],
  ])("of %s", (id, slug) => {
    expect(slugOf(id)).toBe(slug);
  });

  test("whatever the id, a slug is a slug", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        const slug = slugOf(id);
        expect(slug === null || isSlug(slug)).toBe(true);
      }),
    );
  });
});
