/** One apply at a time, whoever else may write to the same estate. */

/** What a holder has until it gives it back, or loses it. */
export interface HeldLease {
  /** Aborted when it is lost: the apply stops at its next safe point. */
  readonly lost: AbortSignal;
  /** True while nobody else can have it. Asked before each call that goes out. */
  isHeld(): boolean;
  /** The commit that the last holder applied; null where nobody has said so. */
  readonly commit: string | null;
  release(commit: string | null): Promise<void>;
}

export type TakenLease = HeldLease | { readonly heldBy: string };

export interface Lease {
  /** In plain words, for the page: `a file on this host`. */
  readonly description: string;
  /** Does not wait: says who has it. */
  take(signal: AbortSignal): Promise<TakenLease>;
}

export function isTaken(lease: TakenLease): lease is HeldLease {
  return !("heldBy" in lease);
}
