import { describe, expect, it } from "vitest";
import type { Fixture, Leaf } from "../fixture.ts";
import { appliedWorld, apply, changesOf, expectConverged, leaves, planOf, reportOf } from "./bench.ts";

export function lawFour(fixture: Fixture): void {
  const isWhole = fixture.marks === "whole";
  describe("law 4: no marker, no delete", () => {
    it.skipIf(isWhole)("what is somebody else's is reported, and survives every apply byte for byte", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2, 3) });
      world.plantForeign();
      const foreign = world.foreignBytes();
      expect((await planOf(world)).foreign).toHaveLength(1);
      const steps: readonly (readonly Leaf[])[] = [
        leaves(1, 2, 3, 4),
        [{ index: 1, variant: 1 }, ...leaves(3, 4)],
        leaves(3),
      ];
      for (const wanted of steps) {
        world.seed({ leaves: wanted });
        await apply(world);
        expect(world.foreignBytes()).toBe(foreign);
        expect(world.look()).toEqual(world.expected(wanted));
        await expectConverged(world);
        expect((await planOf(world)).foreign).toHaveLength(1);
      }
    });

    it("a marker of another estate is an error, and nothing is written", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      world.markAsOf("elsewhere");
      world.seed({ leaves: leaves(2, 3) });
      const before = world.footprint();
      const ran = await world.reeve(["plan", "--format", "json"]);
      const errors = (
        JSON.parse(ran.stdout) as { diagnostics: readonly { severity: string; hint?: string; message: string }[] }
      ).diagnostics;
      expect([ran.code, errors.length > 0]).toEqual([1, true]);
      for (const error of errors)
        expect(error).toMatchObject({
          severity: "error",
          message: expect.stringContaining("elsewhere"),
          hint: expect.any(String),
        });
      const report = await reportOf(world, ["--auto-approve"]);
      expect([report.code, report.blockers.length, report.outcomes]).toEqual([1, 1, []]);
      expect(world.footprint()).toBe(before);
    });

    it.skipIf(isWhole)("what has no marker is taken over only when a document says so", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      world.removeMarkers();
      const before = world.footprint();
      const report = await reportOf(world, ["--auto-approve"]);
      expect([report.code, report.outcomes.every(({ status }) => status === "held")]).toEqual([1, true]);
      expect(report.outcomes.some(({ next }) => next?.includes("adopt"))).toBe(true);
      expect(world.footprint()).toBe(before);

      world.seed({ leaves: leaves(1, 2), adopts: true });
      expect(changesOf(await planOf(world)).every((change) => change.endsWith(" adopt"))).toBe(true);
      await apply(world);
      expect(world.look()).toEqual(world.expected(leaves(1, 2)));
      await expectConverged(world);
    });

    it.runIf(isWhole)("a world that does not say whose it is is left alone", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      world.plantForeign();
      world.removeMarkers();
      world.seed({ leaves: leaves(2, 3) });
      const before = world.footprint();
      const report = await reportOf(world, ["--auto-approve"]);
      expect([report.code, report.outcomes]).toEqual([1, []]);
      expect(world.footprint()).toBe(before);
    });

    it.skipIf(isWhole)("what has no marker and is not declared is left there when the rest is taken over", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      world.plantForeign();
      world.removeMarkers();
      world.seed({ leaves: leaves(1), adopts: true });
      await apply(world);
      expect(world.look()).toEqual(expect.arrayContaining([...world.expected(leaves(1))]));
      expect((await planOf(world)).foreign).toHaveLength(fixture.seesUnmarked ? 2 : 1);
    });
  });
}
