/** Waiting for AWS: every wait polls, shows what it waits for, ends at a deadline, and stops at Ctrl-C. */
import type { Session } from "../../provider.ts";
import { ApiTrouble } from "../api/trouble.ts";
import type { LiveDesktop, WorkspacesReader } from "../model.ts";
import { conditionOf, isModifying } from "../states.ts";
import { StepFailure } from "./job.ts";

const MINUTE_MS = 60_000;

/** Polls come quickly at first, then every half minute: most waits are of many minutes. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

export const LIMITS = {
  provisioning: 45 * MINUTE_MS,
  encryptedProvisioning: 75 * MINUTE_MS,
  termination: 30 * MINUTE_MS,
  modification: 130 * MINUTE_MS,
  power: 15 * MINUTE_MS,
  appearance: 3 * MINUTE_MS,
  showing: MINUTE_MS / 2,
  registration: 15 * MINUTE_MS,
} as const;

interface Wait {
  readonly session: Session;
  readonly limitMs: number;
  /** `ws-1 to be ready`, for the person who waits. */
  readonly what: string;
  readonly count?: () => { readonly done: number; readonly of: number };
}

/**
 * Asks until there is an answer; null when the time is over. A look that fails for now is a look without an answer: waits are
 * of many minutes, and outages of seconds are no reason to give up. What failed to the last is thrown. The time is over for what
 * was still not so in a look that began after it: a look at hundreds of desktops, with what is written about each, takes long.
 */
export async function pollUntil<Answer>(
  { session, limitMs, what, count }: Wait,
  ask: () => Promise<Answer | null>,
): Promise<Answer | null> {
  const { clock, signal, progress } = session;
  const end = clock.now().getTime() + limitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const lookedAt = clock.now().getTime();
    const look = await lookOnce(ask);
    progress.step(`waiting for ${what}`, count?.());
    if (look.answer !== null) return look.answer;
    if (lookedAt >= end) {
      if (look.trouble !== null) throw look.trouble;
      return null;
    }
    await clock.sleep(pause, signal);
  }
}

interface Look<Answer> {
  readonly answer: Answer | null;
  readonly trouble: ApiTrouble | null;
}

async function lookOnce<Answer>(ask: () => Promise<Answer | null>): Promise<Look<Answer>> {
  try {
    return { answer: await ask(), trouble: null };
  } catch (error) {
    if (error instanceof ApiTrouble && error.verdict.failure === "retryable") return { answer: null, trouble: error };
    throw error;
  }
}

/** Where a desktop is looked at. */
export interface Outlook {
  readonly session: Session;
  readonly reader: WorkspacesReader;
  readonly region: string;
}

export interface DesktopWait {
  readonly what: string;
  readonly limitMs: number;
  readonly isThere: (desktop: LiveDesktop) => boolean;
}

/** For so long a read may show what was before a write: what is seen counts when it has been seen all that time. */
export const STALE_MS = 6000;

/** One desktop until it is as `isThere` says, or a failure in words. */
export async function waitForDesktop(
  { session, reader, region }: Outlook,
  id: string,
  wait: DesktopWait,
): Promise<LiveDesktop> {
  const { clock } = session;
  let seen: { readonly failure: string | null; readonly since: number } | null = null;
  const found = await pollUntil({ session, ...wait }, async () => {
    const [desktop] = await reader.desktopsById(region, [id]);
    const failure = desktop === undefined ? null : failureOf(desktop);
    if (desktop === undefined || (failure === null && !wait.isThere(desktop))) {
      seen = null;
      return null;
    }
    const now = clock.now().getTime();
    if (seen === null || seen.failure !== (failure?.message ?? null))
      seen = { failure: failure?.message ?? null, since: now };
    if (now - seen.since < STALE_MS) return null;
    if (failure !== null) throw failure;
    return desktop;
  });
  if (found !== null) return found;
  throw new StepFailure({
    failure: "retryable",
    message: `${wait.what} took longer than ${Math.round(wait.limitMs / MINUTE_MS)} minutes`,
    next: "apply again: it waits on from there",
  });
}

function failureOf(desktop: LiveDesktop): StepFailure | null {
  if (conditionOf(desktop) === "leaving") return endedBySomebody(desktop.id);
  if (conditionOf(desktop) === "failed") return endedInError(desktop);
  const broken = desktop.modifications.find(({ state }) => state === "UPDATE_FAILED");
  return broken === undefined || isModifying(desktop) ? null : updateFailed(desktop, broken.resource);
}

export function endedInError({ id, error }: LiveDesktop): StepFailure {
  return new StepFailure({
    failure: "invalid",
    message: `${id} ended in ERROR${error === null ? "" : `: ${error}`}`,
    next: "mend what it says (network, domain join, key), then plan again: it says how to make it anew",
  });
}

export function endedBySomebody(id: string): StepFailure {
  const message = `somebody ended ${id} meanwhile`;
  return new StepFailure({ failure: "conflict", message, next: "find out who, then plan again" });
}

function updateFailed({ id }: LiveDesktop, resource: string): StepFailure {
  return new StepFailure({
    failure: "retryable",
    message: `${id}: AWS could not change its ${resource.toLowerCase().replaceAll("_", " ")}`,
    next: "apply again; if it fails again, ask AWS",
  });
}

/** For so long a terminated desktop may be missing from one read and back in the next. */
const BLIP_MS = 30_000;

/** Until none of these ids is there any more: AWS says TERMINATED while it still cleans up, so only absence counts. */
export function waitUntilGone(outlook: Outlook, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wait = { limitMs: LIMITS.termination, steadyMs: BLIP_MS, what: `the end of ${listed(ids)}` };
  return waitUntilNone({ outlook, isThere: () => true }, ids, wait);
}

/** Until reads show each of them gone or going. Gives those that still stand. */
export function seeLeave(outlook: Outlook, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wait = { limitMs: LIMITS.showing, steadyMs: STALE_MS, what: `${listed(ids)} to go` };
  return waitUntilNone({ outlook, isThere: (desktop) => conditionOf(desktop) !== "leaving" }, ids, wait);
}

interface Watch {
  readonly outlook: Outlook;
  readonly isThere: (desktop: LiveDesktop) => boolean;
}

interface NoneWait {
  readonly limitMs: number;
  /** For so long none may be there. */
  readonly steadyMs: number;
  readonly what: string;
}

/** Gives those that are there to the last; all of them where nobody could look. */
async function waitUntilNone(
  { outlook: { session, reader, region }, isThere }: Watch,
  ids: readonly string[],
  { limitMs, steadyMs, what }: NoneWait,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  let left: readonly string[] = ids;
  let since: number | null = null;
  const count = () => ({ done: ids.length - left.length, of: ids.length });
  await pollUntil({ session, limitMs, what, count }, async () => {
    left = (await reader.desktopsById(region, ids)).filter(isThere).map(({ id }) => id);
    const now = session.clock.now().getTime();
    since = left.length > 0 ? null : (since ?? now);
    return since !== null && now - since >= steadyMs ? true : null;
  }).catch((error: unknown) => {
    if (!(error instanceof ApiTrouble)) throw error;
    left = ids;
  });
  return new Set(left);
}

function listed(ids: readonly string[]): string {
  return ids.length === 1 ? (ids[0] ?? "") : `${ids.length} desktops`;
}
