/** The daemon, put together from its host's settings. */
import { join } from "node:path";
import { ownFolder, type Workspace } from "../apply/workspace.ts";
import { openGitHubWriter } from "../github/client/open-github.ts";
import { durationSeconds } from "../support/duration.ts";
import { isInSandbox, publishSandboxSites } from "../support/served-sandbox-sites.ts";
import { steadyClock } from "../support/steady-clock.ts";
import { systemClock } from "../support/system-clock.ts";
import type { WatchConfig } from "../watch/config/config.ts";
import { type Daemon, openDaemon } from "../watch/daemon.ts";
import { followBranch } from "../watch/follow/follow-branch.ts";
import { followFolder } from "../watch/follow/follow-folder.ts";
import { openGit } from "../watch/follow/git-runner.ts";
import { type GitHubPlace, githubLease, tellGitHub } from "../watch/github.ts";
import { keepWatch, openWaker, type Waker } from "../watch/keep-watch.ts";
import { openListener } from "../watch/listener/open-listener.ts";
import { type Log, openLog } from "../watch/log.ts";
import type { WatchedSites } from "../watch/open-sites.ts";
import { openServiceManager } from "../watch/service-manager.ts";
import type { Follower } from "../watch/tree.ts";
import { viewOf } from "../watch/watch-view.ts";
import { heedWishes } from "../watch/wishes.ts";
import type { Io } from "./command.ts";
import { openLease } from "./open-lease.ts";

export interface Watch {
  readonly daemon: Daemon;
  /** Until it is stopped. */
  run(): Promise<void>;
}

export interface WatchWorld {
  readonly config: WatchConfig;
  /** The daemon's own. */
  readonly folder: string;
  readonly io: Io;
  readonly workspace: Workspace;
  /** Whether logs are JSON. */
  readonly isJson: boolean;
  /** Why a crash may leave secrets in a core dump; null where it cannot. */
  readonly mayDump: string | null;
}

export function openWatch({ config, folder, io, workspace: given, isJson, mayDump }: WatchWorld): Watch {
  // What leads the provider to the site server in this process is only known once that listens.
  const environment = { ...given.environment };
  const workspace = { ...given, environment };
  const log = openLog({ write: io.err, format: isJson ? "json" : "logfmt", now: () => systemClock.now() });
  if (mayDump !== null) log("core-dumps", { why: mayDump }, "warning");
  const { repository } = config;
  const follower =
    repository === undefined
      ? followFolder({ stateDir: workspace.stateDir, folder, clock: systemClock })
      : followBranch({ ...repository, folder, git: openGit(io.environment) });
  const own = repository === undefined ? ownFolder(workspace) : join(folder, "own");
  const place = githubPlace(config, io, workspace);
  const github = place === null ? null : githubLease(place, () => daemon.status().estate);
  const lease = openLease(config, own, { io, github });
  const daemon: Daemon = openDaemon({
    workspace,
    follower,
    lease,
    apply: config.apply,
    folder,
    log,
    afterRound: async (finished, tree) => {
      if (place !== null) await tellGitHub(place, workspace, { finished, tree, apply: config.apply });
    },
  });
  return { daemon, run: () => run({ config, folder, own, daemon, follower, workspace, environment, log, io }) };
}

/** Null where the settings name no repository at GitHub. */
function githubPlace({ github, repository }: WatchConfig, io: Io, workspace: Workspace): GitHubPlace | null {
  if (github === undefined) return null;
  const [owner = "", name = ""] = github.repository.split("/");
  const open = () =>
    openGitHubWriter({
      repository: { owner, name },
      environment: io.environment,
      calls: workspace.calls,
      onWait: () => undefined,
      // As `reeve github`: an interruption stops the work, and the lock is still given back.
      signal: new AbortController().signal,
    });
  return { open, repository: { owner, name }, branch: repository?.branch ?? "main", clock: systemClock };
}

interface Running extends Omit<WatchWorld, "isJson" | "mayDump"> {
  readonly own: string;
  readonly daemon: Daemon;
  readonly follower: Follower;
  /** The workspace's, to be added to. */
  readonly environment: Record<string, string | undefined>;
  readonly log: Log;
}

async function run(running: Running): Promise<void> {
  const { config, folder, daemon, follower, workspace, log, io } = running;
  const intervalMs = durationSeconds(config.interval) * 1000;
  const pollMs = config.repository === undefined ? intervalMs : durationSeconds(config.repository.poll) * 1000;
  const waker = openWaker();
  const manager = openServiceManager(io.environment, log);
  io.signal.addEventListener("abort", () => boundStop(config, log), { once: true });
  io.signal.addEventListener("abort", manager.stopping, { once: true });
  const sites = await serveSites(running, waker);
  const listener = await listen(running, waker, sites);
  log("started", { source: follower.source, apply: config.apply, interval: config.interval });
  manager.ready();
  const watching = follower.onChange(() => waker.wake("look"));
  const wishes = heedWishes(folder, waker);
  const wakeOnce = whenServed(daemon, () => waker.wake("round"));
  try {
    await keepWatch({
      daemon,
      pace: { pollMs, intervalMs },
      time: steadyClock,
      world: workspace.clock,
      random: Math.random,
      signal: workspace.signal,
      waker,
      onRound: ({ result, endedAt }) => {
        manager.tell(`last round ${endedAt}: ${result}`);
        wakeOnce();
      },
    });
  } finally {
    await Promise.all([watching.close(), wishes.close(), listener?.close(), sites?.close()]);
    manager.close();
    log("stopped");
  }
}

/** Until documents are served for the first time, sites cannot be planned. */
function whenServed(daemon: Daemon, wake: () => void): () => void {
  let wasServed = daemon.snapshot() !== null;
  return () => {
    if (!wasServed && daemon.snapshot() !== null) wake();
    wasServed = daemon.snapshot() !== null;
  };
}

async function serveSites(running: Running, waker: Waker): Promise<WatchedSites | null> {
  const { config, folder, daemon, workspace, environment, log } = running;
  if (config.sites === undefined) return null;
  const { openSites } = await import("../watch/open-sites.ts");
  const sites = await openSites({
    config: config.sites,
    tokens: config.listen?.tokens ?? [],
    folder,
    snapshot: daemon.snapshot,
    // Whoever asks reads the answer until it is what was merged.
    look: () => {
      daemon.ask();
      waker.wake("look");
      return Promise.resolve();
    },
    // Appliances live in real time, whatever time the stand-ins keep.
    clock: systemClock,
    environment: workspace.environment,
    log,
  });
  const unpublish = publishSandboxSites(environment, sites.own);
  Object.assign(environment, sites.own);
  log("serving-sites", { address: sites.url });
  const close = async (): Promise<void> => {
    unpublish();
    await sites.close();
  };
  return { ...sites, close };
}

async function listen(running: Running, waker: Waker, sites: WatchedSites | null) {
  const { config, folder, own, daemon, workspace, log } = running;
  if (config.listen === undefined) return null;
  const view = viewOf({
    daemon,
    waker,
    log,
    clock: workspace.clock,
    folder,
    own,
    isSandbox: isInSandbox(workspace.environment),
    sites,
  });
  const listener = await openListener({ listen: config.listen, view, log });
  log("listening", { address: await listener.start() });
  return listener;
}

/** Where a stop takes too long the process ends all the same: what is half done is carried on at the next start. */
function boundStop(config: WatchConfig, log: Log): void {
  log("stopping", { within: config.stopWithin });
  const timer = setTimeout(() => process.exit(1), durationSeconds(config.stopWithin) * 1000);
  timer.unref();
}
