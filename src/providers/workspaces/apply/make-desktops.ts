/** New desktops of one region: ordered in batches, claimed where an answer was lost, followed until they are ready. */
import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from "cockatiel";
import type { Change } from "../../../plan/change.ts";
import { chunksOf } from "../api/pages.ts";
import { BATCH } from "../api/reader.ts";
import { ApiTrouble, isUncertain, type Verdict } from "../api/trouble.ts";
import type { DesktopView } from "../desktop-view.ts";
import { ERRORS_TO_STOP } from "../guard-creation.ts";
import type { DesktopOrder } from "../model.ts";
import { claimDesktop } from "./claim-desktop.ts";
import { followDesktops } from "./follow-desktops.ts";
import { failed, failedBy, type Job, StepFailure } from "./job.ts";
import { orderOf } from "./order.ts";
import { sendBatches } from "./remove-desktops.ts";
import { waitUntilGone } from "./waits.ts";

/** A desktop that is to be made, and what of it stands in the way. */
export interface Making {
  readonly change: Change;
  readonly view: DesktopView;
  readonly region: string;
  /** A desktop that must be gone first. */
  readonly before: { readonly id: string; readonly isToBeEnded: boolean } | null;
}

/** A desktop that AWS is making for us. */
export interface Ordered extends Making {
  readonly id: string;
  readonly orderedAt: Date;
}

/** So many seconds a directory stays closed after desktops ended in ERROR: longer than any apply. */
const CLOSED_MS = 86_400_000;

export async function makeDesktops(job: Job, region: string, makings: readonly Making[]): Promise<void> {
  const ending = makings.flatMap(({ change, before }) =>
    before?.isToBeEnded === true ? [{ change, region, id: before.id }] : [],
  );
  const ended = new Set((await sendBatches(job, ending, job.writer.terminate)).map(({ change }) => change.address));
  const free = makings.filter(({ before }) => before === null);
  const blocked = makings.filter(
    ({ change, before }) => before !== null && (!before.isToBeEnded || ended.has(change.address)),
  );
  const breakers = new Map<string, CircuitBreakerPolicy>();
  const first = await orderDesktops(job, free, breakers);
  const freed = await waitForSlots(job, region, blocked);
  const second = await orderDesktops(job, freed, breakers);
  await followDesktops(job, region, [...first, ...second]);
}

async function waitForSlots(job: Job, region: string, blocked: readonly Making[]): Promise<readonly Making[]> {
  if (blocked.length === 0) return [];
  const { writer: reader, session } = job;
  const ids = blocked.flatMap(({ before }) => before?.id ?? []);
  const left = await waitUntilGone({ session, reader, region }, ids);
  for (const { change, before } of blocked) {
    if (before === null || !left.has(before.id)) continue;
    const message = `${before.id} is still on its way out`;
    job.queue.push(failed(change, { failure: "retryable", message, next: "apply again in some minutes" }));
  }
  return blocked.filter(({ before }) => before === null || !left.has(before.id));
}

async function orderDesktops(
  job: Job,
  makings: readonly Making[],
  breakers: Map<string, CircuitBreakerPolicy>,
): Promise<readonly Ordered[]> {
  const ordered: Ordered[] = [];
  for (const chunk of chunksOf(makings, BATCH)) {
    const open = chunk.filter((making) => isOpen(job, making, breakers));
    if (open.length > 0) ordered.push(...(await orderBatch(job, open)));
    if (makings.length > BATCH) await noteErrors(job, ordered, breakers);
  }
  return ordered;
}

/** Desktops that end in ERROR one after another stop mass creation in their directory. */
function isOpen(job: Job, { change, view }: Making, breakers: ReadonlyMap<string, CircuitBreakerPolicy>): boolean {
  const directory = view.directory;
  if (directory === null || breakers.get(directory.id)?.state !== CircuitState.Open) return true;
  const message = `${ERRORS_TO_STOP} desktops in a row ended in ERROR in ${directory.name}: no more are made there`;
  const next = "mend what their errors say, then apply again";
  job.queue.push(failed(change, { failure: "denied", message, next }));
  return false;
}

async function noteErrors(
  { writer }: Job,
  ordered: readonly Ordered[],
  breakers: Map<string, CircuitBreakerPolicy>,
): Promise<void> {
  const recent = ordered.slice(-BATCH);
  const [region] = recent.map((one) => one.region);
  if (region === undefined) return;
  for (const desktop of await writer.desktopsById(
    region,
    recent.map(({ id }) => id),
  )) {
    const breaker = breakers.get(desktop.directoryId) ?? directoryBreaker();
    breakers.set(desktop.directoryId, breaker);
    if (desktop.state !== "ERROR" && desktop.state !== "AVAILABLE") continue;
    const report = () => (desktop.state === "ERROR" ? Promise.reject(new Error(desktop.id)) : Promise.resolve());
    await breaker.execute(report).catch(() => undefined);
  }
}

function directoryBreaker(): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, { halfOpenAfter: CLOSED_MS, breaker: new ConsecutiveBreaker(ERRORS_TO_STOP) });
}

async function orderBatch(job: Job, chunk: readonly Making[]): Promise<readonly Ordered[]> {
  const [region] = chunk.map((making) => making.region);
  if (region === undefined) return [];
  const orderedAt = job.session.clock.now();
  const orders = chunk.map(({ view }) => orderOf(view, job.world, orderedAt));
  job.session.progress.step(`making ${chunk.length} desktops in ${region}`);
  try {
    const { pending, failed: refused } = await job.writer.create(region, orders);
    const verdicts = new Map(refused.map(({ key, verdict }) => [key, verdict]));
    return await resolveAll(job, chunk, { orders, orderedAt, pending, verdicts });
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    const { verdict } = error;
    const verdicts = new Map(orders.map(({ user }) => [user.toLowerCase(), verdict]));
    return resolveAll(job, chunk, { orders, orderedAt, pending: new Map(), verdicts });
  }
}

interface Answers {
  readonly orders: readonly DesktopOrder[];
  readonly orderedAt: Date;
  readonly pending: ReadonlyMap<string, string>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

async function resolveAll(job: Job, chunk: readonly Making[], answers: Answers): Promise<readonly Ordered[]> {
  const ordered: Ordered[] = [];
  for (const [index, making] of chunk.entries()) {
    const order = answers.orders[index];
    if (order === undefined) continue;
    const user = order.user.toLowerCase();
    const id =
      answers.pending.get(user) ?? (await recover(job, making, { order, verdict: answers.verdicts.get(user) }));
    if (id !== null) ordered.push({ ...making, id, orderedAt: answers.orderedAt });
  }
  return ordered;
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
