import type { Diagnostic } from "../support/diagnostic.ts";
import type { Change, Foreign, Ignored } from "./change.ts";
import type { PlanCost } from "./cost.ts";

/** How many resources meet which fate. */
export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly adopt: number;
  readonly other: number;
  readonly unchanged: number;
  readonly foreign: number;
}

/** What stops the whole apply before its first write. */
export interface Blocker {
  readonly code: "mass-change" | "invalid" | "marker" | "as-of";
  readonly message: string;
  readonly next: string;
}

/** The one truth that every renderer reads; `schemas/plan.schema.json`. */
export interface Plan {
  readonly formatVersion: 1;
  readonly estate: string;
  readonly commit: string | null;
  /** Over the digests of all changes: the same changes from the same facts, the same digest. */
  readonly digest: string;
  readonly summary: Summary;
  /** In dependency order, then by address. */
  readonly changes: readonly Change[];
  readonly foreign: readonly Foreign[];
  readonly ignored: readonly Ignored[];
  readonly diagnostics: readonly Diagnostic[];
  readonly blockers: readonly Blocker[];
  /** Only where another instant than now was planned for, RFC 3339 in UTC: such a plan is never applied. */
  readonly asOf?: string;
  /** The instant at which time alone changes this plan, RFC 3339 in UTC, or null. */
  readonly nextChangeAt: string | null;
  /** Only where something costs money. */
  readonly cost?: PlanCost;
}
