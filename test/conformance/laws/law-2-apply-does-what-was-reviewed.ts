import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/plan/plan.ts";
import { digestOf } from "../../../src/support/digest.ts";
import type { Fixture, Seed, World } from "../fixture.ts";
import { appliedWorld, leaves, openFor, outcomesOf, reportOf } from "./bench.ts";

type Forgery = (plan: Plan) => unknown;

const resealed = (plan: Plan, changes: Plan["changes"]): unknown => ({
  ...plan,
  changes,
  digest: digestOf({ estate: plan.estate, changes: changes.map((change) => change.digest).toSorted() }),
});

export function lawTwo(fixture: Fixture): void {
  const BEFORE: Seed = { leaves: leaves(1, 2) };
  const reviewed = async (after: Seed): Promise<World> => {
    const world = await appliedWorld(fixture, BEFORE);
    world.seed(after);
    await world.reeve(["plan", "--out", "plan.json"]);
    return world;
  };
  const rewrite = (world: World, forgery: Forgery): void => {
    const file = join(world.root, "plan.json");
    writeFileSync(file, JSON.stringify(forgery(JSON.parse(readFileSync(file, "utf8")) as Plan)));
  };

  describe("law 2: apply does what was reviewed", () => {
    it("all of it, where nothing has moved", async () => {
      const world = await reviewed({ leaves: leaves(2, 3) });
      const report = await reportOf(world, ["plan.json"]);
      expect([report.code, ...outcomesOf(report)]).toEqual([
        0,
        ...["leaf-1", "leaf-3"].map((name) => expect.stringContaining(`${name} done`)),
      ]);
      expect(world.look()).toEqual(world.expected(leaves(2, 3)));
    });

    it("what the documents have become since is held, the rest is done", async () => {
      const world = await reviewed({ leaves: leaves(1, 2, 3, 4) });
      world.seed({ leaves: [...leaves(1, 2, 3), { index: 4, variant: 1 }, { index: 5 }] });
      const report = await reportOf(world, ["plan.json"]);
      expect([report.code, ...outcomesOf(report)]).toEqual([
        1,
        `${world.addressOf({ index: 3 })} done`,
        `${world.addressOf({ index: 4 })} held`,
        `${world.addressOf({ index: 5 })} held`,
      ]);
      expect(report.outcomes.slice(1).map(({ message }) => message)).toEqual([
        expect.stringContaining("no longer what was reviewed"),
        "was not in the reviewed plan",
      ]);
      expect(report.outcomes.slice(1).every(({ next }) => (next ?? "") !== "")).toBe(true);
      const after =
        fixture.takesWhole === true
          ? [...leaves(1, 2, 3), { index: 4, variant: 1 as const }, { index: 5 }]
          : leaves(1, 2, 3);
      expect(world.look()).toEqual(world.expected(after));
    });

    it("what the world has become since is held, with the reason", async () => {
      const world = await reviewed({ leaves: [{ index: 1, variant: 1 }, { index: 2 }] });
      world.editByHand({ index: 1 });
      const before = world.footprint();
      const report = await reportOf(world, ["plan.json"]);
      expect([report.code, report.outcomes.length > 0]).toEqual([1, true]);
      for (const outcome of report.outcomes)
        expect(outcome).toMatchObject({ status: "held", next: expect.stringMatching(/./) });
      expect(world.footprint()).toBe(before);
    });

    it("what somebody else has done since counts as done", async () => {
      const world = await reviewed({ leaves: leaves(1, 2, 3) });
      await world.reeve(["apply", "--auto-approve"]);
      const report = await reportOf(world, ["plan.json"]);
      expect([report.code, report.outcomes[0]]).toMatchObject([
        0,
        { status: "done", message: expect.stringContaining("already") },
      ]);
    });

    it.each<[string, Forgery, string]>([
      ["a change left out", (plan) => ({ ...plan, changes: plan.changes.slice(1) }), "bad-plan"],
      [
        "another digest of a change",
        (plan) => ({ ...plan, changes: plan.changes.map((one) => ({ ...one, digest: `sha256:${"0".repeat(64)}` })) }),
        "bad-plan",
      ],
      ["another digest of the plan", (plan) => ({ ...plan, digest: `sha256:${"0".repeat(64)}` }), "bad-plan"],
      ["another format", (plan) => ({ ...plan, formatVersion: 2 }), "bad-plan"],
      ["another shape", () => [], "bad-plan"],
      ["another estate", (plan) => resealed({ ...plan, estate: "other" }, plan.changes), "other-estate"],
    ])("a plan file with %s is refused, and nothing is written", async (_what, forgery, code) => {
      const world = await reviewed({ leaves: leaves(1, 2, 3) });
      rewrite(world, forgery);
      const before = world.footprint();
      const ran = await world.reeve(["apply", "plan.json", "--format", "json"]);
      expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([
        1,
        { diagnostics: [{ code, hint: expect.any(String) }] },
      ]);
      expect(world.footprint()).toBe(before);
    });

    it.each<[string, Forgery]>([
      ["leaves a change out", (plan) => resealed(plan, plan.changes.slice(1))],
      [
        "makes a digest up",
        (plan) =>
          resealed(
            plan,
            plan.changes.map((one) => ({ ...one, digest: `sha256:${"0".repeat(64)}` })),
          ),
      ],
    ])("a plan file that %s and is sealed anew only holds more", async (_what, forgery) => {
      const world = await reviewed({ leaves: leaves(1, 2, 3) });
      rewrite(world, forgery);
      const before = world.footprint();
      const report = await reportOf(world, ["plan.json"]);
      expect([report.code, outcomesOf(report)]).toEqual([1, [`${world.addressOf({ index: 3 })} held`]]);
      expect(world.footprint()).toBe(before);
    });

    it("without a plan file it asks, and where nobody can be asked it writes nothing", async () => {
      const world = await openFor(fixture);
      world.seed(BEFORE);
      const before = world.footprint();
      const ran = await world.reeve(["apply"]);
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("--auto-approve")]);
      expect(world.footprint()).toBe(before);
    });
  });
}
