/** Which changes of a plan the daemon carries out, and why it leaves the others. Pure. */
import type { Change, ChangeDraft } from "../plan/change.ts";
import { isDestructive } from "../render/words.ts";
import { canonicalJson } from "../support/json.ts";

export type Mode = "report" | "propose" | "correct";
/** `on-commit`: a commit on the protected branch is the review. `drift-only`: commits are applied elsewhere. */
export type ApplySetting = "on-commit" | "drift-only";

/** Why the world is not as it is declared: the documents are new, an instant has come, or the world has moved. */
export type Cause = "commit" | "time" | "drift";

export interface Decision {
  readonly change: Change;
  readonly cause: Cause;
  readonly mode: Mode;
  /** Null where it is carried out. */
  readonly left: string | null;
}

export interface Grounds {
  readonly apply: ApplySetting;
  readonly modeOf: (kind: string) => Mode;
  /** True for what the documents of the new commit touch, and what of an earlier one is not done yet. */
  readonly isOfCommit: (address: string) => boolean;
  /** True where an instant has made the change and nothing else. */
  readonly isOfTime: (change: Change) => boolean;
  /** Why nothing at all is carried out; null where that is not so. */
  readonly halt: string | null;
}

/** `changes` in the order of a plan: what is waited for comes first. */
export function decide(changes: readonly Change[], grounds: Grounds): readonly Decision[] {
  const alone = changes.map((change): Decision => {
    const cause = causeOf(change, grounds);
    const mode = grounds.modeOf(change.kind);
    return { change, cause, mode, left: whyLeft({ change, cause, mode }, grounds) };
  });
  return grounds.halt === null ? holdBack(carryAlong(alone)) : alone;
}

/**
 * What a commit's or an instant's change waits for is put right with it, as long as nothing is destroyed: drift that is only
 * reported must not keep access from ending.
 */
function carryAlong(decisions: readonly Decision[]): readonly Decision[] {
  const needed = new Map<string, Cause>();
  const carried = decisions.toReversed().map((decision): Decision => {
    const { change, cause } = decision;
    const asked = needed.get(change.address);
    const isFree = cause === "drift" && change.blocked === undefined && !isDestructive(change);
    const taken = asked !== undefined && isFree ? { ...decision, cause: asked, left: null } : decision;
    if (taken.left === null && taken.cause !== "drift")
      for (const address of change.dependsOn) if (needed.get(address) !== "time") needed.set(address, taken.cause);
    return taken;
  });
  return carried.toReversed();
}

/** What waits for something that is left is left too, and says so. */
function holdBack(decisions: readonly Decision[]): readonly Decision[] {
  const stopped = new Set<string>();
  return decisions.map((decision) => {
    const { change, left } = decision;
    const waited = change.dependsOn.find((address) => stopped.has(address));
    const why = left ?? (waited === undefined ? null : `waits for ${waited}, which is left`);
    if (why !== null) stopped.add(change.address);
    return { ...decision, left: why };
  });
}

function causeOf(change: Change, { isOfCommit, isOfTime }: Grounds): Cause {
  if (isOfCommit(change.address)) return "commit";
  return isOfTime(change) ? "time" : "drift";
}

function whyLeft({ change, cause, mode }: Omit<Decision, "left">, { apply, halt }: Grounds): string | null {
  if (change.blocked !== undefined) return change.blocked.message;
  if (halt !== null) return halt;
  if (cause === "commit") return apply === "on-commit" ? null : "the commit is applied elsewhere (apply: drift-only)";
  if (cause === "time") return null;
  if (mode !== "correct") return mode === "report" ? "reported" : "proposed";
  return isDestructive(change) ? "it destroys, so it is left to people" : null;
}

/** What `compare` gives at an instant before: a change that was not among it is of time alone. */
export function changesOfTime(before: readonly ChangeDraft[]): (change: Change) => boolean {
  const known = new Set(before.map(keyOf));
  return (change) => !known.has(keyOf(change));
}

function keyOf({ address, action, fields }: Pick<ChangeDraft, "address" | "action" | "fields">): string {
  return canonicalJson([address, action, fields]);
}
