import { uptime } from "node:os";
import type { Clock } from "./clock.ts";
import { systemClock } from "./system-clock.ts";

/** Goes on evenly, also while the host sleeps, and whoever sets the machine's clock: for how long something lasts, not for when it is. */
export const steadyClock: Clock = { now: () => new Date(uptime() * 1000), sleep: systemClock.sleep };
