/** The scheduled job of a state repository on the stand-in GitHub, day after day, and the issue that it keeps. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/support/clock.ts";
import type { Level } from "../fakes/github/world.ts";
import type { Loop } from "./github-loop.ts";
import { loadCommand, ownEnvironment, type Ran, runAction, runHere } from "./run-job.ts";

/** `drift.yml`, as `reeve init` writes it, and with what its first comment asks for. */
const RIGHTS = {
  report: { contents: "read", issues: "write", checks: "read", actions: "read" },
  propose: { contents: "write", issues: "write", checks: "read", actions: "read", pull_requests: "write" },
  correct: { contents: "write", issues: "write", checks: "read", actions: "read" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Level>>>>;

interface WatchOptions {
  readonly rights?: keyof typeof RIGHTS;
  readonly token?: string;
  /** Days since the first of May; one more than the run before when left out. */
  readonly day?: number;
  /** Instead of the day. */
  readonly at?: Date;
  readonly clock?: Clock;
  readonly isByHand?: boolean;
  readonly isChild?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

interface DriftIssue {
  readonly number: number;
  readonly author: string;
  readonly body: string;
  readonly state: string;
  readonly labels: readonly string[];
}

export interface Watch extends Disposable {
  /** The checkout of the default branch, compared with the world. */
  look(options?: WatchOptions): Promise<Ran & { readonly summary: string }>;
  issues(): Promise<readonly DriftIssue[]>;
}

export function watchDrift({ github }: Pick<Loop, "github">): Watch {
  const folder = mkdtempSync(join(tmpdir(), "reeve-drift-"));
  let today = 0;
  return {
    look: async ({ rights = "report", day = today + 1, isByHand = false, isChild = false, ...more } = {}) => {
      today = day;
      const event = isByHand
        ? await github.events.dispatch("drift.yml", "ada")
        : await github.events.schedule("7 5 * * *");
      const token = more.token ?? github.tokens.workflow(RIGHTS[rights]);
      const started = await github.story.start(event, { workflow: "drift.yml", token, folder });
      const cwd = mkdtempSync(join(folder, "checkout-"));
      const git = (...args: readonly string[]) => execFileSync("git", args, { cwd, stdio: "pipe" });
      git("init", "--quiet");
      git("fetch", "--quiet", "--no-tags", `file://${github.dir}`, event.sha);
      git("checkout", "--quiet", "--detach", "FETCH_HEAD");
      const summary = join(folder, "summary.md");
      const environment = { ...ownEnvironment(), ...started.env, GITHUB_STEP_SUMMARY: summary, ...more.environment };
      const job = { cwd, environment, words: [], state: "desired-state" };
      const ran = await (isChild
        ? runAction({ ...job, command: "drift" })
        : runHere(await loadCommand("drift"), { ...job, clock: more.clock ?? clockAt(more.at ?? morningOf(today)) }));
      started.run.status = "completed";
      started.run.conclusion = ran.code === 0 ? "success" : "failure";
      const text = existsSync(summary) ? readFileSync(summary, "utf8") : "";
      rmSync(summary, { force: true });
      return { ...ran, summary: text };
    },
    issues: async () => {
      const { issues } = await github.state();
      return (issues as readonly (DriftIssue & { readonly pull: object | null })[]).filter(({ pull }) => pull === null);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function morningOf(day: number): Date {
  return new Date(Date.UTC(2026, 4, day, 6));
}

function clockAt(now: Date): Clock {
  return {
    now: () => now,
    sleep: (_milliseconds, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted")))),
  };
}
