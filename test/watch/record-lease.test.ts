/** Two hosts and one record: never two applies at once, whatever of either, of the record's store or of the network fails. */
import { expect, test } from "vitest";
import type { Clock } from "../../src/support/clock.ts";
import { type HeldLease, isTaken } from "../../src/watch/lease/lease.ts";
import { type LeaseStore, recordLease } from "../../src/watch/lease/record-lease.ts";
import { faultyLeaseStore, type SharedRecord } from "../support/faulty-lease-store.ts";
import { type Random, seeded } from "../support/seeded.ts";
import { simulateClock } from "../support/simulated-clock.ts";

const DURATION_MS = 60_000;
/** The promise of whoever makes calls: none of them takes longer. */
const LONGEST_CALL_MS = 19_000;
const END_MS = 3_600_000;

interface Scene {
  readonly clock: Clock;
  readonly random: Random;
  readonly shared: SharedRecord;
  readonly underWay: Map<string, number>;
  readonly clashes: string[];
  applies: number;
}

/** One host: takes the lease when it can, makes some calls, gives it back; is killed now and then, and begins anew. */
async function runHost(scene: Scene, name: string): Promise<void> {
  const { random } = scene;
  for (let life = 0; scene.clock.now().getTime() < END_MS; life += 1) {
    const killed = new AbortController();
    const clock = strainedClock(scene.clock, random, killed.signal);
    const lease = recordLease({
      store: faultyLeaseStore(scene.shared, clock, { random }),
      description: "",
      holder: `${name}-${life}`,
      clock,
      durationMs: DURATION_MS,
    });
    const live = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn += 1) {
        const held = await lease.take(killed.signal).catch(() => ({ heldBy: "nobody knows" }));
        if (isTaken(held)) await apply(scene, name, { held, killed, clock });
        await clock.sleep(random() * 20_000);
      }
    };
    await live().catch((error: unknown) => {
      if (!killed.signal.aborted) throw error;
    });
    await scene.clock.sleep(random() * 5000);
  }
}

interface Applying {
  readonly held: HeldLease;
  readonly killed: AbortController;
  readonly clock: Clock;
}

/** What the guard of a round does before each call. The call itself goes on where its process is killed. */
async function apply(scene: Scene, name: string, { held, killed, clock }: Applying): Promise<void> {
  for (let calls = 0; calls < 8 && !held.lost.aborted && held.isHeld(); calls += 1) {
    const ends = scene.clock.sleep(scene.random() * LONGEST_CALL_MS);
    for (const [other, count] of scene.underWay)
      if (other !== name && count > 0) scene.clashes.push(`${name} met ${other}`);
    scene.underWay.set(name, (scene.underWay.get(name) ?? 0) + 1);
    scene.applies += 1;
    const over = ends.then(() => scene.underWay.set(name, (scene.underWay.get(name) ?? 0) - 1));
    if (scene.random() < 0.1) killed.abort(new Error("kill -9"));
    killed.signal.throwIfAborted();
    await over;
    await clock.sleep(scene.random() * 3000);
  }
  await held.release(null).catch(() => undefined);
}

/** Sleeps are too long now and then, as on a host that swaps or is moved; a killed process never wakes up. */
function strainedClock(clock: Clock, random: Random, killed: AbortSignal): Clock {
  return {
    now: clock.now,
    sleep: async (milliseconds, signal) => {
      const strain = random() < 0.05 ? random() * 120_000 : 0;
      const either = signal === undefined ? killed : AbortSignal.any([signal, killed]);
      await clock.sleep(milliseconds + strain, either);
      killed.throwIfAborted();
    },
  };
}

async function play(seed: number): Promise<Scene> {
  const random = seeded(seed);
  const clock = simulateClock(0);
  const scene: Scene = { clock, random, shared: { current: null }, underWay: new Map(), clashes: [], applies: 0 };
  await Promise.all([runHost(scene, "one"), runHost(scene, "two")]);
  return scene;
}

test("200 seeded hours of failures: calls of two hosts never meet, and both get on", async () => {
  let applies = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const scene = await play(seed);
    expect({ seed, clashes: scene.clashes }).toEqual({ seed, clashes: [] });
    applies += scene.applies;
  }
  expect(applies).toBeGreaterThan(200 * 10);
});

test("a holder that cannot renew stops before anybody else may have it", async () => {
  const clock = simulateClock(0);
  const shared: SharedRecord = { current: null };
  let isDown = false;
  const store: LeaseStore = {
    read: async () => shared.current && { record: shared.current.record, version: String(shared.current.version) },
    write: async (record) => {
      if (isDown) throw new Error("unreachable");
      shared.current = { record, version: (shared.current?.version ?? 0) + 1 };
      return String(shared.current.version);
    },
  };
  const held = await recordLease({ store, description: "", holder: "one", clock, durationMs: DURATION_MS }).take(
    new AbortController().signal,
  );
  if (!isTaken(held)) throw new Error(held.heldBy);
  isDown = true;
  await clock.sleep(DURATION_MS * 0.6);
  expect([held.isHeld(), held.lost.aborted]).toEqual([true, false]);
  await clock.sleep(DURATION_MS * 0.3);
  expect([held.isHeld(), held.lost.aborted]).toEqual([false, true]);
});
