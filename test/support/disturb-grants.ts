import { expect } from "vitest";
import { foreignBytes, keptIn, type Scene, standingOf, undone } from "./grants-scenario.ts";
import type { Disturbance, Ended, Trouble } from "./simulated-clusters.ts";
import type { Standing } from "./who-reaches-what.ts";

/** One call of a step, and what happens there. */
export interface Point extends Disturbance {
  readonly scene: Scene;
  readonly isWrite: boolean;
}

const OF_WRITES: readonly Trouble[] = [
  "reset-before",
  "reset-after",
  "truncated",
  "server-error",
  "throttled",
  "conflict",
  "denied",
];

const OF_READS: readonly Trouble[] = [
  "kill-before",
  "reset-before",
  "truncated",
  "server-error",
  "throttled",
  "denied",
];

/** So often in a row that every repetition of the call meets it too. */
const FOR_GOOD = 9;

/** All that can happen at each call of the steps as they go without trouble, in the order of the calls. */
export async function everyPoint(scenes: readonly Scene[]): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const scene of scenes) {
    using clusters = scene.clusters.copy();
    await clusters.apply();
    const counts = new Map<string, number>();
    for (const operation of clusters.calls()) {
      const nth = (counts.get(operation) ?? 0) + 1;
      counts.set(operation, nth);
      points.push(...pointsAt({ scene, operation, nth }));
    }
  }
  return points;
}

function pointsAt(call: { readonly scene: Scene; readonly operation: string; readonly nth: number }): readonly Point[] {
  const isWrite = /^(apply|patch|delete) /.test(call.operation);
  const kills: readonly Trouble[] = isWrite ? ["kill-before", "kill-after"] : [];
  const once = [...kills, ...(isWrite ? OF_WRITES : OF_READS)].map((trouble) => ({ ...call, isWrite, trouble }));
  const lasting = (["reset-after", "server-error"] as const).map((trouble) => ({
    ...call,
    isWrite,
    trouble,
    times: FOR_GOOD,
  }));
  return isWrite ? [...once, ...lasting] : once;
}

export function isKill({ trouble }: Disturbance): boolean {
  return trouble.startsWith("kill");
}

export function nameOf({ scene, operation, nth, trouble, times = 1 }: Point): string {
  return `${trouble} x${times} at ${operation} ${nth}, where ${scene.step.name}`;
}

/** So many runs by somebody who comes back each time. */
const MOST_RUNS = 4;

/** One disturbed apply, then apply again until there is nothing to do. */
export async function disturb(point: Point): Promise<void> {
  const { scene } = point;
  using clusters = scene.clusters.copy();
  const kept = keptIn(scene.clusters);
  const { stays } = scene;
  const look = (): void => {
    expectNoWider(standingOf(clusters), scene);
    expect(foreignBytes(clusters)).toBe(foreignBytes(scene.clusters));
    const now = keptIn(clusters);
    const lost = [...kept].filter(([place, uid]) => (now.get(place) ?? (stays.has(place) ? null : uid)) !== uid);
    expect(lost).toEqual([]);
  };
  let last = await clusters.apply(point);
  if (isMendedAtOnce(point)) expect(undone(last)).toEqual([]);
  if (point.isWrite && REFUSED.has(point.trouble)) expect(undone(last)).not.toEqual([]);
  look();
  for (let run = 1; run < MOST_RUNS && !isOver(last); run += 1) {
    last = await clusters.apply();
    expect(undone(last)).toEqual([]);
    look();
  }
  expect(isOver(last), JSON.stringify(last)).toBe(true);
  expect(standingOf(clusters)).toEqual(scene.after);
}

const PASSING: ReadonlySet<Trouble> = new Set(["reset-before", "server-error", "throttled"]);
const DONE_UNHEARD: ReadonlySet<Trouble> = new Set(["reset-after", "truncated"]);

/** Whoever is let in or kept out must not read that all is done. */
const REFUSED: ReadonlySet<Trouble> = new Set(["denied", "conflict"]);

/** One failure of the network or the server is over within the run, but for a patch of a version that it was itself. */
function isMendedAtOnce({ operation, trouble, times = 1 }: Point): boolean {
  if (times > 1) return false;
  return PASSING.has(trouble) || (DONE_UNHEARD.has(trouble) && !operation.startsWith("patch "));
}

/** All could be read, and nothing was left to do. */
function isOver(ended: Ended): boolean {
  if (ended === "killed" || ended.blockers.length > 0 || ended.outcomes.length > 0) return false;
  return ended.diagnostics.every(({ severity }) => severity !== "error");
}

/** Nobody gets anywhere on the way who did not before and will not after; where a step only gives or takes, less still. */
function expectNoWider({ ways, wrongs }: Standing, { step, before, after }: Scene): void {
  const mayBe = {
    gives: after.ways,
    takes: before.ways,
    both: before.ways.union(after.ways),
  }[step.does];
  expect([...ways.difference(mayBe)]).toEqual([]);
  expect(wrongs.filter((wrong) => !before.wrongs.includes(wrong))).toEqual([]);
}
