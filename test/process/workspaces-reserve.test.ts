import { expect, test } from "vitest";
import { TAGS } from "../../src/providers/workspaces/markers.ts";
import {
  actionsOf,
  changeOf,
  desktop,
  directory,
  document,
  findingsOf,
  openEstate,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const BLUEPRINT = document(
  "WorkspaceBlueprint",
  "desk",
  "bundle: standard, running: { mode: auto-stop, afterIdle: 1h }",
);

function reserve(users: string, more: string): string {
  const spec = `users: [${users}], blueprint: desk, placement: { directory: oregon }, ${more}`;
  return document("WorkspaceReserve", "autumn", spec);
}

test("the first of the named users get desktops ahead, stopped; more come with the count", async () => {
  const bench = await openEstate();
  bench.write(
    directory(),
    BLUEPRINT,
    reserve("mmiller, nsmith, opark", "count: 2, ceiling: 3, tags: { Wave: autumn }"),
  );
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["oregon adopt", "autumn.mmiller create", "autumn.nsmith create"]);
  expect(changeOf(plan, "autumn.mmiller")).toMatchObject({
    reason: "declared ahead for mmiller, of reserve autumn, and not there yet",
    waitsFor: ["its provisioning: about 20 minutes", "its stop"],
    cost: expect.anything(),
  });
  await bench.apply({ reviewed: plan });
  expect(bench.look()).toEqual(["mmiller STOPPED", "nsmith STOPPED"]);
  expect(actionsOf(await bench.plan())).toEqual([]);
  const standing = (await bench.standings()).find(({ address }) => address === "WorkspaceReserve/autumn");
  expect(standing).toMatchObject({
    state: "2 of 2 ready",
    details: { users: ["mmiller", "nsmith"], ceiling: 3, cost: "2 not priced" },
  });

  bench.write(directory(), BLUEPRINT, reserve("mmiller, nsmith, opark", "ceiling: 3, tags: { Wave: autumn }"));
  expect(actionsOf(await bench.plan())).toEqual(["autumn.opark create"]);
});

test("a reserve says what its desktops cost together", async () => {
  const bench = await openEstate();
  const places = "users: [mmiller, nsmith], blueprint: desk, placement: { directory: virginia }, ceiling: 3";
  bench.write(directory("virginia"), BLUEPRINT, document("WorkspaceReserve", "autumn", places));
  const costOf = async () =>
    (await bench.standings()).find(({ address }) => address === "WorkspaceReserve/autumn")?.details["cost"];
  expect(await costOf()).toBe(null);
  await bench.apply();
  expect(await costOf()).toBe("$67.50 ($19.50 to $457.50) a month");
});

test("a person's first document takes the reserved desktop over: tags alone, the same id, no remaking", async () => {
  const bench = await openEstate();
  bench.write(directory(), BLUEPRINT, reserve("mmiller, nsmith", "ceiling: 3, tags: { Wave: autumn }"));
  await bench.apply();
  bench.pass(60);
  bench.forget();
  const { WorkspaceId: id } = bench.desktop("mmiller").wire;
  bench.write(
    directory(),
    BLUEPRINT,
    reserve("mmiller, nsmith", "ceiling: 3, tags: { Wave: autumn }"),
    desktop("mary", { user: "MMiller", bundle: "blueprint: desk" }),
  );
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["mary update"]);
  expect(changeOf(plan, "mary")).toMatchObject({
    disruption: "none",
    fields: [{ path: `tags["${TAGS.name}"]`, before: "autumn.mmiller", after: "mary" }],
  });
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["mary done"]);
  expect(bench.writes()).toEqual(["CreateTags"]);
  expect(bench.desktop("mmiller").wire.WorkspaceId).toBe(id);
  expect(bench.desktop("mmiller").tags[TAGS.name]).toBe("mary");
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("a user who leaves the reserve without a document loses the desktop, as the plan says", async () => {
  const bench = await openEstate();
  bench.write(directory(), BLUEPRINT, reserve("mmiller, nsmith", "ceiling: 3"));
  await bench.apply();
  bench.pass(60);
  bench.write(directory(), BLUEPRINT, reserve("nsmith", "ceiling: 3"));
  expect(actionsOf(await bench.plan())).toEqual(["autumn.mmiller delete"]);
});

test("a list beyond the ceiling is refused before anything is read", async () => {
  const bench = await openEstate();
  bench.write(directory(), BLUEPRINT, reserve("mmiller, nsmith, opark", "ceiling: 2"));
  const plan = await bench.plan();
  expect(plan.changes).toEqual([]);
  expect(findingsOf(plan).some((line) => line.startsWith("error ") && line.includes("ceiling"))).toBe(true);
  expect(bench.sandbox.log.requests).toEqual([]);
});
