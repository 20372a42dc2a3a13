import { takeApplyLock } from "../apply/apply-lock.ts";
import { isComplete } from "../apply/apply-plan.ts";
import { checkWorkspace, ownFolder } from "../apply/workspace.ts";
import { runApply, sinceLastApply } from "../github/apply-run.ts";
import { supersededCheck } from "../github/checks/apply-check.ts";
import type { GitHubReader, GitHubWriter } from "../github/client/github.ts";
import { openGitHubWriter } from "../github/client/open-github.ts";
import { tellBrokenOff } from "../github/tell-apply.ts";
import { escapeText } from "../render/escape.ts";
import { renderReportText } from "../render/report-text.ts";
import { UserError, userError } from "../support/user-error.ts";
import type { Command } from "./command.ts";
import { type GitHubRun, openGitHubRun, WORKFLOW_FLAG, wrongEvent } from "./github-run.ts";
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
      const { branch, before, after } = event;
      await demandDefaultBranch(github, branch);
      const choose = sinceLastApply(github, before);
      const job = await runApply({ workspace, trees, context, github, branch, planWorkflow, choose }).catch(
        (error: unknown) => breakOff(run, github, error),
      );
      run.progress.stop();
      if (job.status === "superseded") {
        await github.report(after, supersededCheck(job.by, context.url));
        io.out(`Nothing is done here: the branch has moved on to ${job.by}, whose run applies all of it.\n`);
        return 0;
      }
      io.out(renderReportText(job.report, run.paint));
      for (const [number, why] of job.refusals) io.out(`refused  #${number}: ${escapeText(why)}\n`);
      if (io.signal.aborted) return 130;
      return isComplete(job.report) && job.refusals.size === 0 ? 0 : 1;
    } finally {
      lock.release();
    }
  },
};

/** Elsewhere nothing was merged, whatever a workflow says that runs there. */
async function demandDefaultBranch(github: GitHubReader, branch: string): Promise<void> {
  const main = await github.defaultBranch();
  if (branch === main) return;
  throw userError(
    "not-the-default-branch",
    `${branch} is not the default branch`,
    `let the workflow run on pushes to ${main} alone`,
  );
}

/** Tells everybody, as far as GitHub can be reached at all, then fails as it would have. */
async function breakOff(
  { workspace, context, trees }: GitHubRun,
  github: GitHubWriter,
  error: unknown,
): Promise<never> {
  const diagnostics = error instanceof UserError ? error.diagnostics : [];
  const reasons = diagnostics.length === 0 ? ["an error inside Reeve"] : diagnostics.map(({ message }) => message);
  const next = diagnostics.find(({ hint }) => hint !== undefined)?.hint ?? "see the run, then run the apply again";
  const [{ checkable }, { sha: commit }] = await Promise.all([checkWorkspace(workspace), trees.head()]);
  const broken = { estate: checkable.name, commit, runUrl: context.url, reasons, next };
  if (!workspace.signal.aborted) await tellBrokenOff(github, broken).catch(() => undefined);
  throw error;
}
