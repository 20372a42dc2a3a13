import { expect, test } from "vitest";
import {
  actionsOf,
  changeOf,
  desktop,
  directory,
  findingsOf,
  openEstate,
  outcomesOf,
} from "../support/workspaces-estate.ts";

test.each([
  {
    name: "a city",
    near: "near: { city: Seattle, country: US }",
    region: "us-west-2",
    where:
      /; in us-west-2 \(oregon\), \d+ km from Seattle.*; next: us-east-1 \(virginia\), 3,\d+ km; eu-west-1 \(ireland\), 7,\d+ km$/,
  },
  {
    name: "coordinates",
    near: "near: { latitude: 48.85, longitude: 2.35 }",
    region: "eu-west-1",
    where: /; in eu-west-1 \(ireland\), \d+ km from .*; next: us-east-1 \(virginia\)/,
  },
  {
    name: "an address of the network",
    near: "near: { ip: 8.8.8.8 }",
    region: /^us-/,
    where: /; in us-.* km from .*8\.8\.8\.8/,
  },
])("near $name: the nearest region, and the plan says where, why and what else", async ({ near, region, where }) => {
  const bench = await openEstate();
  bench.write(directory(), directory("virginia"), directory("ireland"), desktop("jdoe", { placement: near }));
  const plan = await bench.plan();
  const change = changeOf(plan, "jdoe");
  expect(change.reason).toMatch(where);
  expect(change.fields.find(({ path }) => path === "region")?.after).toEqual(expect.stringMatching(region));
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toContain("jdoe done");
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("an existing desktop stays where it is, though a nearer region has come", async () => {
  const bench = await openEstate();
  const jdoe = desktop("jdoe", { placement: "near: { city: Dublin, country: IE }" });
  bench.write(directory(), directory("virginia"), jdoe);
  await bench.apply();
  expect(Object.keys(bench.region("us-east-1").desktops)).toHaveLength(1);
  bench.write(
    directory(),
    directory("virginia"),
    directory("ireland"),
    jdoe,
    desktop("new", { placement: "near: { city: Dublin, country: IE }" }),
  );
  await bench.apply();
  expect(Object.keys(bench.region("us-east-1").desktops)).toHaveLength(1);
  expect(Object.values(bench.region("eu-west-1").desktops).map(({ wire }) => wire.UserName)).toEqual(["new"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a city that nobody knows is an error with a suggestion, and nothing is made", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe", { placement: "near: { city: Seatle, country: US }" }));
  const plan = await bench.plan();
  expect(findingsOf(plan).some((line) => line.startsWith("error ") && line.includes("Seatle"))).toBe(true);
  expect(plan.changes.filter(({ kind }) => kind === "Workspace")).toEqual([]);
});
