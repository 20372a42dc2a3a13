/** What the daemon says of itself: to the page, the API, `reeve watch status`. */
import type { Estate } from "../estate/estate.ts";
import type { Address, Resource } from "../estate/resource.ts";
import type { Outcome } from "../plan/outcome.ts";
import type { Plan } from "../plan/plan.ts";
import type { Standing } from "../providers/provider.ts";
import type { ApplySetting, Cause, Mode } from "./decide.ts";
import type { Pause } from "./pause.ts";

/** Something that keeps the daemon from following or from finishing. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  /** RFC 3339 */
  readonly since: string;
}

export interface LastRound {
  readonly endedAt: string;
  readonly tookMs: number;
  /** `waits`: something may be carried out and was not yet. */
  readonly result: "settled" | "waits" | "failed";
  readonly outcomes: readonly Outcome[];
  /** An instant came in the middle: what it ends is next, at once. */
  readonly isCutShort: boolean;
}

/** One difference between the documents and the world. */
export interface Difference {
  readonly address: Address;
  readonly cause: Cause;
  readonly mode: Mode;
  /** Why it is left; null where it is carried out. */
  readonly left: string | null;
  /** When it was first seen, RFC 3339. */
  readonly since: string;
}

export interface Status {
  readonly estate: string | null;
  readonly source: string;
  readonly apply: ApplySetting;
  readonly lease: string;
  readonly startedAt: string;
  /** The tree that is followed now. */
  readonly tree: { readonly id: string; readonly commit: string | null } | null;
  readonly isApplied: boolean;
  readonly troubles: readonly Trouble[];
  readonly pause: Pause | null;
  readonly round: LastRound | null;
  readonly differences: readonly Difference[];
  readonly nextChangeAt: string | null;
  readonly rounds: Readonly<Record<LastRound["result"], number>>;
}

/** The world as the last round saw it. */
export interface Sight {
  readonly plan: Plan;
  readonly resources: readonly Resource[];
  readonly standings: readonly Standing[];
}

/** The documents of the commit that was applied last; what the site server renders from. */
export interface Snapshot {
  readonly commit: string | null;
  readonly id: string;
  readonly resources: readonly Resource[];
  readonly estate: Estate;
}
