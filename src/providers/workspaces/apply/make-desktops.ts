/** New desktops of one region: ordered in batches, claimed where an answer was lost, followed until they are ready. */
import type { Change } from "../../../plan/change.ts";
import { chunksOf } from "../api/pages.ts";
import { BATCH } from "../api/reader.ts";
import type { DesktopView } from "../desktop-view.ts";
import { ERRORS_TO_STOP } from "../guard-creation.ts";
import { createDirectoryGates, type DirectoryGates } from "./directory-gates.ts";
import { followDesktops } from "./follow-desktops.ts";
import { failed, failedBy, type Job } from "./job.ts";
import { orderBatch } from "./order-batch.ts";
import { allToTheEnd } from "./outcome-queue.ts";
import { endDesktops } from "./remove-desktops.ts";
import { waitUntilGone } from "./waits.ts";

/** A desktop that is to be made, and what of it stands in the way. */
export interface Making {
  readonly change: Change;
  readonly view: DesktopView;
  readonly region: string;
  /** A desktop that must be gone first. */
  readonly before: { readonly id: string; readonly region: string; readonly isToBeEnded: boolean } | null;
}

/** A desktop that AWS is making for us. */
export interface Ordered extends Making {
  readonly id: string;
  readonly orderedAt: Date;
}

/**
 * Provisioning takes twenty minutes and ordering half a second, so a broken directory would be found out after the last
 * order. The first hundred prove it; each wave is then four times the one before.
 */
const FIRST_WAVE = 100;
const WAVE_GROWTH = 4;

export async function makeDesktops(job: Job, region: string, makings: readonly Making[]): Promise<void> {
  const gates = createDirectoryGates();
  const free = makings.filter(({ before }) => before === null);
  const blocked = makings.filter(({ before }) => before !== null);
  await allToTheEnd([
    makeInWaves(job, { region, gates }, free),
    freeSlots(job, blocked).then((freed) => makeInWaves(job, { region, gates }, freed)),
  ]);
}

/** Ends what is to be replaced, and waits until its user's place is free. */
async function freeSlots(job: Job, blocked: readonly Making[]): Promise<readonly Making[]> {
  const olds = blocked.flatMap(({ change, before }) => (before === null ? [] : [{ change, ...before }]));
  const refused = await endDesktops(
    job,
    olds.filter(({ isToBeEnded }) => isToBeEnded),
  );
  const leaving = olds.filter(({ id }) => !refused.has(id));
  const left = new Set<string>();
  for (const [region, group] of Map.groupBy(leaving, (one) => one.region)) {
    const ids = group.map(({ id }) => id);
    for (const id of await waitUntilGone({ session: job.session, reader: job.writer, region }, ids)) left.add(id);
  }
  for (const { change, id } of olds) {
    const verdict = refused.get(id);
    if (verdict !== undefined) job.queue.push(failedBy(change, verdict));
    else if (left.has(id)) {
      const message = `${id} is still on its way out`;
      job.queue.push(failed(change, { failure: "retryable", message, next: "apply again in some minutes" }));
    }
  }
  return blocked.filter(({ before }) => before !== null && !refused.has(before.id) && !left.has(before.id));
}

interface Place {
  readonly region: string;
  readonly gates: DirectoryGates;
}

async function makeInWaves(job: Job, { region, gates }: Place, makings: readonly Making[]): Promise<void> {
  let size = FIRST_WAVE;
  for (let from = 0; from < makings.length; size *= WAVE_GROWTH) {
    const wave = makings.slice(from, from + size).filter((making) => isOpen(job, making, gates));
    from += size;
    const ordered = [];
    for (const chunk of chunksOf(wave, BATCH)) ordered.push(...(await orderBatch(job, region, chunk)));
    await followDesktops(job, { region, gates }, ordered);
  }
}

function isOpen(job: Job, { change, view }: Making, gates: DirectoryGates): boolean {
  const { directory } = view;
  if (directory === null || gates.isOpen(directory.id)) return true;
  const message = `${ERRORS_TO_STOP} desktops in a row ended in ERROR in ${directory.name}: no more are made there`;
  const next = "mend what their errors say, then apply again";
  job.queue.push(failed(change, { failure: "denied", message, next }));
  return false;
}
