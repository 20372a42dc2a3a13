import { afterEach, expect, test } from "vitest";
import { BY_ENVIRONMENT } from "./client/lab.ts";
import { changeCluster } from "./declared.ts";
import { changeOf, headlines, type LabEstate, openEstate } from "./lab-estate.ts";

const AT = new Date("2026-12-05T08:00:00Z");
const SHORTER = ["maxDuration: 2h, clipboard: in-only", "maxDuration: 1h, clipboard: in-only"];
const SUSPENDED = ["# end of alice", "  suspended: true\n# end of alice"];

let estate: LabEstate;
afterEach(() => estate.lab.sandbox.close());

/** Other session rules are another pod: that interrupts who is in, and nobody where the desktop is off. */
test.each([
  {
    name: "runs",
    state: [],
    line: "update WorkstationGrant/alice, interrupts",
    reason: "access until 2026-12-14T18:00:00.000Z: 2 objects to write",
    impact: ["alice has the desktop restarted"],
  },
  {
    name: "is off",
    state: SUSPENDED,
    line: "update WorkstationGrant/alice, none",
    reason: "suspended: 2 objects to write",
    impact: [],
  },
])("a desktop that $name gets other session rules", async ({ state, line, reason, impact }) => {
  estate = await openEstate();
  await estate.apply({ files: changeCluster([...BY_ENVIRONMENT, ...state]), at: AT });
  const plan = await estate.plan({ files: changeCluster([...BY_ENVIRONMENT, ...state, ...SHORTER]), at: AT });
  const change = changeOf(plan, "WorkstationGrant/alice");
  expect(headlines(plan)).toEqual([line]);
  expect({ reason: change.reason, impact: change.impact, waits: change.waitsFor }).toEqual({
    reason,
    impact,
    waits: [],
  });
});
