/** What a pull request's comment, check and summary are made of. Values alone. */
import type { Change } from "../../plan/change.ts";
import type { Plan } from "../../plan/plan.ts";
import type { CostLine } from "../../render/cost-words.ts";
import type { Diagnostic } from "../../support/diagnostic.ts";
import type { Position } from "../../support/position.ts";
import type { PolicyVerdict, Sha } from "../model.ts";
import type { DocumentDifference } from "../policy/offline-difference.ts";

/** Where things are on GitHub. */
export interface PlanPlace {
  /** `https://github.com/robco/estate`, without a slash at the end. */
  readonly repositoryUrl: string;
  readonly head: Sha;
  readonly base: Sha;
  /** The workflow run: its summary has the whole plan. */
  readonly runUrl: string;
  readonly artifact: { readonly name: string; readonly url: string | null };
}

/** What a plan costs, in words. */
export interface CostWords {
  readonly lines: readonly CostLine[];
  readonly notes: readonly string[];
  /** By address. */
  readonly changes: ReadonlyMap<string, string>;
}

/** A plan that was made with credentials. */
export interface LivePlan {
  readonly plan: Plan;
  /** Of the plan's changes, those that this pull request makes. */
  readonly ours: readonly Change[];
  /** Of the plan's changes, those that would be there without it. */
  readonly drift: readonly Change[];
  /** Where, at the base, what this pull request no longer declares was declared; by address. */
  readonly removed: ReadonlyMap<string, Position>;
  /** Null where the base has no policy. */
  readonly policy: PolicyVerdict | null;
  /** Null where nothing costs money. */
  readonly cost: CostWords | null;
}

/** What can be said of a stranger's pull request: nothing of the live world was asked. */
export interface OfflinePlan {
  readonly estate: string;
  readonly documents: readonly DocumentDifference[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a comment is rendered from. */
export interface CommentFacts {
  readonly place: PlanPlace;
  readonly subject: { readonly live: LivePlan } | { readonly offline: OfflinePlan };
  /** The comment as it is now, of which the history is folded; null where there is none. */
  readonly previous: string | null;
}

/** A rendered text. */
export interface Rendered {
  readonly text: string;
  /** What was left out for length, in plain words; empty where all is there. */
  readonly omitted: readonly string[];
}
