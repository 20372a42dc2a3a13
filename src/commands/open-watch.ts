/** The daemon, put together from its host's settings. */
import { join } from "node:path";
import { ownFolder, type Workspace } from "../apply/workspace.ts";
import { durationSeconds } from "../support/duration.ts";
import { systemClock } from "../support/system-clock.ts";
import type { WatchConfig } from "../watch/config/config.ts";
import { type Daemon, openDaemon } from "../watch/daemon.ts";
import { followBranch } from "../watch/follow/follow-branch.ts";
import { followFolder } from "../watch/follow/follow-folder.ts";
import { openGit } from "../watch/follow/git-runner.ts";
import { keepWatch, openWaker } from "../watch/keep-watch.ts";
import { fileLease } from "../watch/lease/file-lease.ts";
import { type Log, openLog } from "../watch/log.ts";
import type { Follower } from "../watch/tree.ts";
import type { Io } from "./command.ts";

export interface Watch {
  readonly daemon: Daemon;
  /** Until it is stopped. */
  run(): Promise<void>;
  /** Ends the process where a stop takes too long: what is half done is carried on at the next start. */
  boundStop(): void;
  close(): Promise<void>;
}

export interface WatchWorld {
  readonly config: WatchConfig;
  /** The daemon's own. */
  readonly folder: string;
  readonly io: Io;
  readonly workspace: Workspace;
  /** Whether logs are JSON. */
  readonly isJson: boolean;
}

export async function openWatch({ config, folder, io, workspace, isJson }: WatchWorld): Promise<Watch> {
  const format = isJson ? "json" : "logfmt";
  const log = openLog({ write: io.err, format, now: () => systemClock.now() });
  const { repository } = config;
  const follower =
    repository === undefined
      ? followFolder({ stateDir: workspace.stateDir, folder, clock: systemClock })
      : followBranch({ ...repository, folder, git: openGit(io.environment) });
  const own = repository === undefined ? ownFolder(workspace) : join(folder, "own");
  const lease = fileLease(own, workspace.clock);
  const daemon = openDaemon({ workspace, follower, lease, apply: config.apply, folder, log });
  const waker = openWaker();
  return {
    daemon,
    run: () => run({ config, daemon, follower, waker, workspace, log }),
    boundStop: () => boundStop(config, log),
    close: async () => undefined,
  };
}

interface Running {
  readonly config: WatchConfig;
  readonly daemon: Daemon;
  readonly follower: Follower;
  readonly waker: ReturnType<typeof openWaker>;
  readonly workspace: Workspace;
  readonly log: Log;
}

async function run({ config, daemon, follower, waker, workspace, log }: Running): Promise<void> {
  const intervalMs = durationSeconds(config.interval) * 1000;
  const pollMs = config.repository === undefined ? intervalMs : durationSeconds(config.repository.poll) * 1000;
  log("started", { source: follower.source, apply: config.apply, interval: config.interval });
  const watching = follower.onChange(() => waker.wake("look"));
  try {
    await keepWatch({
      daemon,
      pace: { pollMs, intervalMs },
      time: systemClock,
      world: workspace.clock,
      random: Math.random,
      signal: workspace.signal,
      waker,
      onBeat: () => undefined,
    });
  } finally {
    await watching.close();
    log("stopped");
  }
}

function boundStop(config: WatchConfig, log: Log): void {
  log("stopping", { within: config.stopWithin });
  const timer = setTimeout(() => process.exit(1), durationSeconds(config.stopWithin) * 1000);
  timer.unref();
}
