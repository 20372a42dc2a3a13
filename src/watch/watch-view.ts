import { userInfo } from "node:os";
import type { Clock } from "../support/clock.ts";
import type { Daemon } from "./daemon.ts";
import type { Waker } from "./keep-watch.ts";
import { readApplies } from "./listener/read-journal.ts";
import type { WatchView } from "./listener/view.ts";
import type { Log } from "./log.ts";
import { endPause, writePause } from "./pause.ts";

export interface Viewed {
  readonly daemon: Daemon;
  readonly waker: Waker;
  readonly log: Log;
  readonly clock: Clock;
  /** The daemon's folder, and the one that holds the journal. */
  readonly folder: string;
  readonly own: string;
  readonly isSandbox: boolean;
  /** Null where no site server runs here. */
  readonly sites: Pick<WatchView, "appliances" | "decide"> | null;
}

/** The daemon as its listener shows it. */
export function viewOf({ daemon, waker, log, clock, folder, own, isSandbox, sites }: Viewed): WatchView {
  return {
    isSandbox,
    status: daemon.status,
    sight: daemon.sight,
    applies: () => readApplies(own),
    appliances: () => sites?.appliances() ?? [],
    decide: async (deciding, decision) =>
      sites === null ? "no site server runs here" : sites.decide(deciding, decision),
    now: () => clock.now(),
    pause: (reason, by) => {
      writePause(folder, { reason, by: by || userInfo().username, since: clock.now().toISOString() });
      log("paused", { by, reason });
    },
    resume: (by) => {
      endPause(folder);
      log("resumed", { by });
      waker.wake("round");
    },
    wake: () => waker.wake("round"),
  };
}
