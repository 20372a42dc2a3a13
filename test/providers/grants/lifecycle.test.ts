import { afterEach, describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { BY_ENVIRONMENT } from "./client/lab.ts";
import { changeCluster } from "./declared.ts";
import { changeOf, headlines, type LabEstate, openEstate, type When } from "./lab-estate.ts";

/** Alice's grant: 1 December 08:00 to 14 December 18:00, her home kept for 7 days. */
const BEFORE = new Date("2026-11-20T12:00:00Z");
const DURING = new Date("2026-12-05T08:00:00Z");
const AFTER = new Date("2026-12-15T08:00:00Z");
const LONG_AFTER = new Date("2026-12-22T08:00:00Z");

const ALONE = withoutWorkshop(changeCluster(BY_ENVIRONMENT));
const NOBODY = { ...ALONE, "grants.yaml": "" };
const SUSPENDED = {
  ...ALONE,
  "grants.yaml": (ALONE["grants.yaml"] ?? "").replace("# end of alice", "  suspended: true"),
};

function withoutWorkshop(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...files, "grants.yaml": (files["grants.yaml"] ?? "").split("---")[0] ?? "" };
}

let estate: LabEstate;
afterEach(() => estate.lab.sandbox.close());

/** Applies each in turn; after each, nothing is left to do. */
async function live(...whens: readonly When[]): Promise<void> {
  estate = await openEstate();
  for (const when of whens) {
    await estate.apply(when);
    expect(headlines(await estate.plan(when))).toEqual([]);
  }
  estate.writes();
}

const CLOSED = [
  "AuthorizationPolicy allow-nothing",
  "Namespace ws-alice",
  "NetworkPolicy default-deny",
  "PeerAuthentication default",
];
const KEPT = [...CLOSED, "LimitRange grant", "PersistentVolumeClaim home", "ResourceQuota grant"].toSorted();
const HELD = [
  ...KEPT,
  "ConfigMap session",
  "NetworkPolicy workstation",
  "RequestAuthentication workstation",
  "Service ws",
  "ServiceAccount workstation",
  "StatefulSet workstation",
].toSorted();
const OPEN = [...HELD, "AuthorizationPolicy workstation", "HTTPRoute ws"].toSorted();

describe("every state converges at once, and holds what it should", () => {
  test.each([
    { state: "pending", whens: [{ files: ALONE, at: BEFORE }], holds: CLOSED },
    { state: "active", whens: [{ files: ALONE, at: DURING }], holds: OPEN },
    {
      state: "suspended",
      whens: [
        { files: ALONE, at: DURING },
        { files: SUSPENDED, at: DURING },
      ],
      holds: HELD,
    },
    {
      state: "resumed",
      whens: [
        { files: SUSPENDED, at: DURING },
        { files: ALONE, at: DURING },
      ],
      holds: OPEN,
    },
    {
      state: "expired",
      whens: [
        { files: ALONE, at: DURING },
        { files: ALONE, at: AFTER },
      ],
      holds: KEPT,
    },
    {
      state: "purged",
      whens: [
        { files: ALONE, at: DURING },
        { files: ALONE, at: LONG_AFTER },
      ],
      holds: [],
    },
    {
      state: "begun late",
      whens: [
        { files: ALONE, at: BEFORE },
        { files: ALONE, at: DURING },
      ],
      holds: OPEN,
    },
    {
      state: "removed",
      whens: [
        { files: ALONE, at: DURING },
        { files: NOBODY, at: DURING },
      ],
      holds: KEPT,
    },
    {
      state: "expired while nobody ran it, then removed",
      whens: [
        { files: ALONE, at: DURING },
        { files: NOBODY, at: AFTER },
      ],
      holds: KEPT,
    },
  ])("$state", async ({ whens, holds }) => {
    await live(...whens);
    expect(estate.holds("ws-alice")).toEqual(holds);
  });
});

describe("a document that is gone ends its grant now, and the home is kept from then on", () => {
  const removedAt = DURING;
  test.each([
    { after: "6 days and 23 hours", at: new Date(removedAt.getTime() + 7 * 86_400_000 - 3_600_000), plans: [] },
    {
      after: "7 days and an hour",
      at: new Date(removedAt.getTime() + 7 * 86_400_000 + 3_600_000),
      plans: ["delete WorkstationGrant/alice, destroys"],
    },
  ])("$after later", async ({ at, plans }) => {
    await live({ files: ALONE, at: DURING }, { files: NOBODY, at: removedAt });
    expect(headlines(await estate.plan({ files: NOBODY, at }))).toEqual(plans);
  });

  test("the instants at which it is warned of and goes are told", async () => {
    await live({ files: ALONE, at: DURING }, { files: NOBODY, at: removedAt });
    const soon = await estate.plan({ files: NOBODY, at: removedAt });
    expect(soon.nextChangeAt?.slice(0, 13)).toBe("2026-12-09T08");
    const later = await estate.plan({ files: NOBODY, at: new Date("2026-12-10T00:00:00Z") });
    expect(later.nextChangeAt?.slice(0, 13)).toBe("2026-12-12T08");
    expect(later.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(
        /^purging-soon: PersistentVolumeClaim ws-alice\/home, of a grant that is gone, is destroyed at 2026-12-12T08/,
      ),
    ]);
  });

  test("brought back, it is as it was, and ends anew when it is removed again", async () => {
    const later = new Date("2026-12-09T08:00:00Z");
    await live({ files: ALONE, at: DURING }, { files: NOBODY, at: removedAt }, { files: ALONE, at: later });
    expect(estate.holds("ws-alice")).toEqual(OPEN);
    await estate.apply({ files: NOBODY, at: later });
    const plan = await estate.plan({ files: NOBODY, at: new Date("2026-12-14T08:00:00Z") });
    expect(headlines(plan)).toEqual([]);
  });
});

describe("nothing of somebody else's goes with a namespace", () => {
  const inAlice = (apiVersion: string, kind: string, rest: object = {}): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: "eves", namespace: "ws-alice" },
    ...rest,
  });
  test.each([
    { name: "an object", object: inAlice("v1", "ConfigMap"), says: "ConfigMap eves in it is not Reeve's" },
    { name: "a secret", object: inAlice("v1", "Secret"), says: "Secret eves in it is not Reeve's" },
    {
      name: "a volume",
      object: inAlice("v1", "PersistentVolumeClaim", {
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      }),
      says: "PersistentVolumeClaim eves in it is not Reeve's",
    },
  ])("$name", async ({ object, says }) => {
    await live({ files: ALONE, at: DURING }, { files: ALONE, at: AFTER });
    // The quota allows one volume, the home.
    await estate.remove(await estate.find("v1", "ResourceQuota", "grant"));
    await estate.byHand(object);
    const plan = await estate.plan({ files: ALONE, at: LONG_AFTER });
    expect(headlines(plan)).toEqual([]);
    expect(plan.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toContain(
      `namespace-in-use: Namespace ws-alice stays, though its time is over: ${says}`,
    );
    expect(estate.holds("ws-alice")).toContain("PersistentVolumeClaim home");
  });

  test("nor what says reeve.dev/prune: keep", async () => {
    await live({ files: ALONE, at: DURING }, { files: ALONE, at: AFTER });
    await estate.byHand({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "home", namespace: "ws-alice", annotations: { "reeve.dev/prune": "keep" } },
    });
    const plan = await estate.plan({ files: ALONE, at: LONG_AFTER });
    expect(headlines(plan)).toEqual([]);
    expect(plan.ignored.map(({ path, why }) => `${path}: ${why}`)).toContain(
      "PersistentVolumeClaim ws-alice/home: it says reeve.dev/prune: keep",
    );
  });
});

test("a purge takes the home, then the namespace with what closes it, and says whose files are lost", async () => {
  await live({ files: ALONE, at: DURING }, { files: ALONE, at: AFTER });
  const plan = await estate.plan({ files: ALONE, at: LONG_AFTER });
  const { action, disruption, impact, fields, waitsFor } = changeOf(plan, "WorkstationGrant/alice");
  expect({ action, disruption, impact, waitsFor, paths: fields.map(({ path }) => path) }).toEqual({
    action: "delete",
    disruption: "destroys",
    impact: expect.arrayContaining([
      "alice loses all files, for good: PersistentVolumeClaim ws-alice/home (it was to be kept until 2026-12-21T18:00:00.000Z)",
    ]),
    waitsFor: ["PersistentVolumeClaim ws-alice/home to be gone", "Namespace ws-alice to be gone"],
    paths: ["PersistentVolumeClaim ws-alice/home", "Namespace ws-alice"],
  });
  expect(await estate.apply({ files: ALONE, at: LONG_AFTER })).toContain("done WorkstationGrant/alice: 2 objects");
  expect(estate.writes()).toEqual(["delete persistentvolumeclaims/home", "delete namespaces/ws-alice"]);
});

describe("words for a reviewer", () => {
  test.each([
    {
      name: "suspended",
      from: { files: ALONE, at: DURING },
      to: { files: SUSPENDED, at: DURING },
      line: "stop WorkstationGrant/alice, interrupts",
      reason: "suspended: 1 object to write, 2 to take away",
      impact: ["alice loses access"],
    },
    {
      name: "resumed",
      from: { files: SUSPENDED, at: DURING },
      to: { files: ALONE, at: DURING },
      line: "start WorkstationGrant/alice, none",
      reason: "access until 2026-12-14T18:00:00.000Z: 3 objects to write",
      impact: ["alice gets access until 2026-12-14T18:00:00.000Z"],
    },
    {
      name: "expired",
      from: { files: ALONE, at: DURING },
      to: { files: ALONE, at: AFTER },
      line: "stop WorkstationGrant/alice, interrupts",
      reason: "access ended at 2026-12-14T18:00:00.000Z: 8 to take away",
      impact: ["alice loses access"],
    },
    {
      name: "removed",
      from: { files: ALONE, at: DURING },
      to: { files: NOBODY, at: DURING },
      line: "delete WorkstationGrant/alice, interrupts",
      reason: "its document is gone: 8 to take away, its end to note",
      impact: ["alice loses access", "alice keeps the files for 7d more: PersistentVolumeClaim ws-alice/home"],
    },
    {
      name: "prolonged",
      from: { files: ALONE, at: DURING },
      to: {
        files: { ...ALONE, "grants.yaml": (ALONE["grants.yaml"] ?? "").replace("12-14T18", "12-15T08") },
        at: DURING,
      },
      line: "update WorkstationGrant/alice, none",
      reason: "access until 2026-12-15T08:00:00.000Z: 15 objects to write",
      impact: ["alice has access until 2026-12-15T08:00:00.000Z, not 2026-12-14T18:00:00.000Z"],
    },
  ])("$name", async ({ from, to, line, reason, impact }) => {
    await live(from);
    const plan = await estate.plan(to);
    const change = changeOf(plan, "WorkstationGrant/alice");
    expect(headlines(plan)).toEqual([line]);
    expect({ reason: change.reason, impact: change.impact.slice(0, impact.length) }).toEqual({ reason, impact });
    expect(await estate.plan(to)).toEqual(plan);
  });

  test("a longer window is one field, not one an object", async () => {
    await live({ files: ALONE, at: DURING });
    const files = { ...ALONE, "grants.yaml": (ALONE["grants.yaml"] ?? "").replace("12-14T18", "12-15T08") };
    const { fields } = changeOf(await estate.plan({ files, at: DURING }), "WorkstationGrant/alice");
    expect(fields).toEqual([
      {
        path: 'Namespace ws-alice.metadata.annotations["reeve.dev/expires-at"]',
        before: "2026-12-14T18:00:00.000Z",
        after: "2026-12-15T08:00:00.000Z",
      },
    ]);
  });
});

test("a new grant is one line, which names what is in its namespace", async () => {
  estate = await openEstate();
  const { fields } = changeOf(await estate.plan({ files: ALONE, at: BEFORE }), "WorkstationGrant/alice");
  expect(fields).toEqual([
    {
      path: "Namespace ws-alice",
      before: null,
      after: "made, with NetworkPolicy default-deny, PeerAuthentication default, AuthorizationPolicy allow-nothing",
    },
  ]);
});
