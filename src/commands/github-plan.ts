import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openGitHubWriter } from "../github/client/open-github.ts";
import type { PlanJob } from "../github/plan-run.ts";
import { runPlan } from "../github/plan-run.ts";
import type { RecordedVerdict } from "../github/reviewed.ts";
import { renderGithubAnnotations } from "../render/github-annotations.ts";
import { renderJson } from "../render/json.ts";
import type { Command, Io } from "./command.ts";
import { openGitHubRun, wrongEvent } from "./github-run.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "github plan",
  summary: "plan a pull request; say it in its comment and its check",
  maxOperands: 0,
  formats: ["text"],
  flags: {
    out: {
      type: "string",
      value: "DIR",
      help: "folder for plan.json, comment.md and verdict.json, to be kept as an artifact",
    },
    sandbox: SANDBOX_FLAG,
  },
  details: [
    "Run by GitHub Actions on pull_request, with the pull request's merge commit checked out (fetch-depth: 2).",
    "Needs GITHUB_TOKEN with pull-requests: write and checks: write. For a fork's pull request it asks neither GitHub nor",
    "the live world: it prints what documents differ.",
  ].join("\n"),
  example: 'reeve github plan --out "$RUNNER_TEMP/reeve-plan"',
  run: async (args, io) => {
    const run = openGitHubRun(args, io);
    const { event, workspace, trees, context, connection } = run;
    if (event.kind !== "pull-request") throw wrongEvent("github plan", event, "pull_request");
    const { pull } = event;
    const github = pull.isFork ? null : await openGitHubWriter(connection);
    const job = await runPlan({ workspace, trees, context, pull, github });
    run.progress.stop();
    leaveBehind(job, args.text("out"), io);
    io.out(inLog(job.summary, io));
    return job.isSuccess ? 0 : 1;
  },
};

/** In a runner's log, Markdown that no runner takes for commands, whatever stands in it. */
function inLog(text: string, { environment }: Io): string {
  if (environment["GITHUB_ACTIONS"] !== "true") return text;
  const token = randomUUID();
  return `::stop-commands::${token}\n${text}\n::${token}::\n`;
}

function leaveBehind(job: PlanJob, folder: string | undefined, io: Io): void {
  const summary = io.environment["GITHUB_STEP_SUMMARY"] ?? "";
  if (summary !== "") appendFileSync(summary, job.summary);
  const { subject } = job.facts;
  if ("offline" in subject) {
    // A fork's job may not make a check run: workflow commands are what is left for the lines of files.
    io.out(renderGithubAnnotations(subject.offline.diagnostics));
    return;
  }
  if (folder === undefined) return;
  const { plan, ours, policy } = subject.live;
  const verdict: RecordedVerdict = {
    formatVersion: 1,
    isShownWhole: job.isShownWhole,
    ours: ours.map(({ address }) => address),
    answers: (policy?.answers ?? []).map(({ subject: about, isAllowed, reasons, needs }) => ({
      subject: about,
      isAllowed,
      reasons,
      needs,
    })),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "plan.json"), renderJson(plan));
  writeFileSync(join(folder, "verdict.json"), renderJson(verdict));
  writeFileSync(join(folder, "comment.md"), job.comment);
}
