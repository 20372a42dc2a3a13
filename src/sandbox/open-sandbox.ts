import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Clock } from "../support/clock.ts";
import { userError } from "../support/user-error.ts";
import { followTime } from "./follow-time.ts";
import { startClusters } from "./kubernetes/start-clusters.ts";
import { sandboxClock } from "./sandbox-clock.ts";
import { clusterEnvironment, environmentFor } from "./sandbox-environment.ts";
import { claimSandbox, type Listening, publishSandbox, releaseSandbox } from "./sandbox-lock.ts";
import { type SandboxOptions, startWorkspacesSandbox } from "./workspaces/start-workspaces-sandbox.ts";

export interface OpenSandboxOptions extends Pick<SandboxOptions, "port" | "factor" | "quota" | "rules" | "start"> {
  /** Stand-ins that outlive one command: other processes use them instead of waiting for them. */
  readonly isShared?: boolean;
  /** As that, but where others run them already, theirs are used. */
  readonly isLent?: boolean;
  /** Ends the wait for a command that has the stand-ins to itself. */
  readonly signal?: AbortSignal;
}

export interface OpenSandbox {
  /** What to set (undefined: to unset), for Reeve and for any other AWS client, so that they speak to the stand-ins. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly endpoint: string;
  /** The stand-ins' time, which they keep wherever they run. */
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Twenty virtual minutes in two thirds of a second: a desktop is ready about as fast as a person reads a line. */
const SANDBOX_FACTOR = 1800;

/** Room for any sample estate; the service itself starts an account with 1. */
const SANDBOX_QUOTA = 1000;

/**
 * The stand-ins with their state in `folder` (`.reeve/sandbox`): those of a `reeve sandbox` that runs, else ones inside
 * this process. Two processes never work on the same state at once.
 */
export async function openSandbox(folder: string, options: OpenSandboxOptions = {}): Promise<OpenSandbox> {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, "running.json");
  const running = await claimSandbox(lock, options.signal);
  if (running !== null) {
    if (options.isShared === true) throw runsAlready(folder, running.pid);
    return joinRunning(folder, running);
  }
  try {
    return await startHere(folder, lock, options);
  } catch (error) {
    releaseSandbox(lock);
    throw error;
  }
}

async function joinRunning(folder: string, { endpoint, clusters }: Listening): Promise<OpenSandbox> {
  const time = await followTime(endpoint);
  const close = (): Promise<void> => Promise.resolve(time.stop());
  return {
    endpoint,
    environment: { ...environmentFor(endpoint), ...clusterEnvironment({ clusters, folder: clustersFolder(folder) }) },
    clock: sandboxClock(time),
    close,
  };
}

async function startHere(folder: string, lock: string, options: OpenSandboxOptions): Promise<OpenSandbox> {
  const { isShared = false, isLent = false, signal: _signal, ...rest } = options;
  const sandbox = await startWorkspacesSandbox({
    factor: SANDBOX_FACTOR,
    quota: SANDBOX_QUOTA,
    ...rest,
    folder: join(folder, "workspaces"),
  });
  const clusters = await startClusters({ folder: clustersFolder(folder), now: () => sandbox.now() });
  const { endpoint } = sandbox;
  publishSandbox(lock, { endpoint, clusters: clusters.template, isShared: isShared || isLent });
  return {
    endpoint,
    environment: {
      ...environmentFor(endpoint),
      ...clusterEnvironment({ clusters: clusters.template, folder: clustersFolder(folder) }),
    },
    clock: sandboxClock({ now: () => sandbox.now().getTime(), factor: sandbox.factor }),
    close: async () => {
      await Promise.all([sandbox.close(), clusters.close()]);
      releaseSandbox(lock);
    },
  };
}

function clustersFolder(folder: string): string {
  return join(resolve(folder), "kubernetes");
}

function runsAlready(folder: string, pid: number): Error {
  return userError(
    "sandbox-runs",
    `process ${pid} runs the sandbox of ${resolve(folder)} already`,
    "use it, or stop it first",
  );
}
