import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkWorkspace, planWorkspace } from "../../../src/apply/workspace.ts";
import { PROVIDERS } from "../../../src/providers/registry.ts";
import type { AnyProvider } from "../../../src/providers/survey.ts";
import { directCalls } from "../../../src/support/calls.ts";
import { systemClock } from "../../../src/support/system-clock.ts";
import type { Fixture, Seed, World } from "../fixture.ts";
import { appliedWorld, changesOf, leaves, openFor, planJson, planOf } from "./bench.ts";

const READS: readonly (readonly string[])[] = [
  ["validate"],
  ["plan"],
  ["plan", "--format", "json", "--out", "plan.json"],
  ["plan", "--format", "markdown"],
  ["list", "--wide"],
  ["explain"],
];

export function lawOne(fixture: Fixture): void {
  describe("law 1: a plan cannot write", () => {
    it.each([
      ["nothing is there yet", null, { leaves: leaves(1, 2) }],
      [
        "there is something of everything to do",
        { leaves: leaves(1, 2, 3) },
        { leaves: [{ index: 2, variant: 1 as const }, { index: 4 }] },
      ],
    ])(
      "reading commands leave the world as it is, byte for byte, where %s",
      async (_what, before: Seed | null, after: Seed) => {
        const world = before === null ? await openFor(fixture) : await appliedWorld(fixture, before);
        world.seed(after);
        const footprint = world.footprint();
        for (const args of READS) {
          const ran = await world.reeve(args);
          expect([args, ran.code]).toEqual([args, 0]);
          expect(world.footprint()).toBe(footprint);
        }
      },
    );

    it.skipIf(process.getuid?.() !== 0)("it works where nothing can be written", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      world.seed({ leaves: leaves(2, 3) });
      const expected = await planJson(world);
      rmSync(join(world.root, ".reeve"), { recursive: true });
      expect(await planJson(world, { prefix: world.frozen })).toBe(expected);
    });

    it.skipIf(!fixture.isHere)("planning never opens a writer and never applies", async () => {
      const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
      world.seed({ leaves: [{ index: 1, variant: 1 }, { index: 3 }] });
      const planned = await planInProcess(world, PROVIDERS.map(withoutWriting));
      expect(changesOf(planned)).toEqual(changesOf(await planOf(world)));
    });
  });
}

async function planInProcess(world: World, providers: readonly AnyProvider[]) {
  const workspace = {
    stateDir: join(world.root, "desired-state"),
    providers,
    clock: systemClock,
    calls: directCalls,
    progress: { step: () => undefined },
    signal: new AbortController().signal,
    environment: { ...process.env, ...world.environment },
  };
  return (await planWorkspace(workspace, await checkWorkspace(workspace))).plan;
}

/** A provider whose every way to write ends the test. */
function withoutWriting(provider: AnyProvider): AnyProvider {
  const refuse = (): never => {
    throw new Error("planning tried to write");
  };
  return { ...provider, openWriter: refuse, apply: refuse };
}
