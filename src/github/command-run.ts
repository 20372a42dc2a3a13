/** `reeve github comment`: hear a command in a comment, see whether it is to be obeyed, carry it out, answer. */
import { takeApplyLock } from "../apply/apply-lock.ts";
import { checkWorkspace, ownFolder, type Workspace } from "../apply/workspace.ts";
import { explain } from "../estate/explain.ts";
import { shippedSchemas } from "../estate/read-schemas.ts";
import { unreachable } from "../support/unreachable.ts";
import { UserError, userError } from "../support/user-error.ts";
import { type Chosen, runApply } from "./apply-run.ts";
import { describeRefusal, describeTampering, maySpeak } from "./chat/admit-command.ts";
import { type Answer, answer, failedAnswer, REACTIONS } from "./chat/answer.ts";
import { appliedAnswer, movedAnswer, refuseApply } from "./chat/apply-again.ts";
import { explainChange, explainField } from "./chat/explain-answer.ts";
import { helpAnswer, unclearAnswer } from "./chat/help-answer.ts";
import { overrideAnswer } from "./chat/override-answer.ts";
import { type ChatCommand, firstLine, type ParsedComment, parseCommand } from "./chat/parse-command.ts";
import { choosePlanRun, plannedAnswer } from "./chat/plan-again.ts";
import { answerKey, renderAnswer } from "./chat/render-answer.ts";
import type { GitHubWriter } from "./client/github.ts";
import { type BranchLine, readContributionOf, readContributions } from "./contributions.ts";
import type { CommentEvent, RunContext } from "./event.ts";
import { keepComment } from "./keyed-comment.ts";
import { breakLock } from "./lock.ts";
import type { Permission, PullRequest } from "./model.ts";
import { planRuns, readReviewed } from "./reviewed.ts";
import type { Trees } from "./trees.ts";

export interface CommandRun {
  readonly workspace: Workspace;
  readonly trees: Trees;
  readonly context: RunContext;
  readonly github: GitHubWriter;
  readonly action: string;
  readonly comment: CommentEvent;
  /** `GITHUB_JOB`: which of the workflow's jobs this is, and so which credentials it has. */
  readonly job: string;
  /** `.github/workflows/plan.yml` */
  readonly planWorkflow: string;
}

/** `silence`: nobody who may speak to Reeve did. */
export type CommandJob = { readonly status: "silence" } | { readonly status: "answered"; readonly answer: Answer };

type Heard = Exclude<ParsedComment, { readonly status: "silence" }>;

export async function runCommandOfComment(run: CommandRun): Promise<CommandJob> {
  const { github, comment } = run;
  const heard = listen(run);
  if (heard.status === "silence") return heard;
  const [permission, now] = await Promise.all([github.permissionOf(comment.author.login), github.comment(comment.id)]);
  if (!maySpeak(permission)) {
    if (now !== null) await github.reactTo(comment.id, "-1");
    return { status: "silence" };
  }
  if (now !== null) await github.reactTo(comment.id, "eyes");
  const tampering = describeTampering({ event: comment, now });
  const given = tampering === null ? await obey(run, heard, permission) : ignoredAnswer(tampering);
  await reply(run, given);
  if (now !== null) await github.reactTo(comment.id, REACTIONS[given.mood]);
  return { status: "answered", answer: given };
}

/** Only what a person newly wrote below a pull request is heard. */
function listen({ action, comment }: CommandRun): ParsedComment {
  if (action !== "created" || !comment.isOnPullRequest || comment.author.isBot) return { status: "silence" };
  return parseCommand(comment.body);
}

function ignoredAnswer(why: string): Answer {
  return answer("unclear", `Nothing was done: ${why} before it could be obeyed`, { next: "write it as a new comment" });
}

async function reply({ github, comment, context }: CommandRun, given: Answer): Promise<void> {
  const { id, number, author, body } = comment;
  const replying = { comment: id, author: author.login, line: firstLine(body), runUrl: context.url };
  await keepComment(github, { number, key: answerKey(id) }, () => renderAnswer(given, replying));
}

async function obey(run: CommandRun, heard: Heard, permission: Permission): Promise<Answer> {
  if (heard.status === "unclear") return unclearAnswer(heard);
  const { command } = heard;
  const refusal = describeRefusal({ command, permission, job: run.job });
  if (refusal !== null) return answer("refused", `Nothing was done: ${refusal}`);
  try {
    return await carryOut(run, command);
  } catch (error) {
    if (error instanceof UserError) return failedAnswer(error);
    await reply(
      run,
      answer("failed", "Something went wrong in Reeve itself", { next: "read the end of the run's log" }),
    );
    throw error;
  }
}

function carryOut(run: CommandRun, command: ChatCommand): Promise<Answer> | Answer {
  switch (command.verb) {
    case "help":
      return helpAnswer();
    case "plan":
      return planAgain(run);
    case "apply":
      return applyAgain(run, command.digest);
    case "explain":
      return explainSubject(run, command.subject);
    case "unlock":
      return unlock(run, command.reason);
    case "override":
      return overrideAnswer(command.commit, command.reason);
    default:
      return unreachable(command);
  }
}

async function planAgain({ github, comment, context, planWorkflow: workflow }: CommandRun): Promise<Answer> {
  const pull = await github.pullRequest(comment.number);
  const runs = planRuns(await github.workflowRuns(pull.head.sha, "pull_request"), pull, {
    repository: context.repository,
    workflow,
  });
  const chosen = choosePlanRun(pull, runs, workflow);
  if ("mood" in chosen) return chosen;
  await github.rerun(chosen.id);
  return plannedAnswer(pull);
}

async function explainSubject(run: CommandRun, subject: string): Promise<Answer> {
  if (!subject.includes("/")) return explainField(explain(shippedSchemas(), subject));
  const { github, comment, context, planWorkflow: workflow } = run;
  const pull = await github.pullRequest(comment.number);
  return explainChange(subject, await readReviewed(pull, { github, repository: context.repository, workflow }));
}

async function unlock({ github, workspace, comment, context }: CommandRun, reason: string): Promise<Answer> {
  const estate = (await checkWorkspace(workspace)).checkable.name;
  const url = `${context.repositoryUrl}/pull/${comment.number}#issuecomment-${comment.id}`;
  const freed = await breakLock({ github, estate }, `${comment.author.login} (${url}): ${reason}`);
  if (freed === null) return answer("told", `Nobody holds the apply lock of ${estate}`);
  return answer("done", `Freed the apply lock of ${estate}`, {
    points: [
      { label: "It was held by", text: freed },
      { label: "Reason", text: reason },
    ],
    next: "see that the run that held it has ended; it is not stopped by this",
  });
}

/** What the merge of this pull request was to do, once more, and nothing else of what may wait for an apply. */
async function applyAgain(run: CommandRun, digest: string): Promise<Answer> {
  const { github, workspace, comment } = run;
  const [pull, defaultBranch] = await Promise.all([github.pullRequest(comment.number), github.defaultBranch()]);
  const refusal = refuseApply({ pull, defaultBranch, commentedAt: comment.createdAt });
  if (refusal !== null) return refusal;
  const lock = takeApplyLock(ownFolder(workspace), { pid: process.pid, since: workspace.clock.now().toISOString() });
  try {
    const choose = (line: BranchLine) => chooseOnly(github, line, { pull, digest });
    const job = await runApply({ ...run, branch: defaultBranch, choose });
    return job.status === "superseded" ? movedAnswer(job.by) : appliedAnswer(job.report, job.refusals);
  } finally {
    lock.release();
  }
}

async function chooseOnly(
  github: GitHubWriter,
  line: BranchLine,
  { pull, digest }: { readonly pull: PullRequest; readonly digest: string },
): Promise<Chosen> {
  const contribution = await readContributionOf(github, line, pull);
  if (contribution === null) {
    throw userError(
      "not-on-the-branch",
      `the merge of #${pull.number} is not among the last ${line.commits.length} of the branch`,
      "open a pull request for what is still to be done; it is planned as things are now",
    );
  }
  const waiting = await readContributions(github, line, contribution.base ?? "");
  return { contributions: [contribution], digest, isAll: waiting.every((one) => one.pull?.number === pull.number) };
}
