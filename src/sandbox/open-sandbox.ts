import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { userError } from "../support/user-error.ts";
import { claimSandbox, publishSandbox, releaseSandbox } from "./sandbox-lock.ts";
import { type SandboxOptions, startWorkspacesSandbox } from "./workspaces/start-workspaces-sandbox.ts";

export interface OpenSandboxOptions extends Pick<SandboxOptions, "port" | "factor" | "quota" | "rules" | "start"> {
  /** Stand-ins that outlive one command: other processes use them instead of waiting for them. */
  readonly isShared?: boolean;
}

export interface OpenSandbox {
  /** What to set, for Reeve and for any other AWS client, so that they speak to the stand-ins. */
  readonly environment: Readonly<Record<string, string>>;
  readonly endpoint: string;
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
  const running = await claimSandbox(lock);
  if (running !== null) {
    if (options.isShared === true) throw runsAlready(folder, running.pid);
    const { endpoint } = running;
    return { endpoint, environment: environmentFor(endpoint), close: () => Promise.resolve() };
  }
  try {
    return await startHere(folder, lock, options);
  } catch (error) {
    releaseSandbox(lock);
    throw error;
  }
}

async function startHere(folder: string, lock: string, options: OpenSandboxOptions): Promise<OpenSandbox> {
  const { isShared = false, ...rest } = options;
  const sandbox = await startWorkspacesSandbox({
    factor: SANDBOX_FACTOR,
    quota: SANDBOX_QUOTA,
    ...rest,
    folder: join(folder, "workspaces"),
  });
  const { endpoint } = sandbox;
  publishSandbox(lock, { endpoint, isShared });
  return {
    endpoint,
    environment: environmentFor(endpoint),
    close: async () => {
      await sandbox.close();
      releaseSandbox(lock);
    },
  };
}

function runsAlready(folder: string, pid: number): Error {
  return userError(
    "sandbox-runs",
    `process ${pid} runs the sandbox of ${resolve(folder)} already`,
    "use it, or stop it first",
  );
}

/**
 * Any key will do, since signatures are not verified; these say what they are. The endpoints of single services are set
 * too, because they would win over the common one and lead to the real account.
 */
function environmentFor(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_WORKSPACES: endpoint,
    AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_ACCESS_KEY_ID: "REEVESANDBOX",
    AWS_SECRET_ACCESS_KEY: "reeve-sandbox",
    AWS_SESSION_TOKEN: "",
    AWS_REGION: "us-west-2",
    AWS_DEFAULT_REGION: "us-west-2",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
