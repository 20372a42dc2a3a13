import type { Change } from "../../../plan/change.ts";
import { chunksOf } from "../api/pages.ts";
import { BATCH } from "../api/reader.ts";
import { ApiTrouble } from "../api/trouble.ts";
import type { FailedItem } from "../model.ts";
import { done, failedBy, type Job } from "./job.ts";

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

/** A change of one existing desktop. */
export interface Target {
  readonly change: Change;
  readonly region: string;
  readonly id: string;
}

type Send = (region: string, ids: readonly string[]) => Promise<readonly FailedItem[]>;

/** One call for each 25 of a region; each failed item is its own change's failure. Gives those that AWS took. */
export async function sendBatches(job: Job, targets: readonly Target[], send: Send): Promise<readonly Target[]> {
  const taken: Target[] = [];
  for (const [region, group] of Map.groupBy(targets, (target) => target.region)) {
    for (const chunk of chunksOf(group, BATCH)) taken.push(...(await sendBatch(job, { region, chunk }, send)));
  }
  return taken;
}

async function sendBatch(
  { queue }: Job,
  { region, chunk }: { readonly region: string; readonly chunk: readonly Target[] },
  send: Send,
): Promise<readonly Target[]> {
  try {
    const answer = await send(
      region,
      chunk.map(({ id }) => id),
    );
    const refused = new Map(answer.map(({ key, verdict }) => [key, verdict]));
    for (const { change, id } of chunk) {
      const verdict = refused.get(id);
      if (verdict !== undefined) queue.push(failedBy(change, verdict));
    }
    return chunk.filter(({ id }) => !refused.has(id));
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    for (const { change } of chunk) queue.push(failedBy(change, error.verdict));
    return [];
  }
}

/** A desktop that is to go, and the note that must be there before it does (endings.ts). */
export interface Removal extends Target {
  readonly note: { readonly directoryId: string; readonly key: string } | null;
}

export async function removeDesktops(job: Job, removals: readonly Removal[]): Promise<void> {
  const noted = await writeNotes(job, removals);
  const taken = await sendBatches(job, noted, job.writer.terminate);
  for (const { change, id } of taken)
    job.queue.push(done(change, `${id} is on its way out; its slot is free in some minutes`));
}
