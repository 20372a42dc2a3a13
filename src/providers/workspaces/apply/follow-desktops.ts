/** Follows desktops that AWS is making until each is ready: one describe for 25 of them, however long it takes. */
import { ApiTrouble } from "../api/trouble.ts";
import { wantsStopped } from "../desktop-view.ts";
import { TAGS } from "../markers.ts";
import type { LiveDesktop } from "../model.ts";
import { conditionOf } from "../states.ts";
import type { DirectoryGates } from "./directory-gates.ts";
import { done, failed, failedBy, type Job, settleChange } from "./job.ts";
import type { Ordered } from "./make-desktops.ts";
import { allToTheEnd } from "./outcome-queue.ts";
import { switchPower } from "./switch-power.ts";
import { endedBySomebody, endedInError, LIMITS, pollUntil } from "./waits.ts";

interface Place {
  readonly region: string;
  readonly gates: DirectoryGates;
}

export async function followDesktops(job: Job, { region, gates }: Place, ordered: readonly Ordered[]): Promise<void> {
  if (ordered.length === 0) return;
  const { writer, session } = job;
  const waiting = new Map(ordered.map((one) => [one.id, one]));
  const stops: Promise<void>[] = [];
  const limitMs = ordered.some(({ view }) => view.facts.key !== null)
    ? LIMITS.encryptedProvisioning
    : LIMITS.provisioning;
  const count = () => ({ done: ordered.length - waiting.size, of: ordered.length });
  const what = `desktops in ${region} to be ready`;
  const look = async (): Promise<true | null> => {
    const toStop: Ready[] = [];
    const desktops = await writer.desktopsById(region, [...waiting.keys()]);
    const seenAt = session.clock.now();
    for (const desktop of desktops) {
      const one = waiting.get(desktop.id);
      if (one === undefined || !isSettled(desktop)) continue;
      waiting.delete(desktop.id);
      await gates.note(desktop);
      const ready = await finish(job, one, { desktop, seenAt });
      if (ready !== null) toStop.push(ready);
    }
    // Beside the wait for the others: how long they take is counted until they are seen.
    if (toStop.length > 0) stops.push(inBackground(stopReady(job, region, toStop)));
    return waiting.size === 0 ? true : null;
  };
  try {
    await pollUntil({ session, limitMs, what, count }, look);
    for (const { change, id } of waiting.values()) job.queue.push(failed(change, notReady(id, limitMs)));
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    for (const { change } of waiting.values()) job.queue.push(failedBy(change, error.verdict));
  } finally {
    await allToTheEnd(stops);
  }
}

function notReady(id: string, limitMs: number) {
  const message = `${id} is not ready after ${Math.round(limitMs / 60_000)} minutes`;
  return { failure: "retryable", message, next: "apply again: it waits on from there" } as const;
}

/** A state that nobody here knows is waited out. */
function isSettled(desktop: LiveDesktop): boolean {
  const condition = conditionOf(desktop);
  return condition === "ready" || condition === "failed" || condition === "leaving";
}

/** Ready, and to be stopped. */
interface Ready {
  readonly one: Ordered;
  readonly message: string;
}

/** Its failure is thrown where it is awaited, and is nobody's until then. */
function inBackground(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

interface Sight {
  readonly desktop: LiveDesktop;
  readonly seenAt: Date;
}

/** Reports, but for desktops that are to be stopped yet: those it gives back. */
async function finish(job: Job, one: Ordered, { desktop, seenAt }: Sight): Promise<Ready | null> {
  const { change, view, region, id, orderedAt } = one;
  let ready: Ready | null = null;
  const report = async (): Promise<string | null> => {
    if (conditionOf(desktop) === "failed") throw endedInError(desktop);
    if (conditionOf(desktop) === "leaving") throw endedBySomebody(id);
    const seconds = await recordReady(job, { region, id, from: orderedAt, seenAt });
    const message = `${id} is ready after ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`;
    if (!wantsStopped(view) || desktop.state !== "AVAILABLE") return message;
    ready = { one, message };
    return null;
  };
  await settleChange(job, change, report);
  return ready;
}

async function stopReady(job: Job, region: string, ready: readonly Ready[]): Promise<void> {
  const failures = await switchPower(job, { region, ids: ready.map(({ one }) => one.id), to: "STOPPED" });
  for (const { one, message } of ready) {
    const failure = failures.get(one.id);
    job.queue.push(failure === undefined ? done(one.change, `${message}, and stopped`) : failed(one.change, failure));
  }
}

interface Timing {
  readonly region: string;
  readonly id: string;
  readonly from: Date;
  readonly seenAt: Date;
}

/** A tag that is written once. */
export async function recordReady({ writer }: Job, { region, id, from, seenAt }: Timing): Promise<number> {
  const seconds = Math.max(0, Math.round((seenAt.getTime() - from.getTime()) / 1000));
  await writer.tag(region, id, { [TAGS.readyAfter]: String(seconds) });
  return seconds;
}
