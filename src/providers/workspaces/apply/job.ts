import type { Change } from "../../../plan/change.ts";
import type { FailureClass, Outcome } from "../../../plan/outcome.ts";
import type { Session } from "../../provider.ts";
import type { Verdict } from "../api/trouble.ts";
import { ApiTrouble } from "../api/trouble.ts";
import type { WorldView } from "../desktop-view.ts";
import type { WorkspacesWriter } from "../model.ts";
import type { OutcomeQueue } from "./outcome-queue.ts";

/** What every step of an apply works with. */
export interface Job {
  readonly writer: WorkspacesWriter;
  readonly session: Session;
  readonly world: WorldView;
  readonly queue: OutcomeQueue;
}

export function done(change: Change, message: string): Outcome {
  return { status: "done", address: change.address, message };
}

export interface Failure {
  readonly failure: FailureClass;
  readonly message: string;
  readonly next: string;
}

export function failed({ address }: Change, { failure, message, next }: Failure): Outcome {
  return { status: "failed", address, failure, message, next };
}

export function failedBy(change: Change, verdict: Verdict): Outcome {
  return failed(change, reasonOf(verdict));
}

export function reasonOf({ failure, code, message, next }: Verdict): Failure {
  return { failure, message: `${code}: ${message}`, next };
}

/**
 * Runs one change's steps: what AWS refuses becomes its outcome, a bug keeps its stack. Steps that give null leave the
 * outcome to somebody else.
 */
export async function settleChange(job: Job, change: Change, steps: () => Promise<string | null>): Promise<void> {
  try {
    const message = await steps();
    if (message !== null) job.queue.push(done(change, message));
  } catch (error) {
    if (error instanceof StepFailure) job.queue.push(failed(change, error.failure));
    else if (error instanceof ApiTrouble) job.queue.push(failedBy(change, error.verdict));
    else throw error;
  }
}

/** A step that did not come to its end, in words. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
