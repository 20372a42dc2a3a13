/** Puts back what the documents say, where the estate wants that done without anybody's review. */
import { checkWorkspace, planWorkspace } from "../../apply/workspace.ts";
import type { Change } from "../../plan/change.ts";
import type { Outcome } from "../../plan/outcome.ts";
import type { Blocker } from "../../plan/plan.ts";
import { isDestructive } from "../../render/words.ts";
import { UserError } from "../../support/user-error.ts";
import { applyReviewed } from "../apply-reviewed.ts";
import type { DriftMode } from "../comment/drift-text.ts";
import { type LockRun, underLock } from "../under-lock.ts";

export type ModeOf = (kind: string) => DriftMode;

export interface Correction {
  /** One for each change that was to be corrected. */
  readonly outcomes: readonly Outcome[];
  /** Why nothing was begun. */
  readonly blockers: readonly Blocker[];
}

export const NO_CORRECTION: Correction = { outcomes: [], blockers: [] };

/** What destroys anything is a person's to do, whatever the mode. Pure. */
export function isCorrectable(change: Change, modeOf: ModeOf): boolean {
  return modeOf(change.kind) === "correct" && change.blocked === undefined && !isDestructive(change);
}

/**
 * Plans again under the apply lock and carries out the correctable changes of that plan. `isStill` is asked under the lock. Null,
 * and nothing done, where another apply has begun or come meanwhile.
 */
export async function correctDrift(
  run: LockRun & { readonly estate: string; readonly modeOf: ModeOf },
  isStill: () => Promise<boolean>,
): Promise<Correction | null> {
  const { workspace, estate, modeOf } = run;
  const correct = async (): Promise<Correction | null> => {
    if (!(await isStill())) return null;
    const planned = await planWorkspace(workspace, await checkWorkspace(workspace));
    const changes = planned.plan.changes.filter((change) => isCorrectable(change, modeOf));
    const { outcomes, blockers } = await applyReviewed(workspace, planned, { ...planned.plan, changes });
    const chosen = new Set(changes.map(({ address }) => address));
    return { outcomes: outcomes.filter(({ address }) => chosen.has(address)), blockers };
  };
  try {
    return await underLock(run, estate, correct);
  } catch (error) {
    if (error instanceof UserError && error.diagnostics.some(({ code }) => code === "locked")) return null;
    throw error;
  }
}
