/** What a daemon does, leaves and remembers, over a small world. */
import { rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { endPause, writePause } from "../../src/watch/pause.ts";
import { readStatus } from "../../src/watch/saved-status.ts";
import { noPeer, peerFile } from "../support/state-files.ts";
import { openWorld, settledWorld, type World } from "../support/watch-world.ts";

const HOUR = 3_600_000;
let world: World;
afterEach(() => world.close());

const at = (address: number): string => `10.8.0.${address}`;
const troubles = (): readonly string[] => world.daemon.status().troubles.map(({ code }) => code);
const lefts = (): Readonly<Record<string, string | null>> =>
  Object.fromEntries(world.daemon.status().differences.map(({ address, left }) => [address.split("/")[1], left]));

test("the first round makes what is declared; the second has nothing to do; a restart neither", async () => {
  world = openWorld();
  expect(await world.turn()).toBe("settled");
  expect(world.calls).toEqual(["create alice"]);
  expect(world.daemon.sight()?.plan.changes).toEqual([]);
  world.restart();
  expect(await world.turn()).toBe("settled");
  expect(world.calls).toEqual(["create alice"]);
});

describe("what the world does by itself is seen to by mode", () => {
  test.each([
    { mode: "report", moved: { alice: at(99) }, calls: [], left: { alice: "reported" } },
    { mode: "propose", moved: { alice: at(99) }, calls: [], left: { alice: "proposed" } },
    { mode: "correct", moved: { alice: at(99) }, calls: ["update alice"], left: {} },
    { mode: "correct", moved: { eve: at(66) }, calls: [], left: { eve: "it destroys, so it is left to people" } },
  ])("$mode: $moved", async ({ mode, moved, calls, left }) => {
    world = await settledWorld({ modes: `WireGuardPeer: ${mode}` });
    for (const [name, address] of Object.entries(moved)) world.live.set(name, address);
    expect(await world.turn()).toBe("settled");
    expect(world.calls).toEqual(calls);
    expect(lefts()).toEqual(left);
  });
});

test("a commit changes what it touches, and no drift of anything else", async () => {
  world = await settledWorld();
  world.live.set("bob", at(99));
  world.write(peerFile("alice", 30));
  expect(await world.turn()).toBe("settled");
  expect(world.calls).toEqual(["update alice"]);
  expect(lefts()).toEqual({ bob: "reported" });
});

test("a document that goes is a deletion of the commit's", async () => {
  world = await settledWorld();
  world.write(noPeer("bob"));
  await world.turn();
  expect(world.calls).toEqual(["delete bob"]);
});

test("a tree that does not validate is no removal: the last good one stays, before and after a restart", async () => {
  world = await settledWorld();
  world.write({ "desired-state/peers/bob.yaml": "kind: WireGuardPeer\nmetada" });
  for (const again of [() => undefined, world.restart]) {
    again();
    expect(await world.turn()).toBe("settled");
    expect(troubles()).toEqual(["broken"]);
    expect(world.daemon.status().troubles[0]?.message).toContain("desired-state/peers/bob.yaml:");
  }
  expect(world.calls).toEqual([]);
  world.write(noPeer("bob"));
  await world.turn();
  expect([world.calls, troubles()]).toEqual([["delete bob"], []]);
});

test("reeve watch status says what is wrong before a round has ended, and when it is over", async () => {
  world = await settledWorld();
  const saved = () => readStatus(world.folder)?.status.troubles.map(({ code }) => code);
  world.write({ "desired-state/peers/bob.yaml": "kind: WireGuardPeer\nmetada" });
  await world.daemon.follow();
  expect(saved()).toEqual(["broken"]);
  world.write(peerFile("bob", 21));
  await world.daemon.follow();
  expect(saved()).toEqual([]);
});

test("documents that are gone altogether are no removal either", async () => {
  world = await settledWorld();
  rmSync(`${world.root}/desired-state`, { recursive: true });
  await world.turn();
  expect([world.calls, troubles()]).toEqual([[], ["unreadable"]]);
});

test("drift-only: a commit is left to whoever applies it, and is no drift until then", async () => {
  world = openWorld({ apply: "drift-only", modes: "WireGuardPeer: correct" });
  world.live.set("alice", at(20));
  await world.turn();
  world.write(peerFile("alice", 30));
  await world.turn();
  expect([world.calls, lefts()]).toEqual([[], { alice: "the commit is applied elsewhere (apply: drift-only)" }]);
  expect(world.daemon.status().isApplied).toBe(false);
  world.live.set("alice", at(30));
  await world.turn();
  expect(world.daemon.status().isApplied).toBe(true);
  world.live.set("alice", at(99));
  await world.turn();
  expect(world.calls).toEqual(["update alice"]);
});

test("what could not be read when its commit came is done when it can be", async () => {
  world = await settledWorld({ modes: "WireGuardPeer: report" });
  world.unread.add("alice");
  world.write(peerFile("alice", 30));
  expect(await world.turn()).toBe("waits");
  world.unread.clear();
  world.restart();
  expect(await world.turn()).toBe("settled");
  expect(world.calls).toEqual(["update alice"]);
});

test("what failed is tried again, and is no drift", async () => {
  world = await settledWorld({ modes: "WireGuardPeer: report" });
  world.failing.add("alice");
  world.write(peerFile("alice", 30));
  expect(await world.turn()).toBe("waits");
  world.failing.clear();
  expect(await world.turn()).toBe("settled");
  expect(world.calls).toEqual(["update alice"]);
});

test("while it is paused nothing is written, whatever asks for it; then all of it is", async () => {
  world = await settledWorld({ modes: "WireGuardPeer: correct" });
  writePause(world.folder, { reason: "moving the hub", by: "ada", since: "2026-03-02T09:00:00Z" });
  world.live.set("bob", at(99));
  world.write(peerFile("alice", 30));
  world.restart();
  await world.turn();
  expect(world.calls).toEqual([]);
  expect(lefts()["alice"]).toBe("paused since 2026-03-02T09:00:00Z by ada: moving the hub");
  // What is served to appliances is what was applied.
  expect(JSON.stringify(world.daemon.snapshot()?.resources)).not.toContain(at(30));
  endPause(world.folder);
  await world.turn();
  expect(world.calls.toSorted()).toEqual(["update alice", "update bob"]);
});

test("a pause that cannot be read pauses", async () => {
  world = await settledWorld();
  writeFileSync(`${world.folder}/pause.json`, "{");
  world.write(peerFile("alice", 30));
  await world.turn();
  expect(world.calls).toEqual([]);
});

test("a folder that cannot be written is said, and stops nothing", async () => {
  world = await settledWorld({ modes: "WireGuardPeer: correct" });
  world.live.set("bob", at(99));
  rmSync(`${world.folder}/memory.json`);
  // Nothing can be put in place of a folder that is not empty.
  world.write({ ".reeve/watch/memory.json/in-the-way": "" });
  await world.turn();
  expect([world.calls, troubles()]).toEqual([["update bob"], ["disk"]]);
});

test("since when something differs is remembered until it does not", async () => {
  world = await settledWorld();
  world.live.set("bob", at(99));
  await world.turn();
  world.now += 2 * HOUR;
  world.restart();
  await world.turn();
  expect(world.daemon.status().differences[0]?.since).toBe("2026-03-02T09:00:00.000Z");
});

describe("what appliances are given", () => {
  const served = (address: number): boolean =>
    JSON.stringify(world.daemon.snapshot()?.resources ?? []).includes(`"${at(address)}"`);

  test("a mass change that waits for a person changes nothing of it", async () => {
    world = await settledWorld();
    for (const name of ["carl", "dan", "eve"]) world.write(peerFile(name, 40 + name.length));
    await world.turn();
    world.write({ ...noPeer("carl"), ...noPeer("dan"), ...noPeer("eve"), ...peerFile("alice", 30) });
    expect([await world.turn(), troubles(), served(30)]).toEqual(["waits", ["blocked"], false]);
  });

  test("an apply of the daemon's own has its documents at once", async () => {
    world = await settledWorld();
    const seen: boolean[] = [];
    world.onWrite = () => {
      seen.push(served(30));
      world.daemon.ask();
      seen.push(served(30));
    };
    world.write(peerFile("alice", 30));
    await world.turn();
    expect(seen).toEqual([false, true]);
  });

  test("an apply that runs elsewhere has the newest with the next look, unless there is a pause", async () => {
    world = await settledWorld();
    writePause(world.folder, { reason: "moving the hub", by: "ada", since: "2026-03-02T09:00:00Z" });
    world.write(peerFile("alice", 30));
    world.daemon.ask();
    await world.daemon.follow();
    expect(served(30)).toBe(false);
    endPause(world.folder);
    await world.daemon.follow();
    expect(served(30)).toBe(true);
  });
});
