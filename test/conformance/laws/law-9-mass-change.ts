import { describe, expect, it } from "vitest";
import type { Fixture, Seed, World } from "../fixture.ts";
import { appliedWorld, expectConverged, leaves, planOf, range, reportOf } from "./bench.ts";

/** Percent, at least, deleted of ten, whether it is stopped. */
const LIMITS: readonly (readonly [percent: number, atLeast: number, deleted: number, isStopped: boolean])[] = [
  [30, 3, 2, false],
  [30, 3, 3, false],
  [30, 3, 4, true],
  [10, 3, 2, false],
  [10, 3, 3, true],
  [50, 3, 5, false],
  [50, 3, 6, true],
];

export function lawNine(fixture: Fixture): void {
  const withDeletions = async (
    percent: number,
    atLeast: number,
    deleted: number,
  ): Promise<{ world: World; after: Seed }> => {
    const valve = { percent, atLeast };
    const world = await appliedWorld(fixture, { leaves: range(10), valve });
    const after = { leaves: range(10).slice(deleted), valve };
    world.seed(after);
    return { world, after };
  };

  describe("law 9: one mass change needs one acknowledgement", () => {
    it.each(LIMITS)(
      "at most %i percent below %i: deleting %i of 10 is stopped: %s",
      async (percent, atLeast, deleted, isStopped) => {
        const { world } = await withDeletions(percent, atLeast, deleted);
        const { blockers } = await planOf(world);
        expect(blockers.map(({ code }) => code)).toEqual(isStopped ? ["mass-change"] : []);
      },
    );

    it("it stops the whole apply before the first write, and the acknowledgement of this very plan opens it", async () => {
      const { world, after } = await withDeletions(30, 3, 4);
      const grown = { ...after, leaves: [...after.leaves, ...leaves(11)] };
      world.seed(grown);
      const { digest, blockers } = await planOf(world);
      expect(blockers).toMatchObject([{ code: "mass-change", next: expect.stringContaining(digest) }]);

      const before = world.footprint();
      const stopped = await reportOf(world, ["--auto-approve"]);
      expect([stopped.code, stopped.blockers.length, stopped.outcomes]).toEqual([1, 1, []]);
      world.seed({ ...grown, acknowledges: `sha256:${"0".repeat(64)}` });
      expect((await planOf(world)).blockers).toHaveLength(1);
      world.seed(grown);
      expect(
        world
          .footprint()
          .split("\n")
          .filter((line) => !line.includes("desired-state")),
      ).toEqual(before.split("\n").filter((line) => !line.includes("desired-state")));

      world.seed({ ...grown, acknowledges: digest });
      const opened = await planOf(world);
      expect([opened.digest, opened.blockers]).toEqual([digest, []]);
      expect((await reportOf(world, ["--auto-approve"])).code).toBe(0);
      expect(world.look()).toEqual(world.expected(grown.leaves));
      await expectConverged(world);
    });

    it("an acknowledgement does not fit what the plan becomes", async () => {
      const { world, after } = await withDeletions(30, 3, 4);
      const { digest } = await planOf(world);
      world.seed({ ...after, leaves: after.leaves.slice(1), acknowledges: digest });
      expect((await planOf(world)).blockers).toHaveLength(1);
    });
  });
}
