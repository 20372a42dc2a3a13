/** Where appliances and their domains stand. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ApplianceFacts,
  type DomainFacts,
  domainPhaseOf,
  phaseOf,
  wantedGeneration,
} from "../../src/protocol/phases.ts";

const now = new Date("2026-12-01T12:00:00Z");
const ago = (seconds: number): Date => new Date(now.getTime() - 1000 * seconds);
const provisioning = { expiresAt: new Date("2026-12-08T00:00:00Z"), revoked: false };
const declared = { suspended: false, provisioning, configHash: "h1", pollSeconds: 60 };
const identity = { hasConflict: false, claimedAt: ago(60) };
const facts: ApplianceFacts = { now, declared, identity: null, seenAt: null, hasFetched: false, reportedHash: null };
const claimed = { ...facts, identity, seenAt: ago(30) };

describe("an appliance", () => {
  test.each<{ name: string; facts: ApplianceFacts; is: string }>([
    { name: "without a code", facts: { ...facts, declared: { ...declared, provisioning: null } }, is: "Declared" },
    { name: "with a code", facts, is: "Armed" },
    { name: "with a code that has ended", facts: { ...facts, now: provisioning.expiresAt }, is: "Expired" },
    {
      name: "with a code that was withdrawn",
      facts: { ...facts, declared: { ...declared, provisioning: { ...provisioning, revoked: true } } },
      is: "Expired",
    },
    { name: "claimed", facts: { ...facts, identity }, is: "Claimed" },
    { name: "that fetches", facts: { ...claimed, hasFetched: true }, is: "Configuring" },
    { name: "as it should be", facts: { ...claimed, reportedHash: "h1" }, is: "InSync" },
    { name: "with an older configuration", facts: { ...claimed, reportedHash: "h0" }, is: "OutOfSync" },
    { name: "silent for five minutes", facts: { ...claimed, reportedHash: "h1", seenAt: ago(300) }, is: "InSync" },
    { name: "silent for longer", facts: { ...claimed, reportedHash: "h1", seenAt: ago(301) }, is: "Offline" },
    {
      name: "that polls seldom, silent for 3 polls",
      facts: { ...claimed, declared: { ...declared, pollSeconds: 3600 }, reportedHash: "h1", seenAt: ago(10_800) },
      is: "InSync",
    },
    {
      name: "silent since its claim",
      facts: { ...facts, identity: { ...identity, claimedAt: ago(301) } },
      is: "Offline",
    },
    {
      name: "and its copy",
      facts: { ...claimed, identity: { ...identity, hasConflict: true }, reportedHash: "h1" },
      is: "IdentityConflict",
    },
    {
      name: "suspended, whatever else",
      facts: { ...claimed, identity: { ...identity, hasConflict: true }, declared: { ...declared, suspended: true } },
      is: "Suspended",
    },
    { name: "not declared, whatever else", facts: { ...claimed, declared: null }, is: "Retired" },
  ])("$name is $is", (row) => {
    expect(phaseOf(row.facts)).toBe(row.is);
  });

  test("whose suspension ends is what it was before", () => {
    const some = fc.record({
      hasFetched: fc.boolean(),
      reportedHash: fc.constantFrom(null, "h0", "h1"),
      seenAt: fc.constantFrom(null, ago(10), ago(4000)),
      identity: fc.constantFrom(null, identity, { ...identity, hasConflict: true }),
    });
    fc.assert(
      fc.property(some, (over) => {
        const before = phaseOf({ ...facts, ...over });
        expect(phaseOf({ ...facts, ...over, declared: { ...declared, suspended: true } })).toBe("Suspended");
        expect(["Suspended", "Retired"]).not.toContain(before);
      }),
    );
  });

  test("is in sync only while it is heard of, alone, and has what is desired", () => {
    const some = fc.record({
      hasFetched: fc.boolean(),
      reportedHash: fc.constantFrom(null, "h0", "h1"),
      seenAt: fc.constantFrom(null, ago(10), ago(4000)),
      identity: fc.constantFrom(null, identity, { ...identity, hasConflict: true }),
      declared: fc.constantFrom(null, declared, { ...declared, suspended: true }),
    });
    fc.assert(
      fc.property(some, (over) => {
        const isWell =
          over.declared === declared &&
          over.identity === identity &&
          over.reportedHash === "h1" &&
          over.seenAt?.getTime() !== ago(4000).getTime();
        expect(phaseOf({ ...facts, ...over }) === "InSync").toBe(isWell);
      }),
    );
  });
});

describe("a domain", () => {
  const known: DomainFacts = {
    isOff: false,
    expected: "robco.test",
    discovered: "robco.test",
    hasCredential: true,
    wantedGeneration: 2,
    enumeratedGeneration: null,
    isReceiving: false,
  };
  test.each<{ name: string; over: Partial<DomainFacts>; is: string }>([
    { name: "nobody looks for", over: { isOff: true }, is: "Off" },
    { name: "not found yet", over: { discovered: null }, is: "Unknown" },
    { name: "that is another", over: { discovered: "evil.test" }, is: "DomainMismatch" },
    { name: "in other letters", over: { discovered: "ROBCO.test." }, is: "Discovered" },
    { name: "that nobody expected", over: { expected: null }, is: "Discovered" },
    { name: "without a credential", over: { hasCredential: false }, is: "AwaitingCredentials" },
    { name: "whose pages arrive", over: { isReceiving: true }, is: "Enumerating" },
    { name: "listed", over: { enumeratedGeneration: 2 }, is: "Enumerated" },
    { name: "listed before it was wanted anew", over: { enumeratedGeneration: 1 }, is: "Discovered" },
  ])("$name is $is", ({ over, is }) => {
    expect(domainPhaseOf({ ...known, ...over })).toBe(is);
  });

  test("a want lasts until it is done, and is never for what is done", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        (wanted, done) => (wantedGeneration(wanted, done) ?? done) === Math.max(wanted, done),
      ),
    );
  });
});
