/** What would stay in the world, in a place that no document names any more. */
import { expect, test } from "vitest";
import type { Estate } from "../../src/estate/estate.ts";
import { leftBehind } from "../../src/estate/left-behind.ts";
import { estate, resource } from "../support/literals.ts";

const cluster = resource("WorkstationCluster/c");
const grant = resource("WorkstationGrant/g");
const hub = resource("WireGuardHub/h");
const retired = resource("WireGuardHub/h", { spec: { retired: true } });
const peer = resource("WireGuardPeer/p");
const partner = resource("Partner/p");
const site = resource("ApplianceSite/s");
const references = {
  "WorkstationGrant/g": ["WorkstationCluster/c"],
  "WireGuardPeer/p": ["WireGuardHub/h"],
  "ApplianceSite/s": ["Partner/p"],
} as const;

function side(resources: Estate["resources"], isPartial = false): Estate {
  const known = Object.fromEntries(
    Object.entries(references).filter(([address]) => resources.some((one) => one.address === address)),
  );
  return { ...estate({ resources, references: known }), ...(isPartial ? { isPartial: true } : {}) };
}

test.each([
  { name: "a cluster with its grant", before: [cluster, grant], after: [], left: ["WorkstationCluster/c"] },
  { name: "a hub with its peer", before: [hub, peer], after: [], left: ["WireGuardHub/h"] },
  {
    name: "the grant stays, and is in error by itself",
    before: [cluster, grant],
    after: [grant],
    left: ["WorkstationCluster/c"],
  },
  { name: "the grant first", before: [cluster, grant], after: [cluster], left: [] },
  { name: "the cluster then", before: [cluster], after: [], left: [] },
  {
    name: "the cluster too early",
    before: [cluster],
    after: [],
    unfinished: ["WorkstationGrant/g"],
    left: ["WorkstationCluster/c"],
  },
  { name: "a hub that is down", before: [retired], after: [], left: [] },
  { name: "a partner is no place", before: [partner, site], after: [], left: [] },
  { name: "nothing goes", before: [cluster, grant], after: [cluster, grant], unfinished: ["x"], left: [] },
  {
    name: "documents that were left out for their errors",
    before: [cluster, grant],
    after: [],
    isPartial: true,
    left: [],
  },
])("$name: $left", ({ before, after, unfinished = [], isPartial, left }) => {
  const found = leftBehind({ before: side(before), after: side(after, isPartial), unfinished });
  expect(found.map(({ address }) => address)).toEqual(left);
});

test("it says what, where and what to do", () => {
  const people = Array.from({ length: 7 }, (_none, index) => resource(`WorkstationGrant/g${index}`));
  const all = Object.fromEntries(people.map(({ address }) => [address, ["WorkstationCluster/c"] as const]));
  const before = estate({ resources: [cluster, ...people], references: all });
  expect(leftBehind({ before, after: estate({}) })).toMatchObject([
    {
      severity: "error",
      at: cluster.source,
      message: expect.stringMatching(/g0, .*g4 and 2 more/) as string,
      hint: expect.stringContaining("in a commit of its own") as string,
    },
  ]);
});
