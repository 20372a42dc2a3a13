import { expect, test } from "vitest";
import { standingsOf } from "../../../src/providers/grants/standings.ts";
import { changeCluster, declare } from "./declared.ts";

const { desired, topology } = declare(changeCluster([]));
test.each([
  { at: "2026-11-30T00:00:00Z", alice: "Pending", workshop: "Pending", desktops: [] },
  { at: "2026-12-03T08:00:00Z", alice: "Active", workshop: "Active", desktops: ["alice", "bob", "eve-adams"] },
  { at: "2026-12-15T00:00:00Z", alice: "Expired", workshop: "Purged", desktops: [] },
  { at: "2026-12-25T00:00:00Z", alice: "Purged", workshop: "Purged", desktops: [] },
])("at $at", ({ at, alice, workshop, desktops }) => {
  const rows = standingsOf(desired, { topology, unread: new Set(), now: new Date(at) });
  expect(Object.fromEntries(rows.map(({ address, state }) => [address, state]))).toEqual({
    "AccessPolicy/students": "Declared",
    "WorkstationCluster/lab": "Ready",
    "WorkstationGrant/alice": alice,
    "WorkstationGrant/workshop": workshop,
    "WorkstationTier/tier-1": "Declared",
    "WorkstationTier/tier-2": "Declared",
  });
  expect(rows.find(({ address }) => address === "WorkstationCluster/lab")?.details).toEqual({ desktops });
  expect(rows.find(({ address }) => address === "WorkstationGrant/workshop")?.details).toEqual({
    people: ["bob", "Eve.Adams@students.example.edu"],
    cluster: "lab",
    startsAt: "2026-12-03T07:00:00.000Z",
    expiresAt: "2026-12-03T10:00:00.000Z",
    purgesAt: "2026-12-03T10:00:00.000Z",
  });
});

test("of a cluster that cannot be read nobody knows", () => {
  const rows = standingsOf(desired, { topology, unread: new Set(["lab"]), now: new Date("2026-12-03T08:00:00Z") });
  expect(rows.filter(({ state }) => state === "Unreadable").map(({ address }) => address)).toEqual([
    "WorkstationCluster/lab",
    "WorkstationGrant/alice",
    "WorkstationGrant/workshop",
  ]);
});
