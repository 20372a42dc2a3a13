import type { Workspace } from "../apply/workspace.ts";
import { renderJson } from "../render/json.ts";
import { renderPlanText } from "../render/plan-text.ts";
import type { Arguments, Command, ExitCode, Io } from "./command.ts";
import { openWatch, type Watch } from "./open-watch.ts";
import { openWorkspace } from "./open-workspace.ts";
import { CONFIG_FLAG } from "./watch-config.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "watch",
  summary: "the daemon on a management host: follow the documents, keep the world as they say",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: {
    config: CONFIG_FLAG,
    listen: { type: "string", value: "[HOST:]PORT", help: "serve the page, the API and metrics here (loopback)" },
    interval: { type: "string", value: "TIME", help: "how often to look for drift (default 10m)" },
    apply: { type: "string", value: "SETTING", help: "on-commit (default) or drift-only" },
    once: { type: "boolean", help: "one round, then end" },
    sandbox: SANDBOX_FLAG,
  },
  details: [
    "Follows a branch of the state repository, or the folder of --state, and by the mode of each kind (spec.safety.modes)",
    "reports, proposes or corrects what differs. What a new commit changes is applied where `apply` is on-commit; what an",
    "instant changes (an end, a beginning) is applied when it comes. Logs go to stderr, a line an event (--format json: JSON).",
    "The exit code of --once is 1 where something may be done and was not. docs/watch.md says the rest.",
  ].join("\n"),
  example: "reeve watch --sandbox --listen 7171",
  run: async (args, io) => {
    const opened = openWorkspace(args, io);
    opened.progress.stop();
    const workspace = { ...opened.workspace, progress: { step: () => undefined } };
    const watch = await openWatch({ args, io, workspace });
    return args.has("once") ? once(args, io, watch) : keep(io, workspace, watch);
  },
};

async function once(args: Arguments, io: Io, { daemon, close }: Watch): Promise<ExitCode> {
  try {
    await daemon.follow();
    const round = await daemon.round();
    const sight = daemon.sight();
    if (args.text("format") === "json") io.out(renderJson({ formatVersion: 1, ...daemon.status() }));
    else if (sight !== null) io.out(renderPlanText(sight.plan, openWorkspace(args, io).paint));
    return round.result === "settled" && daemon.status().troubles.length === 0 ? 0 : 1;
  } finally {
    await close();
  }
}

/** A stop is no failure: systemd asks for it. */
async function keep(io: Io, workspace: Workspace, watch: Watch): Promise<ExitCode> {
  const onStop = (): void => watch.boundStop();
  io.signal.addEventListener("abort", onStop, { once: true });
  try {
    await watch.run();
    return 0;
  } catch (error) {
    if (workspace.signal.aborted) return 0;
    throw error;
  } finally {
    await watch.close();
  }
}
