import type { FailureClass } from "../../../plan/outcome.ts";

/** What went wrong, as finely as it decides what is done next. */
export type TroubleKind =
  | "owned-by-other"
  | "stale"
  | "exists"
  | "invalid"
  | "undeclared"
  | "bad-request"
  | "signed-out"
  | "denied"
  | "namespace-ending"
  | "still-there"
  | "namespace-missing"
  | "kind-missing"
  | "gone"
  | "history-gone"
  | "too-large"
  | "webhook-down"
  | "overloaded"
  | "server"
  | "transport"
  | "untrusted"
  | "unconfigured";

/** A field that another manager owns. */
export interface FieldConflict {
  /** As the server writes it: `.spec.ingress`. */
  readonly field: string;
  readonly manager: string;
}

/** How one failed call is to be taken. */
export interface Verdict {
  readonly kind: TroubleKind;
  readonly failure: FailureClass;
  readonly message: string;
  /** What a person does next. */
  readonly next: string;
  /** Worth the same call again, after a pause. */
  readonly isTransient: boolean;
  /** Milliseconds that the server asks to wait; null where it does not say. */
  readonly retryAfter: number | null;
  /** Of `owned-by-other`. */
  readonly conflicts: readonly FieldConflict[];
}

/** A call to a cluster that failed for good, classified once, at the rim. */
export class ClusterTrouble extends Error {
  override readonly name = "ClusterTrouble";
  readonly verdict: Verdict;

  constructor(operation: string, verdict: Verdict, options?: ErrorOptions) {
    super(`${operation}: ${verdict.message}`, options);
    this.verdict = verdict;
  }
}

/** True for a call that failed in one of these ways. */
export function isTrouble(error: unknown, ...kinds: readonly TroubleKind[]): error is ClusterTrouble {
  return error instanceof ClusterTrouble && kinds.includes(error.verdict.kind);
}
