import { takeApplyLock } from "../apply/apply-lock.ts";
import { isComplete } from "../apply/apply-plan.ts";
import { ownFolder } from "../apply/workspace.ts";
import { runApply, sinceLastApply } from "../github/apply-run.ts";
import { openGitHubWriter } from "../github/client/open-github.ts";
import { renderReportText } from "../render/report-text.ts";
import type { Command } from "./command.ts";
import { openGitHubRun, WORKFLOW_FLAG, wrongEvent } from "./github-run.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "github apply",
  summary: "apply what merged pull requests were reviewed for",
  maxOperands: 0,
  formats: ["text"],
  flags: { workflow: WORKFLOW_FLAG, sandbox: SANDBOX_FLAG },
  details: [
    "Run by GitHub Actions on pushes to the default branch, with its whole history checked out (fetch-depth: 0).",
    "Plans again and carries out the changes whose digests were recorded by the pull requests' own plan runs and that the",
    "policy allows; holds the rest and says so on the commit, on the pull requests and in one issue.",
  ].join("\n"),
  example: "reeve github apply",
  run: async (args, io) => {
    const run = openGitHubRun(args, io);
    const { event, workspace, trees, context, connection, planWorkflow } = run;
    if (event.kind !== "push") throw wrongEvent("github apply", event, "push");
    const lock = takeApplyLock(ownFolder(workspace), { pid: process.pid, since: io.clock.now().toISOString() });
    try {
      const github = await openGitHubWriter(connection);
      const { branch, before } = event;
      const choose = sinceLastApply(github, before);
      const job = await runApply({ workspace, trees, context, github, branch, planWorkflow, choose });
      run.progress.stop();
      if (job.status === "superseded") {
        io.out(`Nothing is done here: the branch has moved on to ${job.by}, whose run applies all of it.\n`);
        return 0;
      }
      io.out(renderReportText(job.report, run.paint));
      for (const [number, why] of job.refusals) io.out(`refused  #${number}: ${why}\n`);
      if (io.signal.aborted) return 130;
      return isComplete(job.report) && job.refusals.size === 0 ? 0 : 1;
    } finally {
      lock.release();
    }
  },
};
