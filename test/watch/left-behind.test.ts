/** A place that goes from the documents while something is there, and what the daemon makes of that. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAccepted } from "../../src/watch/accepted.ts";
import { noPeer } from "../support/state-files.ts";
import { settledWorld, type World } from "../support/watch-world.ts";

let world: World;
const troubles = (): readonly string[] => world.daemon.status().troubles.map(({ code }) => code);

beforeEach(async () => {
  world = await settledWorld();
});

afterEach(() => world.close());

describe("a hub that goes together with its peers would leave them there", () => {
  const gone = { "desired-state/hub.yaml": null, ...noPeer("alice"), ...noPeer("bob") };

  test("the last good documents stay, before and after a restart", async () => {
    world.write(gone);
    for (const again of [() => undefined, world.restart]) {
      again();
      await world.turn();
      expect(world.daemon.status().troubles).toMatchObject([
        { code: "broken", message: expect.stringContaining("WireGuardPeer/alice, WireGuardPeer/bob") as string },
      ]);
    }
    expect(world.calls).toEqual([]);
  });

  test("until a person accepts that", async () => {
    world.write(gone);
    await world.turn();
    const ids = readdirSync(join(world.folder, "trees")).map((name) => `sha256:${name}`);
    const refused = ids.filter((id) => id !== world.daemon.status().tree?.id);
    expect(refused).toHaveLength(1);
    writeAccepted(world.folder, refused[0] ?? "");
    await world.turn();
    expect(troubles()).toEqual([]);
  });

  test("it goes after them, when an apply has taken them out", async () => {
    world.failing.add("bob");
    world.write({ ...noPeer("alice"), ...noPeer("bob") });
    await world.turn();
    world.write({ "desired-state/hub.yaml": null });
    await world.turn();
    expect(troubles()).toEqual(["broken"]);
    world.failing.clear();
    await world.turn();
    await world.turn();
    expect([world.calls, troubles()]).toEqual([["delete alice", "delete bob"], []]);
  });
});
