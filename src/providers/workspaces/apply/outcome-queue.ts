import type { Outcome } from "../../../plan/outcome.ts";

/** Outcomes as they come, from work that goes on side by side. */
export interface OutcomeQueue extends AsyncIterable<Outcome> {
  push(outcome: Outcome): void;
}

/** Runs `work` and gives its outcomes one by one; what it throws is thrown after the last of them. */
export function queueOutcomes(work: (queue: OutcomeQueue) => Promise<void>): AsyncIterable<Outcome> {
  const waiting: Outcome[] = [];
  let isDone = false;
  let wake = Promise.withResolvers<void>();
  const queue = {
    push: (outcome: Outcome) => {
      waiting.push(outcome);
      wake.resolve();
    },
    [Symbol.asyncIterator]: async function* (): AsyncGenerator<Outcome> {
      for (;;) {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
        if (isDone) break;
        await wake.promise;
        wake = Promise.withResolvers();
      }
      await running;
    },
  };
  const running = work(queue).finally(() => {
    isDone = true;
    wake.resolve();
  });
  running.catch(() => undefined);
  return queue;
}

/** All of them to their end, then the first failure: nothing goes on in the background when the caller has given up. */
export async function allToTheEnd(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
