import { expect, test } from "vitest";
import {
  actionsOf,
  changeOf,
  DAY,
  desktop,
  directory,
  findingsOf,
  HOUR,
  openEstate,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const EXPIRING = "lifecycle: { expiresAt: 2026-11-01T00:00:00Z, gracePeriod: 7d }";

test("expiresAt: warned of with its date, deleted after the grace, and not made again while its document stays", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe", { more: EXPIRING }));
  await bench.apply();
  const before = await bench.plan();
  expect([actionsOf(before), findingsOf(before), before.nextChangeAt]).toEqual([[], [], "2026-11-01T00:00:00.000Z"]);

  bench.pass(13 * DAY);
  const warned = await bench.plan();
  expect(actionsOf(warned)).toEqual([]);
  expect(findingsOf(warned)).toContainEqual(
    expect.stringMatching(/^warning lifetime-over: .* expiresAt has passed; it is to be deleted at 2026-11-08T00:00/),
  );
  expect(warned.nextChangeAt).toBe("2026-11-08T00:00:00.000Z");

  bench.pass(7 * DAY);
  bench.forget();
  const over = await bench.plan();
  expect(changeOf(over, "jdoe")).toMatchObject({
    action: "delete",
    reason: "expiresAt has passed, and the grace period is over",
    disruption: "destroys",
  });
  expect(outcomesOf(await bench.apply({ reviewed: over }))).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["TerminateWorkspaces"]);
  bench.pass(HOUR);
  expect(actionsOf(await bench.plan())).toEqual([]);
  expect(bench.look()).toEqual([]);
});

test("expiresAt of a protected desktop: nothing is deleted", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe", { more: EXPIRING.replace("}", ", protection: true }") }));
  await bench.apply();
  bench.pass(30 * DAY);
  expect(actionsOf(await bench.plan())).toEqual(["jdoe delete !protected"]);
  bench.write(directory(), desktop("jdoe", { more: EXPIRING }));
  expect(actionsOf(await bench.plan())).toEqual(["jdoe update"]);
  expect(outcomesOf(await bench.apply())).toEqual(["jdoe done"]);
  expect(actionsOf(await bench.plan())).toEqual(["jdoe delete"]);
});

test("an end that is moved away in time: the desktop stays", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe", { more: EXPIRING }));
  await bench.apply();
  bench.pass(20 * DAY);
  bench.write(directory(), desktop("jdoe", { more: "lifecycle: { expiresAt: 2027-11-01T00:00:00Z }" }));
  const plan = await bench.plan();
  expect([actionsOf(plan), findingsOf(plan)]).toEqual([[], []]);
});

test("a first day ahead: made under auto-stop and left stopped; on the day it becomes what it is declared to be", async () => {
  const bench = await openEstate();
  const words = { more: "startDate: 2026-10-25, running: { mode: always-on }" };
  bench.write(directory(), desktop("jdoe", words));
  const plan = await bench.plan();
  expect(changeOf(plan, "jdoe")).toMatchObject({
    reason: "declared for jdoe, ahead of 2026-10-25, and not there yet",
    waitsFor: ["its provisioning: about 20 minutes", "its stop"],
  });
  expect(changeOf(plan, "jdoe").fields).toContainEqual({ path: "running", before: null, after: "auto-stop after 1h" });
  await bench.apply({ reviewed: plan });
  expect(bench.look()).toEqual(["jdoe STOPPED"]);
  const waiting = await bench.plan();
  expect([actionsOf(waiting), waiting.nextChangeAt]).toEqual([[], "2026-10-25T00:00:00.000Z"]);

  bench.act("start", "jdoe");
  bench.pass(300);
  expect(actionsOf(await bench.plan())).toEqual(["jdoe stop"]);
  await bench.apply();
  expect(bench.look()).toEqual(["jdoe STOPPED"]);

  bench.pass(5 * DAY);
  bench.forget();
  const day = await bench.plan();
  expect(changeOf(day, "jdoe").fields).toEqual([{ path: "running", before: "auto-stop after 1h", after: "always-on" }]);
  expect(outcomesOf(await bench.apply({ reviewed: day }))).toEqual(["jdoe done"]);
  expect(bench.writes()).toEqual(["ModifyWorkspaceProperties"]);
  bench.pass(300);
  expect([bench.look(), actionsOf(await bench.plan())]).toEqual([["jdoe AVAILABLE"], []]);
});

test("twenty made ahead are stopped in batches, not one by one", async () => {
  const bench = await openEstate();
  const names = Array.from({ length: 20 }, (_, index) => `user-${String(index).padStart(2, "0")}`);
  bench.write(directory(), ...names.map((name) => desktop(name, { more: "startDate: 2026-12-01" })));
  await bench.apply();
  expect(bench.look()).toEqual(names.map((name) => `${name} STOPPED`));
  expect(bench.sandbox.log.counts()["StopWorkspaces"]).toBeLessThan(12);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("desiredState stopped: a person may wake it, and the next apply stops it again", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe", { more: "desiredState: stopped" }));
  await bench.apply();
  expect(bench.look()).toEqual(["jdoe STOPPED"]);
  bench.act("login", "jdoe");
  bench.pass(300);
  expect(actionsOf(await bench.plan())).toEqual(["jdoe stop"]);
  await bench.apply();
  expect(bench.look()).toEqual(["jdoe STOPPED"]);
});

test("auto-stop, a login and the maintenance window are no drift", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe"));
  await bench.apply();
  for (const [act, seconds] of [
    ["stop", 30],
    ["stop", 300],
    ["login", 30],
    ["logout", 2 * HOUR],
    ["maintenance", 60],
  ] as const) {
    bench.act(act, "jdoe");
    bench.pass(seconds);
    expect(actionsOf(await bench.plan())).toEqual([]);
  }
});

const UNUSED = "lifecycle: { terminateAfterUnused: 30d, gracePeriod: 7d }, running: { mode: always-on }";

test.each([
  {
    name: "never used: counted from its making",
    login: null,
    warned: 31,
    over: 38,
    why: "its user has never connected",
  },
  { name: "used once: counted from then", login: 20, warned: 51, over: 58, why: "its user has not connected for long" },
])("unused desktops, $name", async ({ login, warned, over, why }) => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe", { more: UNUSED }));
  await bench.apply();
  if (login !== null) {
    bench.pass(login * DAY);
    bench.act("login", "jdoe");
    bench.act("logout", "jdoe");
  }
  const past = login ?? 0;
  bench.pass((warned - past - 2) * DAY);
  const before = await bench.plan();
  expect([actionsOf(before), findingsOf(before)]).toEqual([[], []]);
  bench.pass(2 * DAY);
  const ending = await bench.plan();
  expect(actionsOf(ending)).toEqual([]);
  expect(findingsOf(ending)).toEqual([expect.stringContaining(`: ${why}; it is to be deleted at `)]);
  bench.pass((over - warned) * DAY);
  expect(changeOf(await bench.plan(), "jdoe")).toMatchObject({
    action: "delete",
    reason: `${why}, and the grace period is over`,
    disruption: "destroys",
  });
});

test("who is connected all the time, and a stopped desktop whose use AWS does not know, are used", async () => {
  const bench = await openEstate();
  bench.write(
    directory(),
    desktop("ann", { more: UNUSED }),
    desktop("ben", { more: "lifecycle: { terminateAfterUnused: 30d }" }),
  );
  await bench.apply();
  bench.act("login", "ann");
  bench.pass(100 * DAY);
  expect(bench.desktop("ben").wire.State).toBe("STOPPED");
  const plan = await bench.plan();
  expect([actionsOf(plan), findingsOf(plan)]).toEqual([[], []]);
});
