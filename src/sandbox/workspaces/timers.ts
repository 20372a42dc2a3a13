import type { Happening, Region, Timer } from "./world.ts";

/** Puts what will happen into its place: by time, and what was planned first comes first. */
export function plan(region: Region, timer: Timer): void {
  const place = region.timers.findIndex(({ at }) => at > timer.at);
  region.timers.splice(place === -1 ? region.timers.length : place, 0, timer);
}

/** Takes back what was planned for a desktop: all of it, or one kind. */
export function cancel(region: Region, id: string, what?: Happening["what"]): void {
  const isMeant = (timer: Timer): boolean => timer.id === id && (what === undefined || timer.what === what);
  if (region.timers.some(isMeant)) region.timers = region.timers.filter((timer) => !isMeant(timer));
}
