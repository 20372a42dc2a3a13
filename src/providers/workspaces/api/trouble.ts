import type { FailureClass } from "../../../plan/outcome.ts";

/** How one failed call is to be taken. */
export interface Verdict {
  readonly failure: FailureClass;
  /** AWS's own name of the error, without namespace and `Exception`. */
  readonly code: string;
  readonly message: string;
  /** What a person does next. */
  readonly next: string;
  /** Worth the same call again, after a pause. */
  readonly isTransient: boolean;
  /** Counts for the circuit breaker: the server or the way to it is failing. Throttling and refusals never do. */
  readonly feedsBreaker: boolean;
  readonly isThrottling: boolean;
}

/** A call that failed for good, classified once, at the rim. */
export class ApiTrouble extends Error {
  override readonly name = "ApiTrouble";
  readonly verdict: Verdict;

  constructor(operation: string, verdict: Verdict, options?: ErrorOptions) {
    super(`${operation}: ${verdict.code}: ${verdict.message}`, options);
    this.verdict = verdict;
  }
}

/** True where nobody can tell whether the write took place. */
export function isUncertain(verdict: Verdict): boolean {
  return verdict.feedsBreaker || verdict.code === "CircuitOpen";
}
