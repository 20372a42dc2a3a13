/** When a grant holds: pure, with the clock as an argument. */
import { durationSeconds } from "../../support/duration.ts";

/** From `startsAt`, which is part of it, to `expiresAt`, which is not; what is kept is kept until `purgesAt`. */
export interface Window {
  readonly startsAt: Date;
  readonly expiresAt: Date;
  readonly purgesAt: Date;
}

/** How a grant stands at an instant. */
export type GrantState = "pending" | "active" | "suspended" | "expired" | "purged";

/** What a document says of its window. */
export interface WrittenWindow {
  readonly startsAt: string;
  readonly expiresAt?: string;
  readonly duration?: string;
}

/** The latest instant that a date can hold, for what is past all counting. */
const END_OF_TIME = 8_640_000_000_000_000;

/** Null where the two ends do not make a window, for example because one cannot be read: no window, no access. */
export function windowOf(written: WrittenWindow, retainFor: string): Window | null {
  const startsAt = new Date(written.startsAt);
  const expiresAt = endOf(written, startsAt);
  if (expiresAt === null || !(expiresAt > startsAt)) return null;
  return { startsAt, expiresAt, purgesAt: after(expiresAt, retainFor) };
}

function endOf({ expiresAt, duration }: WrittenWindow, startsAt: Date): Date | null {
  if (expiresAt !== undefined && duration !== undefined) return null;
  if (expiresAt !== undefined) return new Date(expiresAt);
  return duration === undefined || Number.isNaN(startsAt.getTime()) ? null : after(startsAt, duration);
}

function after(instant: Date, duration: string): Date {
  return new Date(Math.min(instant.getTime() + durationSeconds(duration) * 1000, END_OF_TIME));
}

export function stateAt(window: Window, isSuspended: boolean, now: Date): GrantState {
  if (now >= window.purgesAt) return "purged";
  if (now >= window.expiresAt) return "expired";
  if (now < window.startsAt) return "pending";
  return isSuspended ? "suspended" : "active";
}

/** The next instant at which time alone changes how the grant stands; null when nothing does any more. */
export function nextChangeOf(window: Window, now: Date): Date | null {
  return [window.startsAt, window.expiresAt, window.purgesAt].find((instant) => instant > now) ?? null;
}

/** True where the two share an instant. One that ends when the other begins does not. */
export function overlaps(a: Window, b: Window): boolean {
  return a.startsAt < b.expiresAt && b.startsAt < a.expiresAt;
}
