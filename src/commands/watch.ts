import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { renderJson } from "../render/json.ts";
import { renderPlanText } from "../render/plan-text.ts";
import { type ProcessLock, takeProcessLock } from "../support/process-lock.ts";
import { systemClock } from "../support/system-clock.ts";
import { userError } from "../support/user-error.ts";
import { openLog } from "../watch/log.ts";
import type { Arguments, Command, ExitCode, Io } from "./command.ts";
import { keepMemoryOffDisk } from "./keep-memory-off-disk.ts";
import { openWatch, type Watch } from "./open-watch.ts";
import { type OpenWorkspace, openWorkspace } from "./open-workspace.ts";
import { CONFIG_FLAG, watchConfig, watchFolder } from "./watch-config.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "watch",
  summary: "the daemon on a management host: follow the documents, keep the world as they say",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: {
    config: CONFIG_FLAG,
    listen: { type: "string", value: "[HOST:]PORT", help: "serve the page, the API and metrics here (loopback)" },
    "sites-listen": { type: "string", value: "[HOST:]PORT", help: "serve appliances here: the site server (loopback)" },
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
  goesOn: true,
  run: async (args, io) => {
    const mayDump = await keepMemoryOffDisk();
    const config = watchConfig(args, io);
    const folder = watchFolder(config, args, io);
    const lock = await lockFolder({ folder, io, waits: !args.has("once"), isJson: args.text("format") === "json" });
    if (lock === null) return 0;
    try {
      const opened = openWorkspace(config.repository === undefined ? args : withState(args, folder), io);
      opened.progress.stop();
      const workspace = { ...opened.workspace, progress: { step: () => undefined } };
      const watch = openWatch({ config, folder, io, workspace, isJson: opened.format === "json", mayDump });
      return await (args.has("once") ? once(io, opened, watch) : keep(io, watch));
    } finally {
      lock.release();
    }
  },
};

interface Locking {
  readonly folder: string;
  readonly io: Io;
  /** Stands by until the other has ended. */
  readonly waits: boolean;
  readonly isJson: boolean;
}

/** Two daemons with one folder would overwrite what the other remembers: the second stands by, and goes on where the first ends. Null: stopped before. */
async function lockFolder({ folder, io, waits, isJson }: Locking): Promise<ProcessLock | null> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = { pid: process.pid, since: io.clock.now().toISOString() };
  const take = (): ReturnType<typeof takeProcessLock> => takeProcessLock(join(folder, "watch.lock"), owner);
  let lock = take();
  if ("heldBy" in lock) {
    const message = `another reeve watch works from ${folder}${lock.heldBy}`;
    const hint = "stop it first, or give this one a folder of its own (`folder` in its settings)";
    if (!waits) throw userError("watched-already", message, hint);
    const log = openLog({ write: io.err, format: isJson ? "json" : "logfmt", now: () => systemClock.now() });
    log("standby", { message, next: hint }, "warning");
  }
  while ("heldBy" in lock) {
    await systemClock.sleep(STANDBY_MS, io.signal).catch(() => undefined);
    if (io.signal.aborted) return null;
    lock = take();
  }
  return lock;
}

const STANDBY_MS = 500;

/** Where a branch is followed there is no state directory yet; nothing is read from the folder that stands for it. */
function withState(args: Arguments, folder: string): Arguments {
  return { ...args, text: (flag) => (flag === "state" ? folder : args.text(flag)) };
}

async function once(io: Io, { format, paint }: OpenWorkspace, { daemon }: Watch): Promise<ExitCode> {
  await daemon.follow();
  const round = await daemon.round();
  const sight = daemon.sight();
  if (format === "json") io.out(renderJson({ formatVersion: 1, ...daemon.status() }));
  else if (sight !== null) io.out(renderPlanText(sight.plan, paint));
  return round.result === "settled" && daemon.status().troubles.length === 0 ? 0 : 1;
}

/** A stop is no failure: systemd asks for it. */
async function keep(io: Io, watch: Watch): Promise<ExitCode> {
  try {
    await watch.run();
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 0;
    throw error;
  }
}
