/** What may go wrong with a domain, in the words of who can mend it. No message ever holds a password. */
import type { FailureClass } from "../../../../plan/outcome.ts";

export interface DomainVerdict {
  readonly code: string;
  readonly failure: FailureClass;
  readonly message: string;
  readonly next: string;
}

/** Thrown by readers and writers of domains; everything else that they throw is a bug. */
export class DomainTrouble extends Error {
  override readonly name = "DomainTrouble";
  readonly verdict: DomainVerdict;

  constructor(verdict: DomainVerdict, cause?: unknown) {
    super(verdict.message, { cause });
    this.verdict = verdict;
  }
}

export function stale(object: string): DomainTrouble {
  return new DomainTrouble({
    code: "object-stale",
    failure: "conflict",
    message: `somebody changed "${object}" in the meantime`,
    next: "plan again: what they changed is kept",
  });
}
