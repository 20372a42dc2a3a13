import { ApiTrouble, type Verdict } from "../api/trouble.ts";
import type { LiveDesktop } from "../model.ts";
import { isLeaving } from "../states.ts";
import { sendBatches, type Target } from "./batches.ts";
import { done, failedBy, type Job } from "./job.ts";

/** A desktop that is to go, and the note that must be there before it does (endings.ts). */
export interface Removal extends Target {
  readonly note: { readonly directoryId: string; readonly key: string } | null;
}

export async function removeDesktops(job: Job, removals: readonly Removal[]): Promise<void> {
  const noted = await writeNotes(job, removals);
  const refused = await endDesktops(job, noted);
  for (const { change, id } of noted) {
    const verdict = refused.get(id);
    if (verdict !== undefined) job.queue.push(failedBy(change, verdict));
    else job.queue.push(done(change, `${id} is on its way out; its slot is free in some minutes`));
  }
}

/**
 * Terminates, and looks again at what was refused: what is gone or going is what was wanted, whether by an earlier call whose
 * answer was lost or by somebody else. Gives the rest.
 */
export async function endDesktops(job: Job, targets: readonly Target[]): Promise<ReadonlyMap<string, Verdict>> {
  const refused = await sendBatches(targets, job.writer.terminate);
  if (refused.size === 0) return refused;
  const doubtful = targets.filter(({ id }) => refused.has(id));
  const there = new Map<string, LiveDesktop>();
  for (const [region, group] of Map.groupBy(doubtful, (target) => target.region)) {
    for (const desktop of await look(job, region, group)) there.set(desktop.id, desktop);
  }
  return new Map(
    [...refused].filter(([id, { failure }]) => {
      const desktop = there.get(id);
      return desktop === undefined ? failure !== "gone" : !isLeaving(desktop);
    }),
  );
}

async function look({ writer }: Job, region: string, targets: readonly Target[]): Promise<readonly LiveDesktop[]> {
  try {
    return await writer.desktopsById(
      region,
      targets.map(({ id }) => id),
    );
  } catch (error) {
    if (error instanceof ApiTrouble) return [];
    throw error;
  }
}

/** Notes first: a run that dies in between finds its desktop still there and ends it then. Gives what may go now. */
async function writeNotes(job: Job, removals: readonly Removal[]): Promise<readonly Removal[]> {
  const ready = removals.filter(({ note }) => note === null);
  const at = `${job.session.clock.now().toISOString().slice(0, 19)}Z`;
  const noted = removals.filter(({ note }) => note !== null);
  for (const [place, group] of Map.groupBy(noted, ({ region, note }) => `${region} ${note?.directoryId ?? ""}`)) {
    const [region = "", directoryId = ""] = place.split(" ");
    const tags = Object.fromEntries(group.map(({ note }) => [note?.key ?? "", at]));
    try {
      await job.writer.tag(region, directoryId, tags);
      ready.push(...group);
    } catch (error) {
      if (!(error instanceof ApiTrouble)) throw error;
      for (const { change } of group) job.queue.push(failedBy(change, error.verdict));
    }
  }
  return ready;
}
