import { appendFileSync } from "node:fs";
import { takeApplyLock } from "../apply/apply-lock.ts";
import { ownFolder } from "../apply/workspace.ts";
import { openGitHubWriter } from "../github/client/open-github.ts";
import { renderDriftSummary } from "../github/drift/tell-drift.ts";
import { type DriftJob, runDrift } from "../github/drift-run.ts";
import { plural } from "../render/words.ts";
import type { Command, Io } from "./command.ts";
import { openGitHubRun, wrongEvent } from "./github-run.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "github drift",
  summary: "compare the default branch with the world; keep one issue about what differs",
  maxOperands: 0,
  formats: ["text"],
  flags: {
    workflow: {
      type: "string",
      value: "FILE",
      help: "the workflow that applies (.github/workflows/apply.yml)",
    },
    sandbox: SANDBOX_FLAG,
  },
  details: [
    "Run by GitHub Actions on a schedule or by hand, with the default branch checked out.",
    "Drift is no failure: the exit code is 1 where something could not be looked at, put back or said.",
    "What is done about it is the estate's to say, by kind: spec.safety.modes (report, propose, correct).",
  ].join("\n"),
  example: "reeve github drift",
  run: async (args, io) => {
    const run = openGitHubRun(args, io);
    const { event, workspace, trees, context, connection } = run;
    if (event.kind !== "schedule" && event.kind !== "dispatch")
      throw wrongEvent("github drift", event, "schedule or workflow_dispatch");
    const applyWorkflow = args.text("workflow") ?? ".github/workflows/apply.yml";
    const lock = takeApplyLock(ownFolder(workspace), { pid: process.pid, since: io.clock.now().toISOString() });
    try {
      const github = await openGitHubWriter(connection);
      const job = await runDrift({ workspace, trees, context, github, applyWorkflow });
      run.progress.stop();
      tell(job, io);
      if (io.signal.aborted) return 130;
      return job.status === "unsettled" || job.isSound ? 0 : 1;
    } finally {
      lock.release();
    }
  },
};

/** Counts alone are printed: a runner obeys lines of a log, and names come from the live world too. */
function tell(job: DriftJob, io: Io): void {
  if (job.status === "unsettled") {
    io.out(`Nothing is compared: ${job.why}. The next run looks again.\n`);
    return;
  }
  const { changes, corrected, troubles } = job.facts;
  const counts = [
    plural(changes.length, "difference"),
    `${corrected.length} put back`,
    `${troubles.length} not looked at`,
  ];
  io.out(`${counts.join(", ")}${job.issue === null ? "" : `; issue #${job.issue}`}\n`);
  const summary = io.environment["GITHUB_STEP_SUMMARY"] ?? "";
  if (summary !== "") appendFileSync(summary, renderDriftSummary(job.facts));
}
