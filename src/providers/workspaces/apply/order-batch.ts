/** One CreateWorkspaces call, and what became of each of its desktops. */
import { ApiTrouble, isUncertain, type Verdict } from "../api/trouble.ts";
import type { DesktopOrder } from "../model.ts";
import { claimDesktop } from "./claim-desktop.ts";
import { failed, failedBy, type Job, StepFailure } from "./job.ts";
import type { Making, Ordered } from "./make-desktops.ts";
import { orderOf } from "./order.ts";

/** At most 25, of one region. Gives those that AWS makes; of the others it reports why not. */
export async function orderBatch(job: Job, region: string, chunk: readonly Making[]): Promise<readonly Ordered[]> {
  const orderedAt = job.session.clock.now();
  const orders = chunk.map((making) => ({ making, order: orderOf(making.view, job.world, orderedAt) }));
  job.session.progress.step(`making ${chunk.length} desktops in ${region}`);
  const { pending, refused } = await send(
    job,
    region,
    orders.map(({ order }) => order),
  );
  const resolved = await Promise.all(
    orders.map(async ({ making, order }) => {
      const user = order.user.toLowerCase();
      const id = pending.get(user) ?? (await recover(job, making, { order, verdict: refused.get(user) }));
      return id === null ? [] : [{ ...making, id, orderedAt }];
    }),
  );
  return resolved.flat();
}

interface Answer {
  /** Ids by user, folded. */
  readonly pending: ReadonlyMap<string, string>;
  readonly refused: ReadonlyMap<string, Verdict>;
}

async function send(job: Job, region: string, orders: readonly DesktopOrder[]): Promise<Answer> {
  try {
    const { pending, failed: items } = await job.writer.create(region, orders);
    return { pending, refused: new Map(items.map(({ key, verdict }) => [key, verdict])) };
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    const refused = new Map(orders.map(({ user }) => [user.toLowerCase(), error.verdict]));
    return { pending: new Map(), refused };
  }
}

/** An order without an id: our own earlier success, somebody else's desktop, a lost answer, or a refusal. */
async function recover(
  job: Job,
  { change, region }: Making,
  { order, verdict }: { readonly order: DesktopOrder; readonly verdict: Verdict | undefined },
): Promise<string | null> {
  if (verdict !== undefined && verdict.failure !== "conflict" && !isUncertain(verdict)) {
    job.queue.push(failedBy(change, verdict));
    return null;
  }
  try {
    return await claimDesktop(job, region, order);
  } catch (error) {
    if (error instanceof StepFailure) job.queue.push(failed(change, error.failure));
    else if (error instanceof ApiTrouble) job.queue.push(failedBy(change, error.verdict));
    else throw error;
    return null;
  }
}
