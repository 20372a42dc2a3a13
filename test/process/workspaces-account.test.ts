import { expect, test } from "vitest";
import {
  actionsOf,
  desktop,
  directory,
  findingsOf,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";

const ROLES = (plan: string, apply: string): string =>
  `role: { plan: "arn:aws:iam::${plan}:role/reeve-plan", apply: "arn:aws:iam::${apply}:role/reeve-apply" }`;

const OURS = "123456789012";
const OTHER = "210987654321";

test("another account at plan: a finding, and nothing of it is read", async () => {
  const bench = await openEstate({ accountId: OTHER });
  bench.write(directory(), desktop("jdoe"));
  const plan = await bench.plan();
  expect(plan.changes).toEqual([]);
  expect(findingsOf(plan)).toEqual([
    `error other-account: these credentials are of account ${OTHER}; the estate's is ${OURS}`,
  ]);
  expect(bench.sandbox.log.counts()).toEqual({ GetCallerIdentity: 1 });
});

test("another account at apply: every change is refused before the first write, with what to do", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe"));
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual(["oregon adopt", "jdoe create"]);
  // Between the reading and the first write somebody signs in elsewhere.
  bench.after(1, () => Object.assign(bench.sandbox.world, { accountId: OTHER }));
  const report = await bench.apply({ reviewed: plan });
  expect(outcomesOf(report)).toEqual(["oregon failed denied", "jdoe failed denied"]);
  expect(outcomeOf(report, "jdoe")).toBe(
    `the credentials for applying are of account ${OTHER}, not ${OURS}: nothing was begun > correct AWS_PROFILE, or spec.providers.workspaces.role.apply`,
  );
  expect(bench.writes()).toEqual([]);
});

test("a role of another account is refused offline, before anybody is asked", async () => {
  const bench = await openEstate({ settings: ROLES(OURS, OTHER) });
  bench.write(directory(), desktop("jdoe"));
  const plan = await bench.plan();
  expect(plan.changes).toEqual([]);
  expect(findingsOf(plan)).toEqual([expect.stringMatching(/^error .*210987654321/)]);
  expect(bench.sandbox.log.requests).toEqual([]);
});

test("each half has its own role, and both are of the right account", async () => {
  const bench = await openEstate({ settings: ROLES(OURS, OURS) });
  bench.write(directory(), desktop("jdoe"));
  expect(outcomesOf(await bench.apply())).toEqual(["oregon done", "jdoe done"]);
  expect(bench.sandbox.log.counts()["AssumeRole"]).toBeGreaterThanOrEqual(2);
});

test("whose the credentials for applying are cannot be asked: a refusal, no crash", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("jdoe"));
  bench.inject({ operation: "GetCallerIdentity", kind: "denied-iam", nth: 2 });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["oregon failed denied", "jdoe failed denied"]);
  expect(bench.writes()).toEqual([]);
});

test("a region that answers with a refusal: nothing of it is planned, the other one is", async () => {
  const bench = await openEstate();
  bench.write(directory(), directory("ireland"), desktop("ann"), desktop("ben", { placement: "directory: ireland" }));
  await bench.apply();
  bench.write(
    directory(),
    directory("ireland"),
    desktop("ann", { more: "tags: { Team: a }" }),
    desktop("ben", { placement: "directory: ireland", more: "tags: { Team: a }" }),
  );
  bench.inject({ operation: "DescribeWorkspaceDirectories", kind: "denied-region" });
  const plan = await bench.plan();
  expect(plan.changes).toHaveLength(1);
  expect(findingsOf(plan)).toEqual([expect.stringMatching(/^error workspaces-unreadable: .* cannot be read/)]);
});
