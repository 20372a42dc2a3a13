/** What arrives in one turn of the event loop is written in one transaction, and answered when that is durable. */
export interface Transactions {
  begin(): void;
  commit(): void;
  rollback(): void;
}

interface Job {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommit {
  /** Resolves with what `work` returned once its transaction is committed. */
  add<Out>(work: () => Out): Promise<Out>;
}

export function groupCommits(transactions: Transactions): GroupCommit {
  let waiting: Job[] = [];
  const flush = (): void => {
    const jobs = waiting;
    waiting = [];
    commitTogether(transactions, jobs);
  };
  return {
    add: (work) =>
      new Promise((resolve, reject) => {
        let out: { readonly value: ReturnType<typeof work> } | null = null;
        const run = (): void => {
          out = { value: work() };
        };
        waiting.push({
          run,
          reject,
          resolve: () => (out === null ? reject(new Error("not run")) : resolve(out.value)),
        });
        if (waiting.length === 1) setImmediate(flush);
      }),
  };
}

function commitTogether(transactions: Transactions, jobs: readonly Job[]): void {
  try {
    transactions.begin();
  } catch (error) {
    // Another process has the lock: waiting for it once a job would hold everything up.
    for (const job of jobs) job.reject(error);
    return;
  }
  try {
    for (const job of jobs) job.run();
    transactions.commit();
  } catch (error) {
    transactions.rollback();
    const [only, ...others] = jobs;
    if (others.length === 0) only?.reject(error);
    // One of them is at fault: each gets a transaction of its own.
    else for (const job of jobs) commitTogether(transactions, [job]);
    return;
  }
  for (const job of jobs) job.resolve();
}
