import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { preloadArgument, type Ran } from "../../support/reeve.ts";
import type { Fixture, World } from "../fixture.ts";
import { leaves, openFor, watchFor } from "./bench.ts";

const COMMANDS: readonly (readonly string[])[] = [
  ["validate"],
  ["validate", "--format", "json"],
  ["plan"],
  ["plan", "--format", "markdown"],
  ["plan", "--format", "json", "--out", "plan.json"],
  ["apply", "plan.json"],
  ["apply", "--auto-approve", "--format", "json"],
  ["apply", "--auto-approve", "--format", "markdown"],
  ["list", "--wide"],
  ["list", "--format", "json"],
];

export function lawSix(fixture: Fixture): void {
  describe("law 6: secrets enter no plan, log, journal, error, cache or argument", () => {
    it("of everything that Reeve says, keeps and starts, with --log-level debug", async () => {
      const world = await openFor(fixture);
      const said: Said[] = [];
      const run = async (): Promise<void> => {
        for (const args of COMMANDS) said.push(await listen(world, args));
      };
      world.seed({ leaves: leaves(1, 2, 3), withSecrets: true });
      await run();
      world.plantForeign();
      world.seed({ leaves: [{ index: 1, variant: 1 }, ...leaves(2, 4)], withSecrets: true });
      await run();
      world.seed({ leaves: leaves(1, 2) });
      await run();
      const canaries = world.canaries();
      expect(canaries.length).toBeGreaterThan(1);
      for (const one of said) expectWithout(one, canaries);
      expectWithout({ what: "plan.json", text: readFileSync(join(world.root, "plan.json"), "utf8") }, canaries);
      for (const kept of keptIn(world)) expectWithout(kept, canaries);
    });

    it("of the errors about a secret that is wrong", async () => {
      const world = await openFor(fixture);
      world.seed({ leaves: leaves(1, 2), withSecrets: true });
      const spoilt = world.spoilSecret();
      const environment = { ...world.secretEnvironment };
      for (const name of Object.keys(environment)) environment[name] = `${spoilt}-of-the-environment`;
      for (const args of COMMANDS) expectWithout(await listen(world, args, environment), [spoilt]);
      for (const kept of keptIn(world)) expectWithout(kept, [spoilt]);
    });
  });
}

interface Said {
  readonly what: string;
  readonly text: string;
}

/** All that comes out of one run: both outputs, and the arguments and environment of every program it starts. */
async function listen(
  world: World,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const watch = await watchFor(world);
  const record = join(mkdtempSync(join(tmpdir(), "reeve-spawns-")), "spawns");
  onTestFinished(() => rmSync(dirname(record), { recursive: true, force: true }));
  writeFileSync(record, "");
  const ran: Ran = await world.reeve([...args, "--log-level", "debug"], {
    watch,
    environment: { ...environment, NODE_OPTIONS: preloadArgument("record-spawns"), REEVE_TEST_SPAWNS: record },
  });
  const spawns = readFileSync(record, "utf8");
  if (args[0] !== "validate") expect(spawns, ran.stderr).not.toBe("");
  return { what: args.join(" "), text: [ran.stdout, ran.stderr, spawns, watch.said()].join("\n") };
}

function expectWithout({ what, text }: Said, canaries: readonly string[]): void {
  const leaked = canaries.filter((canary) => text.includes(canary)).length;
  expect(`${what}: ${leaked} secrets`).toBe(`${what}: 0 secrets`);
}

/** The journal, the parse cache and whatever else Reeve keeps. */
function keptIn(world: World): readonly Said[] {
  const entries = readdirSync(join(world.root, ".reeve"), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => ({ what: entry.name, text: readFileSync(join(entry.parentPath, entry.name), "latin1") }));
}
