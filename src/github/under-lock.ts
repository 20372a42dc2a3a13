/** What is done while this run alone may write to the world. */
import type { Workspace } from "../apply/workspace.ts";
import type { GitHubWriter } from "./client/github.ts";
import type { RunContext } from "./event.ts";
import { type HeldLock, takeLock } from "./lock.ts";

/** Who works, where, and who they are at GitHub. */
export interface LockRun {
  readonly workspace: Workspace;
  readonly context: RunContext;
  readonly github: GitHubWriter;
}

/** A run that died holds nobody up for longer; one that lives says so three times as often. */
const LOCK_MS = 3_600_000;

/** Takes the estate's apply lock, or says who has it; gives it back whatever becomes of the work. */
export async function underLock<Out>(run: LockRun, estate: string, work: () => Promise<Out>): Promise<Out> {
  const { github, workspace, context } = run;
  const owner = { run: `${context.runId}.${context.attempt}`, url: context.url, actor: context.actor };
  const lock = await takeLock({ github, clock: workspace.clock, estate, owner, lifetime: LOCK_MS });
  const done = new AbortController();
  const renewal = keepRenewing(workspace, lock, done.signal);
  try {
    return await work();
  } finally {
    done.abort();
    await renewal;
    await lock.release();
  }
}

/**
 * Until it is done. A lock that somebody broke is not taken again, and what is under way is not broken off for it; where
 * GitHub could not be asked, the next time still comes before the lock's end.
 */
async function keepRenewing(workspace: Workspace, lock: HeldLock, done: AbortSignal): Promise<void> {
  const { clock, progress } = workspace;
  try {
    do await clock.sleep(LOCK_MS / 3, done);
    while (await renewOnce(workspace, lock));
  } catch (error) {
    if (!done.aborted) progress.step(`the apply lock is not renewed any more: ${String(error)}`);
  }
}

async function renewOnce({ progress }: Workspace, lock: HeldLock): Promise<boolean> {
  try {
    return await lock.renew();
  } catch (error) {
    progress.step(`the apply lock was not renewed: ${String(error)}`);
    return true;
  }
}
