import { ApiTrouble } from "../api/trouble.ts";
import type { LiveDesktop } from "../model.ts";
import { conditionOf } from "../states.ts";
import { sendBatches, type Target } from "./batches.ts";
import { done, type Failure, failed, type Job, reasonOf } from "./job.ts";
import { endedInError, LIMITS, pollUntil, STALE_MS } from "./waits.ts";

export interface Power {
  readonly region: string;
  readonly ids: readonly string[];
  readonly to: "STOPPED" | "AVAILABLE";
}

const UNDER_WAY = { STOPPED: "STOPPING", AVAILABLE: "STARTING" } as const satisfies Record<Power["to"], string>;

/** Stops or starts, 25 a call, and waits until each is so. Gives the failures, by id. */
export async function switchPower(job: Job, { region, ids, to }: Power): Promise<ReadonlyMap<string, Failure>> {
  const { writer, session } = job;
  const send = to === "STOPPED" ? writer.stop : writer.start;
  const asked = ids.map((id) => ({ region, id }));
  const refused = new Map(await sendBatches(asked, send));
  const failures = new Map<string, Failure>();
  const waiting = new Set(ids);
  const freshAt = session.clock.now().getTime() + STALE_MS;
  const settle = (desktop: LiveDesktop): void => {
    if (desktop.state === UNDER_WAY[to]) refused.delete(desktop.id);
    const verdict = refused.get(desktop.id);
    // What met its own earlier success is refused too, and a stale read does not show it yet.
    if (verdict?.failure === "retryable" && session.clock.now().getTime() < freshAt && desktop.state !== to) return;
    const condition = conditionOf(desktop);
    if (desktop.state !== to && verdict === undefined && condition !== "failed" && condition !== "leaving") return;
    waiting.delete(desktop.id);
    if (desktop.state === to) return;
    failures.set(desktop.id, verdict === undefined ? endedInError(desktop).failure : reasonOf(verdict));
  };
  const what = `${ids.length === 1 ? (ids[0] ?? "") : `${ids.length} desktops`} to ${to === "STOPPED" ? "stop" : "start"}`;
  const count = () => ({ done: ids.length - waiting.size, of: ids.length });
  try {
    await pollUntil({ session, limitMs: LIMITS.power, what, count }, async () => {
      for (const desktop of await writer.desktopsById(region, [...waiting])) settle(desktop);
      return waiting.size === 0 ? true : null;
    });
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    for (const id of waiting) failures.set(id, reasonOf(error.verdict));
    return failures;
  }
  for (const id of waiting) failures.set(id, tooLong(id, to));
  return failures;
}

function tooLong(id: string, to: Power["to"]): Failure {
  return {
    failure: "retryable",
    message: `${id} is not ${to} after ${LIMITS.power / 60_000} minutes`,
    next: "apply again: it looks first, and carries on",
  };
}

/** Changes that do nothing else. */
export async function switchTargets(job: Job, targets: readonly Target[], to: Power["to"]): Promise<void> {
  for (const [region, group] of Map.groupBy(targets, (target) => target.region)) {
    const failures = await switchPower(job, { region, ids: group.map(({ id }) => id), to });
    for (const { change, id } of group) {
      const failure = failures.get(id);
      job.queue.push(failure === undefined ? done(change, `${id} is ${to}`) : failed(change, failure));
    }
  }
}
