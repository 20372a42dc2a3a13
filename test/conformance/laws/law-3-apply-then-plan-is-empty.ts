import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Fixture, Leaf, Seed } from "../fixture.ts";
import { appliedWorld, apply, changesOf, expectConverged, leaves, openFor, planJson, planOf } from "./bench.ts";

const STEPS: readonly (readonly [what: string, leaves: readonly Leaf[]])[] = [
  ["create", leaves(1, 2, 3)],
  ["add", leaves(1, 2, 3, 4)],
  ["change", [{ index: 1, variant: 1 }, ...leaves(2, 3, 4)]],
  ["change back, remove and add at once", leaves(1, 3, 5)],
  ["remove all but one", leaves(3)],
];

export function lawThree(fixture: Fixture): void {
  describe("law 3: apply, then plan, is empty; the same facts are the same bytes", () => {
    it("after each step of an estate's life", async () => {
      const world = await openFor(fixture);
      for (const [what, wanted] of STEPS) {
        world.seed({ leaves: wanted });
        await apply(world);
        await expectConverged(world);
        expect([what, world.look()]).toEqual([what, world.expected(wanted)]);
        const footprint = world.footprint();
        await apply(world);
        expect(world.footprint()).toBe(footprint);
      }
    });

    it("planning twice gives the same bytes, with the cache cold and warm", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      world.seed({ leaves: [{ index: 1, variant: 1 }, { index: 3 }] });
      const first = await planJson(world);
      expect(await planJson(world)).toBe(first);
      rmSync(join(world.root, ".reeve"), { recursive: true });
      expect(await planJson(world)).toBe(first);
      expect(await planJson(world)).toBe(first);
    });

    it("in whatever files and order the documents are, but for where they stand", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      const planned = async (layout: Seed["layout"]) => {
        world.seed({ leaves: [{ index: 1, variant: 1 }, { index: 3 }], ...(layout === undefined ? {} : { layout }) });
        const plan = await planOf(world);
        return JSON.stringify({ ...plan, changes: plan.changes.map(({ source: _place, ...change }) => change) });
      };
      const first = await planned("one-file");
      for (const layout of ["file-each", "reversed", "noisy"] as const) expect(await planned(layout)).toBe(first);
    });

    it("holds no instant, no run and no place of the machine", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1) });
      world.seed({ leaves: leaves(1, 2) });
      const text = await planJson(world);
      expect(changesOf(JSON.parse(text))).toEqual([`${world.addressOf({ index: 2 })} create`]);
      expect(text).not.toContain(world.root);
      expect(text).not.toMatch(/20\d\d-\d\d-\d\dT/);
    });
  });
}
