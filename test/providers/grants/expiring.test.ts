import { expect, test } from "vitest";
import { expiringFindings, expiringInstants } from "../../../src/providers/grants/expiring.ts";
import { changeCluster, declare } from "./declared.ts";

/** Alice: 1 to 14 December 18:00, kept to 21 December. The workshop: 3 December, 07:00 to 10:00, nothing kept. */
const { topology } = declare(changeCluster([]));

test.each([
  { at: "2026-12-03T09:14:59Z", says: [] },
  { at: "2026-12-03T09:15:00Z", says: ["WorkstationGrant/workshop spec.duration expiring-soon"] },
  { at: "2026-12-03T10:00:00Z", says: [] },
  { at: "2026-12-11T17:59:59Z", says: [] },
  { at: "2026-12-11T18:00:00Z", says: ["WorkstationGrant/alice spec.expiresAt expiring-soon"] },
  { at: "2026-12-14T18:00:00Z", says: [] },
  { at: "2026-12-20T00:00:00Z", says: ["WorkstationGrant/alice spec.home purging-soon"] },
  { at: "2026-12-21T18:00:00Z", says: [] },
])("at $at: $says", ({ at, says }) => {
  const findings = expiringFindings(topology, new Date(at));
  expect(findings.map(({ resource, path, code }) => `${resource.address} ${path.join(".")} ${code}`)).toEqual(says);
});

test("the instants at which warnings appear are among those at which a plan changes", () => {
  const instants = expiringInstants(topology, []).map((instant) => instant.toISOString());
  expect(instants).toEqual(
    expect.arrayContaining(["2026-12-11T18:00:00.000Z", "2026-12-03T09:15:00.000Z", "2026-12-20T00:00:00.000Z"]),
  );
});
