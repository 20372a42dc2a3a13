import { openGitHubWriter } from "../github/client/open-github.ts";
import { runCommandOfComment } from "../github/command-run.ts";
import type { Command } from "./command.ts";
import { openGitHubRun, WORKFLOW_FLAG, wrongEvent } from "./github-run.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "github comment",
  summary: "answer a /reeve command in a pull request's comment",
  maxOperands: 0,
  formats: ["text"],
  flags: { workflow: WORKFLOW_FLAG, sandbox: SANDBOX_FLAG },
  details: [
    "Run by GitHub Actions on issue_comment, with the default branch checked out.",
    "apply and unlock are carried out where GITHUB_JOB is change, every other command where it is not: the workflow that",
    "reeve init writes gives that job alone the credentials that write, and the whole history (fetch-depth: 0).",
  ].join("\n"),
  example: "reeve github comment",
  run: async (args, io) => {
    const run = openGitHubRun(args, io);
    const { event, workspace, trees, context, connection, planWorkflow } = run;
    if (event.kind !== "comment") throw wrongEvent("github comment", event, "issue_comment");
    const github = await openGitHubWriter(connection);
    const { action, comment } = event;
    const job = io.environment["GITHUB_JOB"] ?? "";
    const done = await runCommandOfComment({ workspace, trees, context, github, action, comment, job, planWorkflow });
    run.progress.stop();
    // Nothing of the comment is printed: a runner obeys lines of a log.
    io.out(done.status === "silence" ? "No command for Reeve.\n" : `Answered: ${done.answer.mood}.\n`);
    if (io.signal.aborted) return 130;
    return done.status === "answered" && done.answer.mood === "failed" ? 1 : 0;
  },
};
