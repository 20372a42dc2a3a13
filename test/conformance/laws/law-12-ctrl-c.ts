import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Fixture, World } from "../fixture.ts";
import { appliedWorld, apply, expectConverged, leaves, type Report, watchFor } from "./bench.ts";

export function lawTwelve(fixture: Fixture): void {
  const begun = async (): Promise<World> => {
    const world = await appliedWorld(fixture, { leaves: leaves(1, 2) });
    world.seed({ leaves: leaves(2, 3) });
    return world;
  };

  describe("law 12: Ctrl-C stops cleanly at the next safe point and says what was done", () => {
    it("while it reads: nothing is written", async () => {
      const world = await begun();
      const before = world.footprint();
      const watch = await watchFor(world);
      watch.arm({ do: "pause", call: world.pauses.reading });
      const running = world.start(["apply", "--auto-approve"], { watch });
      await watch.reached();
      process.kill(running.pid, "SIGINT");
      const ran = await running.ended;
      watch.go();
      expect([ran.code, ran.stderr]).toEqual([130, expect.stringContaining("Stopp")]);
      expect(world.footprint()).toBe(before);
    });

    it("while it writes: the write is finished, and reported", async () => {
      const world = await begun();
      const watch = await watchFor(world);
      watch.arm({ do: "pause", call: world.pauses.duringWrite });
      const running = world.start(["apply", "--auto-approve", "--format", "json"], { watch });
      await watch.reached();
      process.kill(running.pid, "SIGINT");
      watch.go();
      const ran = await running.ended;
      const report = JSON.parse(ran.stdout) as Report;
      expect([ran.code, report.outcomes.map(({ status }) => status)]).toEqual([130, world.interrupted]);
      for (const { address, status } of report.outcomes.filter((one) => one.status === "done").slice(0, 1))
        expect([address, status, isThere(world, 1)]).toEqual([world.addressOf({ index: 1 }), "done", false]);
      await apply(world);
      expect(world.look()).toEqual(world.expected(leaves(2, 3)));
      await expectConverged(world);
    });
  });

  describe("two applies at once do not interleave", () => {
    it("on one folder: the second is refused, and names the holder", async () => {
      const world = await begun();
      const watch = await watchFor(world);
      watch.arm({ do: "pause", call: world.pauses.duringWrite });
      const first = world.start(["apply", "--auto-approve"], { watch });
      await watch.reached();
      const second = await world.reeve(["apply", "--auto-approve"]);
      watch.go();
      expect([second.code, second.stderr]).toEqual([1, expect.stringContaining(`process ${first.pid}`)]);
      expect(await first.ended).toMatchObject({ code: 0 });
      await expectConverged(world);
    });

    it.skipIf(!fixture.isLocked)(
      "from two checkouts: who comes second while the first writes is refused by the world",
      async () => {
        const world = await begun();
        const other = world.checkout();
        other.seed({ leaves: leaves(2, 4) });
        const watch = await watchFor(world);
        watch.arm({ do: "pause", call: world.pauses.duringWrite });
        const first = world.start(["apply", "--auto-approve"], { watch });
        await watch.reached();
        const second = await other.reeve(["apply", "--auto-approve"]);
        watch.go();
        expect([second.code, second.stdout]).toEqual([1, expect.stringContaining("another apply is at work")]);
        expect(await first.ended).toMatchObject({ code: 0 });
        expect(world.look()).toEqual(world.expected(leaves(2, 3)));
      },
    );

    it.skipIf(!fixture.isLocked)(
      "from two checkouts: what was planned before the other's apply is refused after it",
      async () => {
        const world = await begun();
        const other = world.checkout();
        other.seed({ leaves: leaves(1, 2, 4) });
        const watch = await watchFor(world);
        watch.arm({ do: "pause", call: world.pauses.beforeWrite });
        const first = world.start(["apply", "--auto-approve"], { watch });
        await watch.reached();
        await apply(other);
        watch.go();
        const ran = await first.ended;
        expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining("has changed since it was planned")]);
        expect(world.look()).toEqual(world.expected(leaves(1, 2, 4)));
        await apply(world);
        expect(world.look()).toEqual(world.expected(leaves(2, 3)));
      },
    );

    it.skipIf(fixture.isLocked)(
      "from two checkouts, where nothing refuses the second: nothing is made twice, and the next apply converges",
      async () => {
        const world = await begun();
        const other = world.checkout();
        other.seed({ leaves: leaves(2, 3, 4) });
        const watch = await watchFor(world);
        watch.arm({ do: "pause", call: world.pauses.beforeWrite });
        const first = world.start(["apply", "--auto-approve"], { watch });
        await watch.reached();
        await apply(other);
        watch.go();
        expect((await first.ended).code).toBe(0);
        world.assertWhole();
        expect(world.look()).toEqual(world.expected(leaves(2, 3, 4)));
        await apply(world);
        expect(world.look()).toEqual(world.expected(leaves(2, 3)));
        await expectConverged(world);
      },
    );
  });

  describe("the journal", () => {
    it("holds an intent before and an outcome after each change, and nothing else decides", async () => {
      const world = await begun();
      const text = (): string => readFileSync(join(world.root, ".reeve/journal.jsonl"), "utf8");
      const before = text().length;
      await apply(world);
      const lines = text()
        .slice(before)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
      const addresses = [1, 3].map((index) => world.addressOf({ index }));
      const events = lines.map(({ event, address, status }) => [event, address, status].join(" ").trimEnd());
      expect(events.slice(0, addresses.length)).toEqual(addresses.map((address) => `intent ${address}`));
      expect(events.slice(addresses.length).toSorted()).toEqual(addresses.map((address) => `outcome ${address} done`));
      expect(new Set(lines.map(({ run }) => run)).size).toBe(1);
      for (const line of lines)
        expect(line).toMatchObject({
          estate: "conformance",
          plan: expect.stringMatching(/^sha256:/),
          at: expect.any(String),
        });
    });
  });
}

function isThere(world: World, index: number): boolean {
  return world.expected(leaves(index)).every((line) => world.look().includes(line));
}
