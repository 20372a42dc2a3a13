import { expect, test } from "vitest";
import { deletionAt, endOf, isAhead, nextInstant, phaseOf } from "../../../src/providers/workspaces/lifecycle.ts";
import { TAGS } from "../../../src/providers/workspaces/markers.ts";
import type { LastUse, LiveDesktop } from "../../../src/providers/workspaces/model.ts";
import { type DesktopFacts, resolveTopology } from "../../../src/providers/workspaces/topology.ts";
import { estate, resource } from "../../support/literals.ts";
import { live } from "./cost-scene.ts";

const MADE = { [TAGS.createdAt]: "2026-06-01T00:00:00Z" };

function factsOf(lifecycle: object, spec: object = {}): DesktopFacts {
  const resources = [resource("Workspace/jdoe", { spec: { user: "jdoe", placement: {}, lifecycle, ...spec } })];
  const [facts] = resolveTopology({ estate: estate({ resources }), resources }).desktops;
  if (facts === undefined) throw new Error("no desktop");
  return facts;
}

interface Row {
  readonly name: string;
  readonly lifecycle: object;
  readonly spec?: object;
  readonly desktop?: LiveDesktop | null;
  readonly lastUse?: LastUse;
  /** The end's day and whether the documents alone say it. */
  readonly end: readonly [string, boolean] | null;
}

const UNUSED = { terminateAfterUnused: "30d" };

test.each<Row>([
  { name: "nothing is asked for", lifecycle: {}, end: null },
  { name: "expiresAt", lifecycle: { expiresAt: "2026-08-01T00:00:00Z" }, end: ["2026-08-01", true] },
  {
    name: "expiresAt of none that is there",
    lifecycle: { expiresAt: "2026-08-01T00:00:00Z" },
    desktop: null,
    end: ["2026-08-01", true],
  },
  { name: "maxLifetime counts from its making", lifecycle: { maxLifetime: "30d" }, end: ["2026-07-01", false] },
  {
    name: "maxLifetime of what nobody knows the age of",
    lifecycle: { maxLifetime: "30d" },
    desktop: live("jdoe"),
    end: null,
  },
  { name: "maxLifetime of none that is there", lifecycle: { maxLifetime: "30d" }, desktop: null, end: null },
  {
    name: "maxLifetime counts from the first day",
    lifecycle: { maxLifetime: "30d" },
    spec: { startDate: "2026-09-01" },
    end: ["2026-10-01", true],
  },
  {
    name: "unused since the last connection",
    lifecycle: UNUSED,
    lastUse: new Date("2026-06-20T00:00:00Z"),
    end: ["2026-07-20", false],
  },
  { name: "never used: counts from its making", lifecycle: UNUSED, lastUse: "never", end: ["2026-07-01", false] },
  {
    name: "never used: counts from the first day, where that is later",
    lifecycle: UNUSED,
    spec: { startDate: "2026-09-01" },
    lastUse: "never",
    end: ["2026-10-01", false],
  },
  {
    name: "used before a first day that is later",
    lifecycle: UNUSED,
    spec: { startDate: "2026-09-01" },
    lastUse: new Date("2026-06-20T00:00:00Z"),
    end: ["2026-10-01", false],
  },
  {
    name: "a first day that is past changes nothing",
    lifecycle: UNUSED,
    spec: { startDate: "2026-05-01" },
    lastUse: "never",
    end: ["2026-07-01", false],
  },
  { name: "never used, of unknown age", lifecycle: UNUSED, lastUse: "never", desktop: live("jdoe"), end: null },
  { name: "what AWS does not know counts as used", lifecycle: UNUSED, lastUse: "unknown", end: null },
  { name: "what AWS was not asked counts as used", lifecycle: UNUSED, end: null },
  {
    name: "a standby desktop is not used by design",
    lifecycle: UNUSED,
    lastUse: "never",
    desktop: live("jdoe", { tags: MADE, isStandby: true }),
    end: null,
  },
  {
    name: "the earliest of several",
    lifecycle: { expiresAt: "2026-08-01T00:00:00Z", maxLifetime: "90d", ...UNUSED },
    lastUse: "never",
    end: ["2026-07-01", false],
  },
])("$name", ({ lifecycle, spec, desktop = live("jdoe", { tags: MADE }), lastUse, end }) => {
  const found = endOf(factsOf(lifecycle, spec), desktop, lastUse);
  expect(found === null ? null : [found.at.toISOString().slice(0, 10), found.isCertain]).toEqual(end);
});

test.each([
  { at: "2026-07-31T23:59:59Z", phase: "active", next: "2026-08-01T00:00:00.000Z" },
  { at: "2026-08-01T00:00:00Z", phase: "ending", next: "2026-08-08T00:00:00.000Z" },
  { at: "2026-08-07T23:59:59Z", phase: "ending", next: "2026-08-08T00:00:00.000Z" },
  { at: "2026-08-08T00:00:00Z", phase: "over", next: undefined },
])("at $at a desktop that expires on August 1 is $phase", ({ at, phase, next }) => {
  const facts = factsOf({ expiresAt: "2026-08-01T00:00:00Z" });
  const end = endOf(facts, null, undefined);
  expect(phaseOf(end, facts, new Date(at))).toBe(phase);
  expect(nextInstant(end, facts, new Date(at))?.toISOString()).toBe(next);
});

test("the grace period is the document's own, and seven days where it says nothing", () => {
  const end = { at: new Date("2026-08-01T00:00:00Z"), why: "", isCertain: true };
  expect(deletionAt(end, factsOf({})).toISOString()).toBe("2026-08-08T00:00:00.000Z");
  expect(deletionAt(end, factsOf({ gracePeriod: "36h" })).toISOString()).toBe("2026-08-02T12:00:00.000Z");
});

test("ahead of its person's first day, until midnight of it", () => {
  const facts = factsOf({}, { startDate: "2026-09-01" });
  expect(isAhead(facts, new Date("2026-08-31T23:59:59Z"))).toBe(true);
  expect(isAhead(facts, new Date("2026-09-01T00:00:00Z"))).toBe(false);
  expect(nextInstant(null, facts, new Date("2026-08-01T00:00:00Z"))?.toISOString()).toBe("2026-09-01T00:00:00.000Z");
});
