/** What operators leave for the daemon in its folder, from a command line that cannot reach it: a pause, its end, an acceptance. */
import { join } from "node:path";
import { watch } from "chokidar";
import type { Waker } from "./keep-watch.ts";

const FILES = ["pause.json", "accepted"] as const;

export interface Heeding {
  /** From then on nothing is missed. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Wakes the daemon as soon as one of them comes, changes or goes. */
export function heedWishes(folder: string, waker: Waker): Heeding {
  const watcher = watch(
    FILES.map((name) => join(folder, name)),
    { ignoreInitial: true },
  );
  watcher.on("all", () => waker.wake("round"));
  // Without a watcher it sees them at its next look.
  watcher.on("error", () => undefined);
  const ready = new Promise<void>((resolve) => void watcher.once("ready", resolve));
  return { ready, close: () => watcher.close() };
}
