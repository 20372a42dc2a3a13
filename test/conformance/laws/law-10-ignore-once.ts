import { describe, expect, it } from "vitest";
import type { Fixture } from "../fixture.ts";
import { appliedWorld, apply, expectConverged, range, watchFor } from "./bench.ts";

export function lawTen(fixture: Fixture): void {
  describe("law 10: ignore once, before the diff", () => {
    it("what means nothing in the world is no change, and apply does not write because of it", async () => {
      const world = await appliedWorld(fixture, { leaves: range(5) });
      world.makeNoise(range(5));
      await expectConverged(world);
      const before = world.footprint();
      await apply(world);
      expect(world.footprint()).toBe(before);
    });

    it.each(["file-each", "reversed", "noisy"] as const)(
      "documents that say the same (%s) are no change",
      async (layout) => {
        const world = await appliedWorld(fixture, { leaves: [...range(5), { index: 6, variant: 1 }] });
        world.seed({ leaves: [...range(5), { index: 6, variant: 1 }], layout });
        const before = world.footprint();
        await expectConverged(world);
        await apply(world);
        expect(world.footprint()).toBe(before);
      },
    );
  });

  describe("law 11: cost grows with what changed", () => {
    it(`a plan of 10 and of ${fixture.many} makes the same calls but for the pages of lists; so does an apply of one change`, async () => {
      const calls = async (count: number): Promise<Readonly<Record<string, number>>> => {
        const world = await appliedWorld(fixture, { leaves: range(count) });
        const watch = await watchFor(world);
        const during = async (work: Promise<unknown>): Promise<number> => {
          await work;
          const made = watch.calls().length;
          watch.arm({ do: "count" });
          return made;
        };
        const inSync = await during(world.reeve(["plan"], { watch }));
        const nothing = await during(apply(world, { watch }));
        world.seed({ leaves: [{ index: 1, variant: 1 }, ...range(count).slice(1)] });
        const planned = await during(world.reeve(["plan"], { watch }));
        const applied = await during(apply(world, { watch }));
        const lists = world.listCalls(count);
        return { inSync: inSync - lists, nothing: nothing - lists, planned: planned - lists, applied: applied - lists };
      };
      const few = await calls(10);
      expect(await calls(fixture.many)).toEqual(few);
      expect(few["nothing"]).toBe(few["inSync"]);
    });
  });
}
