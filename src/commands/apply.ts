import { randomUUID } from "node:crypto";
import { takeApplyLock } from "../apply/apply-lock.ts";
import { type ApplyReport, applyPlan, isComplete } from "../apply/apply-plan.ts";
import { openJournal } from "../apply/journal.ts";
import { readReviewedPlan } from "../apply/reviewed-plan.ts";
import { checkWorkspace, ownFolder, type Planned, planWorkspace, type Workspace } from "../apply/workspace.ts";
import type { Plan } from "../plan/plan.ts";
import { renderJson } from "../render/json.ts";
import { renderPlanText } from "../render/plan-text.ts";
import { renderReportMarkdown } from "../render/report-markdown.ts";
import { renderReportText } from "../render/report-text.ts";
import { userError } from "../support/user-error.ts";
import type { Arguments, Command, Io } from "./command.ts";
import { ONLY_FLAG, type OpenWorkspace, openWorkspace, selectionOf } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "apply",
  summary: "carry out a plan",
  operands: "[plan.json]",
  maxOperands: 1,
  formats: ["text", "markdown", "json"],
  flags: {
    only: ONLY_FLAG,
    sandbox: SANDBOX_FLAG,
    "auto-approve": { type: "boolean", help: "apply without asking; needed where there is no terminal" },
  },
  details: [
    "Plans again and carries out exactly the changes that were reviewed: those of plan.json, or those shown now.",
    "What has changed since is held and explained; what depends on a failure is skipped, everything else goes on.",
    "Run it again after an interruption: it carries on from what is there.",
  ].join("\n"),
  example: "reeve plan --out plan.json\nreeve apply plan.json",
  run: async (args, io) => {
    const opened = openWorkspace(args, io);
    const reviewed = await reviewedPlan(args, io, opened);
    if (reviewed === "declined") {
      io.err("Nothing was applied.\n");
      return 1;
    }
    const lock = takeApplyLock(ownFolder(opened.workspace), { pid: process.pid, since: io.clock.now().toISOString() });
    try {
      return await applyUnderLock({ args, io, opened }, reviewed);
    } finally {
      lock.release();
    }
  },
};

/** The plan a person has seen: from the file, or shown and asked for now. Undefined: approved beforehand. */
async function reviewedPlan(args: Arguments, io: Io, opened: OpenWorkspace): Promise<Plan | undefined | "declined"> {
  const [file] = args.operands;
  if (file !== undefined) return readReviewedPlan(file);
  if (args.has("auto-approve")) return undefined;
  if (opened.format !== "text") throw needsApproval();
  const { plan } = await planNow(args, opened.workspace);
  opened.progress.stop();
  io.out(renderPlanText(plan, opened.paint));
  if (plan.changes.length === 0 || plan.blockers.length > 0) return plan;
  const answer = await io.ask('Apply these changes? Only "yes" applies them: ');
  if (answer === null) throw needsApproval();
  return answer.trim() === "yes" ? plan : "declined";
}

function needsApproval(): Error {
  return userError(
    "needs-approval",
    "there is nobody to ask here",
    "review a plan file (reeve plan --out), or pass --auto-approve",
  );
}

async function planNow(args: Arguments, workspace: Workspace): Promise<Planned> {
  const checked = await checkWorkspace(workspace);
  return planWorkspace(workspace, checked, selectionOf(args));
}

/** One run of the command. */
interface Applying {
  readonly args: Arguments;
  readonly io: Io;
  readonly opened: OpenWorkspace;
}

async function applyUnderLock(applying: Applying, reviewed: Plan | undefined): Promise<0 | 1 | 130> {
  const { io, opened } = applying;
  const { plan: now, lanes, session } = await planNow(applying.args, opened.workspace);
  const seen = reviewed ?? now;
  if (seen.estate !== now.estate) throw otherEstate(seen, now);
  const head = { run: randomUUID(), estate: now.estate, commit: now.commit, plan: seen.digest, clock: io.clock };
  const journal = await openJournal(ownFolder(opened.workspace), head);
  try {
    const report = await applyPlan({
      now,
      reviewed: seen,
      lanes,
      session,
      record: journal.record,
      selects: selectionOf(applying.args),
    });
    opened.progress.stop();
    const isUnseen = reviewed === undefined && opened.format === "text";
    if (isUnseen) io.out(`${renderPlanText(now, opened.paint)}\n`);
    io.out(renderReport(report, now, opened));
    if (io.signal.aborted) return 130;
    return isComplete(report) && !now.diagnostics.some(({ severity }) => severity === "held") ? 0 : 1;
  } finally {
    await journal.close();
  }
}

function otherEstate(seen: Plan, now: Plan): Error {
  return userError(
    "other-estate",
    `the plan is of the estate "${seen.estate}", this is "${now.estate}"`,
    "plan here first",
  );
}

function renderReport(report: ApplyReport, now: Plan, { format, paint }: OpenWorkspace): string {
  if (format === "json") return renderJson({ ...report, diagnostics: now.diagnostics });
  if (format === "markdown") return renderReportMarkdown(report);
  return renderReportText(report, paint);
}
