import { existsSync, readFileSync } from "node:fs";
import { rootOf } from "../apply/workspace.ts";
import type { GitHubOptions } from "../github/client/open-github.ts";
import { type LoopEvent, parseEvent, parseRunContext, type RunContext } from "../github/event.ts";
import { openTrees, type Trees } from "../github/trees.ts";
import { userError } from "../support/user-error.ts";
import type { Arguments, Flag, Io } from "./command.ts";
import { type OpenWorkspace, openWorkspace } from "./open-workspace.ts";

/** What every `reeve github` command begins with. */
export interface GitHubRun extends OpenWorkspace {
  readonly context: RunContext;
  readonly event: LoopEvent;
  readonly trees: Trees;
  readonly connection: GitHubOptions;
  readonly planWorkflow: string;
}

export const WORKFLOW_FLAG: Flag = {
  type: "string",
  value: "FILE",
  help: "the workflow whose runs record plans (.github/workflows/plan.yml)",
};

export function openGitHubRun(args: Arguments, io: Io): GitHubRun {
  const opened = openWorkspace(args, io);
  const { workspace, progress } = opened;
  const context = parseRunContext(io.environment);
  const connection = {
    repository: context.repository,
    environment: io.environment,
    calls: workspace.calls,
    onWait: (text: string) => progress.step(text),
    // An interruption stops the work, not what is still to be said of it: the lock must be given back. A second one ends all.
    signal: new AbortController().signal,
  };
  return {
    ...opened,
    context,
    event: readEvent(io),
    trees: openTrees(rootOf(workspace)),
    connection,
    planWorkflow: args.text("workflow") ?? ".github/workflows/plan.yml",
  };
}

function readEvent({ environment }: Io): LoopEvent {
  const path = environment["GITHUB_EVENT_PATH"] ?? "";
  if (!existsSync(path)) {
    throw userError(
      "no-event",
      "GITHUB_EVENT_PATH names no file",
      "run this in a GitHub Actions workflow: docs/pull-requests.md",
    );
  }
  return parseEvent(environment["GITHUB_EVENT_NAME"] ?? "", readFileSync(path, "utf8"));
}

export function wrongEvent(command: string, event: LoopEvent, wanted: string): Error {
  return userError("wrong-event", `reeve ${command} is not for the event ${event.kind}`, `run it on ${wanted}`);
}
