/** What an instant of the plan changes, while the documents stay as they are. */
import { afterEach, describe, expect, test } from "vitest";
import type { AnyProvider } from "../../src/providers/survey.ts";
import { noPeer, peerFile } from "../support/state-files.ts";
import { openWorld, settledWorld, type World } from "../support/watch-world.ts";

const HOUR = 3_600_000;
let world: World;
afterEach(() => world.close());

const at = (address: number): string => `10.8.0.${address}`;
const troubles = (): readonly string[] => world.daemon.status().troubles.map(({ code }) => code);

/** Rights that are lost elsewhere: an error of the whole plan. */
function refusing(): AnyProvider & { isRefusing: boolean } {
  const nothing = { changes: [], foreign: [], ignored: [], unread: [], nextChangeAt: null, standings: [], managed: {} };
  const provider: ReturnType<typeof refusing> = {
    isRefusing: false,
    name: "workspaces",
    kinds: [],
    check: () => [],
    openReader: () => null,
    openWriter: () => null,
    observe: async () => null,
    compare: ({ estate: { document } }) => {
      if (!provider.isRefusing || document === undefined) return { ...nothing, findings: [] };
      const finding = {
        severity: "error",
        code: "denied",
        message: "no rights",
        resource: document,
        path: [],
      } as const;
      return { ...nothing, findings: [finding] };
    },
    async *apply() {},
  };
  return provider;
}

describe("an instant of the reviewed documents needs no commit", () => {
  const ends = (name: string, address: number): Readonly<Record<string, string>> =>
    peerFile(name, address, `  expiresAt: 2026-03-02T10:00:00Z`);

  test.each(["on-commit", "drift-only"] as const)("%s: what has ended is taken away", async (apply) => {
    world = openWorld({ apply });
    world.live.set("alice", at(20));
    world.live.set("carl", at(22));
    world.write(ends("carl", 22));
    await world.turn();
    expect(world.calls).toEqual([]);
    expect(world.daemon.status().nextChangeAt).toBe("2026-03-02T10:00:00.000Z");
    world.now += HOUR;
    await world.turn();
    expect(world.calls).toEqual(["delete carl"]);
  });

  test("another provider that says no to everything holds up a commit, and no end", async () => {
    const beside = refusing();
    world = openWorld({ beside });
    world.write(ends("carl", 22));
    await world.turn();
    beside.isRefusing = true;
    world.now += HOUR;
    world.write(peerFile("dora", 23));
    await world.turn();
    expect([world.calls.slice(2), troubles()]).toEqual([["delete carl"], ["blocked"]]);
    beside.isRefusing = false;
    await world.turn();
    expect([world.calls.slice(3), troubles()]).toEqual([["create dora"], []]);
  });

  test("one that came while the daemon was away is seen to when it is back", async () => {
    world = await settledWorld();
    world.write(ends("carl", 22));
    await world.turn();
    world.now += 3 * HOUR;
    world.restart();
    await world.turn();
    expect(world.calls).toEqual(["create carl", "delete carl"]);
  });

  test("one that came while the world was read is seen to with the next round", async () => {
    world = await settledWorld();
    world.write(ends("carl", 22));
    await world.turn();
    world.onRead = () => {
      world.now += 2 * HOUR;
      world.onRead = () => undefined;
    };
    await world.turn();
    expect(world.calls).toEqual(["create carl"]);
    await world.turn();
    expect(world.calls).toEqual(["create carl", "delete carl"]);
  });

  test("a clock that was ahead has settled nothing: what another host made meanwhile still ends", async () => {
    world = await settledWorld();
    world.now += 2 * HOUR;
    world.write(ends("carl", 22));
    await world.turn();
    world.now -= 90 * 60_000;
    world.live.set("carl", at(22));
    world.now += HOUR;
    await world.turn();
    expect(world.calls).toEqual(["delete carl"]);
  });

  test("one that failed is tried again, and stays an instant's", async () => {
    world = await settledWorld({ modes: "WireGuardPeer: report" });
    world.write(ends("carl", 22));
    await world.turn();
    world.failing.add("carl");
    world.now += HOUR;
    expect(await world.turn()).toBe("waits");
    world.restart();
    world.failing.clear();
    expect(await world.turn()).toBe("settled");
    expect(world.live.has("carl")).toBe(false);
  });

  test("a mass change that waits for a person does not hold it up", async () => {
    world = await settledWorld();
    for (const name of ["p1", "p2", "p3", "p4"]) world.write(peerFile(name, Number(name.slice(1)) + 40));
    world.write(ends("carl", 22));
    await world.turn();
    for (const name of ["p1", "p2", "p3", "p4"]) world.write(noPeer(name));
    world.calls.length = 0;
    world.now += HOUR;
    expect(await world.turn()).toBe("waits");
    expect([world.calls, troubles()]).toEqual([["delete carl"], ["blocked"]]);
  });

  test("one that comes in the middle of an apply goes first", async () => {
    world = await settledWorld();
    world.write({ ...ends("carl", 22) });
    await world.turn();
    world.calls.length = 0;
    world.write({ ...peerFile("dan", 23), ...peerFile("dora", 24) });
    world.onWrite = (name) => {
      if (name === "dan") world.now += HOUR;
    };
    await world.turn();
    expect(world.calls).toEqual(["create dan"]);
    await world.turn();
    expect(world.calls).toEqual(["create dan", "delete carl", "create dora"]);
  });
});
