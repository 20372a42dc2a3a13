/** Follows desktops that AWS is making until each is ready: one describe for 25 of them, however long it takes. */
import { wantsStopped } from "../desktop-view.ts";
import { TAGS } from "../markers.ts";
import type { LiveDesktop } from "../model.ts";
import { conditionOf } from "../states.ts";
import { failed, type Job, settleChange } from "./job.ts";
import type { Ordered } from "./make-desktops.ts";
import { endedInError, LIMITS, pollUntil, waitForDesktop } from "./waits.ts";

export async function followDesktops(job: Job, region: string, ordered: readonly Ordered[]): Promise<void> {
  const { writer, session } = job;
  const waiting = new Map(ordered.map((one) => [one.id, one]));
  const isEncrypted = ordered.some(({ view }) => view.facts.key !== null);
  const limitMs = isEncrypted ? LIMITS.encryptedProvisioning : LIMITS.provisioning;
  await pollUntil({ session, limitMs, what: `${ordered.length} desktops in ${region} to be ready` }, async () => {
    const states = waiting.size === 0 ? [] : await writer.desktopsById(region, [...waiting.keys()]);
    for (const desktop of states) {
      const one = waiting.get(desktop.id);
      if (one === undefined || !isSettled(desktop)) continue;
      waiting.delete(desktop.id);
      await finish(job, one, desktop);
    }
    session.progress.step(`waiting for desktops in ${region} to be ready`, {
      done: ordered.length - waiting.size,
      of: ordered.length,
    });
    return waiting.size === 0 ? true : null;
  });
  for (const { change, id } of waiting.values()) {
    const message = `${id} is not ready after ${Math.round(limitMs / 60_000)} minutes`;
    job.queue.push(failed(change, { failure: "retryable", message, next: "apply again: it waits on from there" }));
  }
}

function isSettled(desktop: LiveDesktop): boolean {
  const condition = conditionOf(desktop);
  return condition !== "progressing" && condition !== "leaving";
}

async function finish(job: Job, { change, view, region, id, orderedAt }: Ordered, desktop: LiveDesktop): Promise<void> {
  await settleChange(job, change, async () => {
    if (conditionOf(desktop) === "failed") throw endedInError(desktop);
    const seconds = await recordReady(job, { region, id, from: orderedAt });
    if (wantsStopped(view) && desktop.state === "AVAILABLE") await stopOne(job, region, id);
    return `${id} is ready after ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}`;
  });
}

/** A tag that is written once. */
export async function recordReady(
  { writer, session }: Job,
  { region, id, from }: { readonly region: string; readonly id: string; readonly from: Date },
): Promise<number> {
  const seconds = Math.max(0, Math.round((session.clock.now().getTime() - from.getTime()) / 1000));
  await writer.tag(region, id, { [TAGS.readyAfter]: String(seconds) });
  return seconds;
}

export async function stopOne({ writer, session }: Job, region: string, id: string): Promise<void> {
  await writer.stop(region, [id]);
  const isThere = ({ state }: LiveDesktop) => state === "STOPPED";
  const wait = { what: `${id} to stop`, limitMs: LIMITS.power, isThere };
  await waitForDesktop({ session, reader: writer, region }, id, wait);
}
