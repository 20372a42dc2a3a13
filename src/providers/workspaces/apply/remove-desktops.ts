import { ApiTrouble, type Verdict } from "../api/trouble.ts";
import { sendBatches, type Target } from "./batches.ts";
import { done, failedBy, type Job } from "./job.ts";
import { seeLeave } from "./waits.ts";

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
 * Terminates, and looks again until reads show it: what is gone or going is what was wanted, whether by this call, by an
 * earlier one whose answer was lost or by somebody else. Gives what was refused and still stands.
 */
export async function endDesktops(job: Job, targets: readonly Target[]): Promise<ReadonlyMap<string, Verdict>> {
  const refused = await sendBatches(targets, job.writer.terminate);
  const standing = new Set<string>();
  for (const [region, group] of Map.groupBy(targets, (target) => target.region)) {
    const ids = group.map(({ id }) => id);
    for (const id of await lookWhoStands(job, region, ids)) standing.add(id);
  }
  return new Map([...refused].filter(([id]) => standing.has(id)));
}

/** Ctrl-C ends the looking: then what AWS answered is all that is known, and what it took is reported as done. */
async function lookWhoStands({ session, writer: reader }: Job, region: string, ids: readonly string[]) {
  try {
    return await seeLeave({ session, reader, region }, ids);
  } catch (error) {
    if (session.signal.aborted) return new Set(ids);
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
