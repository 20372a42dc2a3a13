import { DAY } from "./rules.ts";
import type { Desktop } from "./world.ts";

const EVERY_MS = (DAY / 2) * 1000;

/** When a desktop's volumes were last saved: at its launch, then every twelve hours. Never launched, never saved. */
export function snapshotTimes({ launchedAt }: Desktop, now: number): readonly number[] {
  if (launchedAt === null || launchedAt > now) return [];
  const passed = Math.floor((now - launchedAt) / EVERY_MS);
  return [launchedAt + passed * EVERY_MS];
}
