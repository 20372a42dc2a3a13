import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Fixture, Leaf, World } from "../fixture.ts";
import { appliedWorld, apply, expectConverged, leaves, openFor, planJson, watchFor } from "./bench.ts";

/** Between these two states there is something to create, change, and delete in either direction. */
const STATES: readonly (readonly Leaf[])[] = [leaves(1, 2, 3), [{ index: 1, variant: 1 }, { index: 3 }, { index: 4 }]];

type Moment = "before" | "after" | "reeve";

export interface KillPlan {
  readonly moments: readonly Moment[];
  /** 1 kills at every call, 5 at every fifth. */
  readonly stride: number;
}

export function lawFive(fixture: Fixture): void {
  describe("law 5: there is no state file to corrupt", () => {
    it("planning and applying are the same without .reeve, at any time", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2, 3) });
      world.seed({ leaves: leaves(2, 4) });
      const planned = await planJson(world);
      const forget = (): void => rmSync(join(world.root, ".reeve"), { recursive: true });
      forget();
      expect(await planJson(world)).toBe(planned);
      forget();
      await apply(world);
      forget();
      await expectConverged(world);
      expect(world.look()).toEqual(world.expected(leaves(2, 4)));
    });

    it("what was to go still goes when it is killed right after its first write", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2, 3, 4) });
      const watch = await watchFor(world);
      watch.arm({ do: "kill-after", call: world.pauses.duringWrite });
      world.seed({ leaves: [{ index: 1, variant: 1 }, ...leaves(4)] });
      expect(await world.reeve(["apply", "--auto-approve"], { watch })).toMatchObject({ code: null });
      world.assertWhole();
      await apply(world);
      expect(world.look()).toEqual(world.expected([{ index: 1, variant: 1 }, ...leaves(4)]));
      await expectConverged(world);
    });
  });
}

/** kill -9 at each external call, then converge. Numbers the kill points it went through. */
export function killedAtEveryCall(fixture: Fixture, { moments, stride }: KillPlan): void {
  describe(`law 5: kill -9 ${stride === 1 ? "at every external call" : `at every call of ${stride}`}, then converge`, () => {
    it.each(moments)("of what is there already (%s the call)", { timeout: 1_800_000 }, async (moment) => {
      const world = await appliedWorld(fixture, { leaves: STATES[0] ?? [] });
      world.plantForeign();
      const foreign = world.foreignBytes();
      const identity = world.identity();
      await apply(world);
      const points = await killEach(world, { moment, stride }, () => {
        world.assertWhole();
        expect([world.identity(), world.foreignBytes()]).toEqual([identity, foreign]);
      });
      process.stdout.write(`${fixture.title}: killed ${moment} ${points} calls\n`);
      expect(points).toBeGreaterThan(1);
    });

    it.each(moments)("of the very first apply (%s the call)", { timeout: 1_800_000 }, async (moment) => {
      let points = 0;
      for (let at = 1; ; at += stride) {
        const world = await openFor(fixture);
        const watch = await watchFor(world);
        world.seed({ leaves: leaves(1, 2) });
        watch.arm({ do: "kill", when: moment, at });
        const killed = await world.reeve(["apply", "--auto-approve"], { watch });
        const made = world.identity();
        await converge(world);
        world.assertWhole();
        expect(world.look()).toEqual(world.expected(leaves(1, 2)));
        if (made !== null) expect(world.identity()).toBe(made);
        expect(world.leftovers()).toEqual([]);
        await world.close();
        if (killed.code === 0) break;
        points += 1;
      }
      process.stdout.write(`${fixture.title}: killed ${moment} ${points} calls of the first apply\n`);
      expect(points).toBeGreaterThan(1);
    });
  });
}

/** To and fro between the two states, killed at call 1, 2, 3 … of each, until neither run is killed any more. */
async function killEach(
  world: World,
  { moment, stride }: { readonly moment: Moment; readonly stride: number },
  inspect: () => void,
): Promise<number> {
  const watch = await watchFor(world);
  let points = 0;
  for (let at = 1; ; at += stride) {
    let finished = 0;
    for (const wanted of [...STATES.slice(1), ...STATES.slice(0, 1)]) {
      world.seed({ leaves: wanted });
      watch.arm({ do: "kill", when: moment, at });
      const killed = await world.reeve(["apply", "--auto-approve"], { watch });
      if (killed.code === 0) finished += 1;
      else points += 1;
      inspect();
      await converge(world);
      inspect();
      expect(world.look()).toEqual(world.expected(wanted));
      expect(world.leftovers()).toEqual([]);
    }
    if (finished === STATES.length) return points;
  }
}

/** The next run. Where only Reeve was killed, what it had started may still be at work, and is waited for. */
async function converge(world: World): Promise<void> {
  for (let attempt = 1; attempt < 5; attempt += 1) {
    const ran = await world.reeve(["apply", "--auto-approve"]);
    if (ran.code === 0) break;
    expect(ran.stdout).toMatch(/another apply is at work|has changed since it was planned/);
  }
  await expectConverged(world);
}
