import { checkWorkspace } from "../apply/workspace.ts";
import { openGitHubWriter } from "../github/client/open-github.ts";
import { parseRunContext } from "../github/event.ts";
import { breakLock } from "../github/lock.ts";
import { userError } from "../support/user-error.ts";
import type { Command } from "./command.ts";
import { openWorkspace } from "./open-workspace.ts";

export const command: Command = {
  name: "github unlock",
  summary: "free the apply lock of a run that died",
  maxOperands: 0,
  formats: ["text"],
  flags: { reason: { type: "string", value: "TEXT", help: "why; it stays in the lock's history" } },
  details:
    "Needs GITHUB_REPOSITORY and a GITHUB_TOKEN that may write contents. A lock whose time is over is free by itself.",
  example: 'reeve github unlock --reason "run 4711 was cancelled"',
  run: async (args, io) => {
    const reason = args.text("reason") ?? "";
    if (reason.trim() === "") throw userError("no-reason", "say why the lock is freed", 'add --reason "…"');
    const { workspace, progress } = openWorkspace(args, io);
    const { repository } = parseRunContext(io.environment);
    const { environment, signal } = io;
    const { calls } = workspace;
    const github = await openGitHubWriter({ repository, environment, calls, onWait: progress.step, signal });
    const estate = (await checkWorkspace(workspace)).checkable.name;
    const freed = await breakLock({ github, estate }, reason);
    progress.stop();
    io.out(
      freed === null
        ? `Nobody holds the apply lock of ${estate}.\n`
        : `Freed the apply lock of ${estate}, held by ${freed}.\n`,
    );
    return 0;
  },
};
