import { randomUUID } from "node:crypto";
import { type ApplyReport, applyPlan } from "../apply/apply-plan.ts";
import { openJournal } from "../apply/journal.ts";
import { ownFolder, type Planned, type Workspace } from "../apply/workspace.ts";
import type { Plan } from "../plan/plan.ts";

/** Carries out of the plan of now what `reviewed` holds, and keeps the journal of it. */
export async function applyReviewed(workspace: Workspace, planned: Planned, reviewed: Plan): Promise<ApplyReport> {
  const { plan: now, lanes, session } = planned;
  const head = {
    run: randomUUID(),
    estate: now.estate,
    commit: now.commit,
    plan: reviewed.digest,
    clock: workspace.clock,
  };
  const journal = await openJournal(ownFolder(workspace), head);
  try {
    return await applyPlan({ now, reviewed, lanes, session, record: journal.record });
  } finally {
    await journal.close();
  }
}
