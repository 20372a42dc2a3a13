/** When a desktop's time is over, judged at each run. Pure. */
import { createdAt } from "./markers.ts";
import type { LastUse, LiveDesktop } from "./model.ts";
import type { DesktopFacts } from "./topology.ts";

/** The earliest end that the documents ask for. */
export interface End {
  readonly at: Date;
  /** In plain words. */
  readonly why: string;
  /** True where the documents alone say when; counted from anything else, the end leaves a note behind (endings.ts). */
  readonly isCertain: boolean;
}

export type Phase = "active" | "ending" | "over";

const SECOND_MS = 1000;

export function endOf(facts: DesktopFacts, live: LiveDesktop | null, lastUse: LastUse | undefined): End | null {
  const ends = [expiry(facts), lifetime(facts, live), disuse(facts, live, lastUse)].filter((end) => end !== null);
  return ends.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null;
}

/** `ending` is the grace period, in which Reeve warns. */
export function phaseOf(end: End | null, facts: DesktopFacts, now: Date): Phase {
  if (end === null || now < end.at) return "active";
  return now < deletionAt(end, facts) ? "ending" : "over";
}

export function deletionAt(end: End, facts: DesktopFacts): Date {
  return new Date(end.at.getTime() + facts.lifecycle.graceSeconds * SECOND_MS);
}

/** The next instant at which time alone changes what is to be done about this desktop. */
export function nextInstant(end: End | null, facts: DesktopFacts, now: Date): Date | null {
  const instants = [facts.startDate, end?.at ?? null, end === null ? null : deletionAt(end, facts)];
  const ahead = instants.filter((instant) => instant !== null && instant > now);
  return ahead.toSorted((a, b) => (a?.getTime() ?? 0) - (b?.getTime() ?? 0))[0] ?? null;
}

/** Made ahead of its person's first day. */
export function isAhead({ startDate }: DesktopFacts, now: Date): boolean {
  return startDate !== null && now < startDate;
}

function expiry({ lifecycle }: DesktopFacts): End | null {
  const { expiresAt } = lifecycle;
  return expiresAt === null ? null : { at: expiresAt, why: "expiresAt has passed", isCertain: true };
}

function lifetime({ lifecycle, startDate }: DesktopFacts, live: LiveDesktop | null): End | null {
  const { maxLifetimeSeconds } = lifecycle;
  const from = startDate ?? (live === null ? null : createdAt(live.tags));
  if (maxLifetimeSeconds === null || from === null) return null;
  const at = new Date(from.getTime() + maxLifetimeSeconds * SECOND_MS);
  return { at, why: "its maxLifetime is over", isCertain: startDate !== null };
}

/** Before a person's first day nobody can have used it. */
function disuse(
  { lifecycle, startDate }: DesktopFacts,
  live: LiveDesktop | null,
  lastUse: LastUse | undefined,
): End | null {
  const { unusedSeconds } = lifecycle;
  if (unusedSeconds === null || live === null || live.isStandby) return null;
  if (lastUse === undefined || lastUse === "unknown") return null;
  const known = lastUse === "never" ? createdAt(live.tags) : lastUse;
  if (known === null) return null;
  const from = startDate !== null && startDate > known ? startDate : known;
  const why = lastUse === "never" ? "its user has never connected" : "its user has not connected for long";
  return { at: new Date(from.getTime() + unusedSeconds * SECOND_MS), why, isCertain: false };
}
