import { expect, test } from "vitest";
import { desktopsAt, nextChangeAt } from "../../../src/providers/grants/topology.ts";
import { changeCluster, declare } from "./declared.ts";

const LATER = `---
apiVersion: reeve.dev/v1
kind: WorkstationGrant
metadata: { name: later }
spec:
  cluster: lab
  person: alice
  tier: tier-2
  policy: students
  startsAt: 2026-12-17T08:00:00Z
  duration: 1d
  HOME
`;

function standing(now: string, edits: readonly string[] = []): readonly string[] {
  const { topology } = declare(changeCluster(edits));
  return desktopsAt(topology, new Date(now)).map(
    ({ facts, state, home }) =>
      `${facts.slug}: ${state} by ${facts.grant.name}${home === null ? "" : `, home of ${home.grant.name}`}`,
  );
}

const PENDING = ["bob: pending by workshop", "eve-adams: pending by workshop"];

test.each([
  ["before anything", "2026-11-24T00:00:00Z", [], ["alice: pending by alice", ...PENDING]],
  ["one has begun", "2026-12-01T08:00:00Z", [], ["alice: active by alice, home of alice", ...PENDING]],
  [
    "suspended",
    "2026-12-01T08:00:00Z",
    ["# end of alice", "  suspended: true"],
    ["alice: suspended by alice, home of alice", ...PENDING],
  ],
  [
    "all have",
    "2026-12-03T09:59:59Z",
    [],
    ["alice: active by alice, home of alice", "bob: active by workshop", "eve-adams: active by workshop"],
  ],
  ["the workshop is over", "2026-12-03T10:00:00Z", [], ["alice: active by alice, home of alice"]],
  ["only a home is left", "2026-12-14T18:00:00Z", [], ["alice: expired by alice, home of alice"]],
  ["nothing is left", "2026-12-21T18:00:00Z", [], []],
  [
    "a home is left, and a later grant waits",
    "2026-12-16T00:00:00Z",
    ["# end of workshop\n", LATER.replace("HOME", "")],
    ["alice: expired by alice, home of alice"],
  ],
  [
    "a later grant without a home has begun",
    "2026-12-17T08:00:00Z",
    ["# end of workshop\n", LATER.replace("HOME", "")],
    ["alice: active by later, home of alice"],
  ],
  [
    "a later grant with a home has begun",
    "2026-12-17T08:00:00Z",
    ["# end of workshop\n", LATER.replace("HOME", "home: { sizeGib: 30 }")],
    ["alice: active by later, home of later"],
  ],
])("%s", (_name, now, edits, expected) => {
  expect(standing(now, edits)).toEqual(expected);
});

test.each([
  ["2026-11-24T00:00:00Z", "2026-12-01T08:00:00.000Z WorkstationGrant/alice"],
  ["2026-12-01T08:00:00Z", "2026-12-03T07:00:00.000Z WorkstationGrant/workshop"],
  ["2026-12-03T07:00:00Z", "2026-12-03T10:00:00.000Z WorkstationGrant/workshop"],
  ["2026-12-14T18:00:00Z", "2026-12-21T18:00:00.000Z WorkstationGrant/alice"],
  ["2026-12-21T18:00:00Z", "never"],
])("after %s the next change comes", (now, expected) => {
  const next = nextChangeAt(declare(changeCluster([])).topology, new Date(now));
  expect(next === null ? "never" : `${next.at.toISOString()} ${next.grant}`).toBe(expected);
});

test("a grant takes from its tier and policy what it does not say itself", () => {
  const { topology } = declare(changeCluster(["home: { sizeGib: 20, retainFor: 7d }", "home: { sizeGib: 20 }"]));
  const [alice, bob] = topology.grants;
  expect(alice).toMatchObject({ cpu: "2", memory: "4Gi", home: { sizeGib: 20, storageClass: null, retainFor: "30d" } });
  expect(alice?.challenges).toEqual([
    {
      name: "web-101",
      ports: [
        { protocol: "TCP", first: 80, last: 80 },
        { protocol: "TCP", first: 1024, last: 65_535 },
      ],
    },
  ]);
  expect(bob).toMatchObject({ slug: "bob", namespace: "ws-bob", home: null, session: { clipboard: "disabled" } });
});

test("who cannot be granted access is no grant, and stays among the claims", () => {
  const { topology } = declare(changeCluster(["[bob, ", "[{ id: bob, slug: Bob_ }, "]));
  expect(topology.grants.map(({ person }) => person)).toEqual(["alice", "Eve.Adams@students.example.edu"]);
  expect(topology.claims.map(({ person }) => person)).toContain("bob");
});
