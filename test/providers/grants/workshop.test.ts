/** Several people in one grant, and ends that are waited for. */
import { afterEach, describe, expect, test } from "vitest";
import { BY_ENVIRONMENT } from "./client/lab.ts";
import { changeCluster } from "./declared.ts";
import { changeOf, headlines, type LabEstate, openEstate, type When } from "./lab-estate.ts";

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

describe("a workshop", () => {
  const WORKSHOP = changeCluster(BY_ENVIRONMENT);
  const at = new Date("2026-12-03T08:00:00Z");
  const edited = (from: string, to: string) => ({
    ...WORKSHOP,
    "grants.yaml": (WORKSHOP["grants.yaml"] ?? "").replace(from, to),
  });

  test("loses one of its people: the desktop goes with its namespace, since nothing was to be kept, the others stay", async () => {
    const files = edited("people: [bob, ", "people: [");
    await live({ files: WORKSHOP, at });
    const plan = await estate.plan({ files, at });
    expect(headlines(plan)).toEqual(["stop WorkstationGrant/workshop, interrupts"]);
    expect(changeOf(plan, "WorkstationGrant/workshop").impact[0]).toBe("bob loses access");
    await estate.apply({ files, at });
    expect(headlines(await estate.plan({ files, at }))).toEqual([]);
    expect(estate.holds("ws-bob")).toEqual([]);
    expect(estate.holds("ws-eve-adams")).toContain("HTTPRoute ws");
  });

  test("that is over leaves nothing, and is stopped rather than deleted: nothing of anybody's was lost", async () => {
    await live({ files: WORKSHOP, at });
    const over = { files: WORKSHOP, at: new Date("2026-12-03T10:00:00Z") };
    expect(headlines(await estate.plan(over))).toEqual(["stop WorkstationGrant/workshop, interrupts"]);
    await estate.apply(over);
    expect(headlines(await estate.plan(over))).toEqual([]);
    expect([...estate.holds("ws-bob"), ...estate.holds("ws-eve-adams")]).toEqual([]);
  });

  test.each([
    { name: "pending", at: new Date("2026-12-02T08:00:00Z"), edits: ["suspended", "suspended"] },
    { name: "suspended", at, edits: ["# end of workshop", "  suspended: true"] },
  ])("$name converges", async ({ at: instant, edits: [from = "", to = ""] }) => {
    await live({ files: edited(from, to), at: instant });
    expect(estate.holds("ws-bob")).not.toContain("HTTPRoute ws");
    expect(estate.holds("ws-bob")).toContain("NetworkPolicy default-deny");
  });
});
