/** The pull-request loop as people and runners see it: a state repository on the stand-in GitHub, a world of file hubs, the jobs. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/support/clock.ts";
import { systemClock } from "../../src/support/system-clock.ts";
import type { WorkflowEvent } from "../fakes/github/events.ts";
import { type GitHub, type GitHubOptions, openGitHub } from "../fakes/github/open-github.ts";
import type { Level, WorkflowRun } from "../fakes/github/world.ts";
import { hurryTimers } from "./hurry-timers.ts";
import { type JobCommand, loadCommand, ownEnvironment, type Ran, runAction, runHere } from "./run-job.ts";
import { estateFile, hubFile, PLAN_WORKFLOW, peerFile } from "./state-files.ts";

export interface LoopOptions extends GitHubOptions {
  /** Lines below `spec:` of the estate's document. */
  readonly estate?: string;
  /** Peers of `hub-eu`, by name, with the last byte of their address. */
  readonly peers?: Readonly<Record<string, number>>;
}

/** What a job left behind. */
export interface JobRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly run: WorkflowRun;
  /** Of the folder that becomes the artifact; empty where there is none. */
  readonly files: Readonly<Record<string, string>>;
  /** `GITHUB_STEP_SUMMARY`, as the step left it. */
  readonly summary: string;
  /** The checkout that it ran in. */
  readonly checkout: string;
}

interface JobOptions {
  /** True starts the bundled action as a runner does; otherwise the command runs in this process. */
  readonly isChild?: boolean;
  readonly clock?: Clock;
  /** Somebody's Ctrl-C; nobody's when left out. */
  readonly signal?: AbortSignal;
  /** Of the job's token; those of the workflow that `reeve init` writes when left out. */
  readonly permissions?: Readonly<Record<string, Level>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the job's token is called, where a test looks for it afterwards. */
  readonly token?: string;
  /** The commit that is checked out; what the workflow checks out when left out. */
  readonly commit?: string;
  /** `desired-state` when left out. */
  readonly state?: string;
}

interface ApplyOptions extends JobOptions {
  readonly event?: WorkflowEvent;
}

interface PlanOptions extends JobOptions {
  readonly event?: WorkflowEvent;
  /** The run that is repeated; a new one when left out. */
  readonly again?: WorkflowRun;
}

export interface AnswerOptions extends JobOptions {
  readonly event?: WorkflowEvent;
  /** The one that the workflow's own conditions choose when left out. */
  readonly job?: "answer" | "change";
}

export interface Loop extends AsyncDisposable {
  readonly github: GitHub;
  /** The hub's configuration file: the live world. */
  live(): string;
  plan(number: number, options?: PlanOptions): Promise<JobRun>;
  /** The job of a push that moved the default branch on from `before`. */
  apply(before: string, options?: ApplyOptions): Promise<JobRun>;
  /** The job of a comment; null where the workflow's conditions start none. */
  answer(comment: number, options?: AnswerOptions): Promise<JobRun | null>;
  /** A person's own `reeve apply`, of what the default branch declares. */
  applyByHand(): Promise<void>;
  /** The world as it would be had the default branch these files too, which it never gets. */
  changeWorld(files: Readonly<Record<string, string | null>>): Promise<void>;
  /** `plan`s the default branch as it is: the addresses that would change. */
  changesNow(): Promise<readonly string[]>;
  /** Opens a pull request of bob's and plans it. */
  propose(branch: string, files: Readonly<Record<string, string | null>>, options?: PlanOptions): Promise<Proposed>;
}

export interface Proposed extends JobRun {
  readonly number: number;
  readonly head: string;
}

export const CANARY = "ghs_canary0123456789abcdefghijklmnopqrst";

const PLAN_RIGHTS = { contents: "read", pull_requests: "write", checks: "write", actions: "read" } as const;
const APPLY_RIGHTS = {
  contents: "write",
  pull_requests: "write",
  issues: "write",
  checks: "write",
  actions: "write",
} as const;

const ANSWER_RIGHTS = { contents: "read", pull_requests: "write", actions: "write" } as const;

/** A state repository whose default branch is applied, as it is after the first apply by hand. */
export async function openLoop(options: LoopOptions = {}): Promise<Loop> {
  const calm = hurryTimers();
  const folder = mkdtempSync(join(tmpdir(), "reeve-loop-"));
  const live = join(folder, "live");
  mkdirSync(live, { mode: 0o700 });
  const { estate = "  providers: { wireguard: {} }\n", peers = { alice: 10, bert: 11 }, files = {}, ...rest } = options;
  const github = await openGitHub({
    ...rest,
    files: {
      "README.md": "The estate\n",
      [PLAN_WORKFLOW]: "name: plan\n",
      "desired-state/reeve.yaml": estateFile(estate),
      "desired-state/hub-eu.yaml": hubFile(live),
      ...Object.assign({}, ...Object.entries(peers).map(([name, address]) => peerFile(name, address))),
      ...files,
    },
  });
  const ground = { github, folder };
  const loop: Loop = {
    github,
    live: () => readFileSync(join(live, "wg0.conf"), "utf8"),
    plan: (number, how = {}) => planJob(ground, number, how),
    apply: (before, how = {}) => applyJob(ground, before, how),
    answer: (comment, how = {}) => answerJob(ground, comment, how),
    applyByHand: () => applyByHand(ground, "refs/heads/main"),
    changeWorld: async (changed) => {
      await github.forcePush("elsewhere", changed);
      await applyByHand(ground, "refs/heads/elsewhere");
    },
    changesNow: async () => {
      const { out } = await runByHand(ground, "refs/heads/main", { name: "plan", words: ["--format", "json"] });
      return (JSON.parse(out) as { changes: { address: string }[] }).changes.map(({ address }) => address);
    },
    propose: async (branch, changed, how = {}) => {
      const opened = await github.openPull({ branch, author: "bob", files: changed });
      return { ...opened, ...(await planJob(ground, opened.number, how)) };
    },
    [Symbol.asyncDispose]: async () => {
      calm();
      await github.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await loop.applyByHand();
  return loop;
}

interface Ground {
  readonly github: GitHub;
  readonly folder: string;
}

/** As `actions/checkout` does: the commit, so many of its ancestors, no credentials. */
function checkout({ github, folder }: Ground, commit: string, depth: number | null): string {
  const target = mkdtempSync(join(folder, "checkout-"));
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: target, stdio: "pipe" });
  git("init", "--quiet", "--template=");
  const less = depth === null ? [] : [`--depth=${depth}`];
  git("-c", "maintenance.auto=false", "fetch", "--quiet", "--no-tags", ...less, `file://${github.dir}`, commit);
  git("checkout", "--quiet", "--detach", "FETCH_HEAD");
  return target;
}

async function planJob(ground: Ground, number: number, options: PlanOptions): Promise<JobRun> {
  const { github, folder } = ground;
  const event = options.event ?? (await latestEvent(github, number));
  const isFork = event.pull?.pull.headRepo !== github.repo;
  const token = isFork ? github.tokens.fork : tokenOf(github, options, PLAN_RIGHTS);
  const started = await github.story.start(event, { workflow: "plan.yml", token, folder });
  const run = options.again ?? started.run;
  if (options.again !== undefined) github.repo.runs.delete(started.run.id);
  const cwd = checkout(ground, options.commit ?? `refs/pull/${number}/merge`, 2);
  const out = mkdtempSync(join(folder, "out-"));
  const env = { ...started.env, GITHUB_RUN_ID: String(run.id) };
  const ran = await runJob({ command: "plan", cwd, env, words: [`--out=${out}`], options });
  const files = Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), "utf8")]));
  if (Object.keys(files).length > 0) github.story.addArtifact(run, "reeve-plan", files);
  finish(run, ran.code);
  return { ...ran, run, files, checkout: cwd };
}

async function latestEvent(github: GitHub, number: number): Promise<WorkflowEvent> {
  const opened = await github.events.pullOpened(number);
  return (opened.pull?.pull.moves.length ?? 0) > 0 ? github.events.pullSynchronized(number) : opened;
}

function tokenOf(github: GitHub, { permissions, token }: JobOptions, rights: Readonly<Record<string, Level>>): string {
  const made = github.tokens.workflow(permissions ?? rights);
  const known = github.world.tokens.get(made);
  if (token === undefined || known === undefined) return made;
  github.world.tokens.set(token, known);
  return token;
}

async function applyJob(ground: Ground, before: string, options: ApplyOptions): Promise<JobRun> {
  const { github, folder } = ground;
  const event = options.event ?? (await github.events.push(before, "ada"));
  const token = tokenOf(github, options, APPLY_RIGHTS);
  const { run, env } = await github.story.start(event, { workflow: "apply.yml", token, folder });
  const cwd = checkout(ground, options.commit ?? event.sha, null);
  const ran = await runJob({ command: "apply", cwd, env, words: [], options });
  finish(run, ran.code);
  return { ...ran, run, files: {}, checkout: cwd };
}

/** `comment.yml`: what begins with `/reeve apply` or `/reeve unlock` is the job `change`'s. Cases are the same to GitHub. */
function jobOf(event: WorkflowEvent): AnswerOptions["job"] {
  const { body } = event.payload["comment"] as { readonly body: string };
  const begins = (word: string): boolean => body.toLowerCase().startsWith(word);
  if (!begins("/reeve")) return undefined;
  return begins("/reeve apply") || begins("/reeve unlock") ? "change" : "answer";
}

async function answerJob(ground: Ground, comment: number, options: AnswerOptions): Promise<JobRun | null> {
  const { github, folder } = ground;
  const event = options.event ?? (await github.events.commentCreated(comment));
  const job = options.job ?? jobOf(event);
  if (job === undefined) return null;
  const rights = job === "change" ? APPLY_RIGHTS : ANSWER_RIGHTS;
  const token = github.tokens.workflow(options.permissions ?? rights);
  const { run, env } = await github.story.start(event, { workflow: "comment.yml", token, folder });
  const cwd = checkout(ground, options.commit ?? event.sha, job === "change" ? null : 1);
  const ran = await runJob({ command: "comment", cwd, env: { ...env, GITHUB_JOB: job }, words: [], options });
  finish(run, ran.code);
  return { ...ran, run, files: {}, checkout: cwd };
}

function finish(run: WorkflowRun, code: number): void {
  run.status = "completed";
  run.conclusion = code === 0 ? "success" : "failure";
}

interface Job {
  readonly command: JobCommand;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly options: JobOptions;
}

async function runJob({ command, cwd, env, words, options }: Job): Promise<Ran & { readonly summary: string }> {
  const file = join(cwd, "../", `summary-${env["GITHUB_RUN_ID"]}-${command}.md`);
  const environment = { ...ownEnvironment(), ...env, GITHUB_STEP_SUMMARY: file, ...options.environment };
  const { state = "desired-state", signal = new AbortController().signal } = options;
  const ran = await (options.isChild === true
    ? runAction({ command, cwd, environment, words, state })
    : runHere(await loadCommand(command), {
        cwd,
        environment,
        words,
        state,
        signal,
        clock: options.clock ?? systemClock,
      }));
  const summary = existsSync(file) ? readFileSync(file, "utf8") : "";
  rmSync(file, { force: true });
  return { ...ran, summary };
}

async function applyByHand(ground: Ground, ref: string): Promise<void> {
  const { code, out, err } = await runByHand(ground, ref, { name: "apply", words: ["--auto-approve"] });
  if (code !== 0) throw new Error(`${out}${err}`);
}

interface ByHand {
  readonly name: "plan" | "apply";
  readonly words: readonly string[];
}

async function runByHand(ground: Ground, ref: string, { name, words }: ByHand): Promise<Ran> {
  const cwd = checkout(ground, ref, 1);
  const { command } = await (name === "plan"
    ? import("../../src/commands/plan.ts")
    : import("../../src/commands/apply.ts"));
  return runHere(command, { cwd, environment: ownEnvironment(), words, state: "desired-state", clock: systemClock });
}
