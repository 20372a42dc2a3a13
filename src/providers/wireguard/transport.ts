import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Session } from "../provider.ts";
import { controlFolder } from "./control-folder.ts";
import { type HostCommand, hostCommand, knownHostsFile } from "./host-command.ts";
import type { Hub, HubReading, HubTrouble } from "./model.ts";
import { parseReading } from "./reading-parse.ts";

export interface HubRun {
  readonly verb: "read" | "write" | "retire";
  readonly script: string;
  /** Standard input. Holds secrets. */
  readonly input: string;
}

interface Texts {
  readonly stdout: string;
  readonly stderr: string;
}

type Ended = ({ readonly how: "answered" } & Texts) | { readonly how: "timeout" | "overflow" | "missing" };

const TIMEOUT_MS = { read: 60_000, write: 300_000, retire: 60_000 } as const;
const MAX_OUTPUT = 128 * 1024 * 1024;
const MAX_ERRORS = 64 * 1024;
const STDERR_PATIENCE_MS = 100;

/**
 * Runs the hub's script, on this machine or over SSH, and takes its answer apart. One call, one round trip. Ctrl-C ends
 * a reading; a write that has begun is let finish (it is short, and bounded).
 */
export async function runOnHub(session: Session, hub: Hub, run: HubRun): Promise<HubReading> {
  session.signal.throwIfAborted();
  const unready = sshTrouble(session, hub);
  if (unready !== null) return { trouble: unready };
  const command = hostCommand({
    host: hub.spec.host,
    script: run.script,
    verb: run.verb,
    root: session.root,
    environment: session.environment,
    controlFolder: hub.spec.host.ssh === undefined ? "" : controlFolder(),
  });
  const label = `wireguard ${hub.name}: ${run.verb}`;
  const ended = await session.calls.send(label, () => runCommand(command, run, session.signal));
  if (ended.how === "answered") return parseReading(ended.stdout, ended.stderr);
  return { trouble: endedTrouble(ended.how, command.file) };
}

/** A folder of known hosts that is not there would be told by OpenSSH as an unknown host key. */
function sshTrouble(session: Session, hub: Hub): HubTrouble | null {
  const { ssh } = hub.spec.host;
  if (ssh === undefined) return null;
  try {
    accessSync(knownHostsFile(ssh, session.root), constants.R_OK);
    return null;
  } catch {
    return {
      failure: "invalid",
      message: `the knownHosts file ${ssh.knownHosts} cannot be read`,
      next: "commit it beside the state directory, with the hub's host key in it",
    };
  }
}

function endedTrouble(how: "timeout" | "overflow" | "missing", file: string): HubTrouble {
  switch (how) {
    case "timeout":
      return {
        failure: "retryable",
        message: "the hub did not answer in time",
        next: "see that it is well, then try again",
      };
    case "overflow":
      return {
        failure: "invalid",
        message: "the hub answered with more than 128 MiB",
        next: "see its configuration file",
      };
    case "missing":
      return { failure: "invalid", message: `${file} cannot be started here`, next: "install it (openssh-client)" };
  }
}

/** In a process group of its own: Ctrl-C in the terminal must not tear a write in two. */
function runCommand(command: HostCommand, run: HubRun, signal: AbortSignal): Promise<Ended> {
  const child = spawn(command.file, command.args, { env: command.environment, detached: true });
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const texts = collect(child, () => finish(() => resolve({ how: "overflow" })));
  const onAbort = (): void => finish(() => reject(signal.reason as Error));
  const timer = globalThis.setTimeout(() => finish(() => resolve({ how: "timeout" })), TIMEOUT_MS[run.verb]);
  function finish(settle: () => void): void {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    if (child.exitCode === null && child.signalCode === null) killGroup(child);
    settle();
  }
  if (run.verb === "read") signal.addEventListener("abort", onAbort);
  child.on("error", () => finish(() => resolve({ how: "missing" })));
  child.on("exit", () => {
    void texts().then((read) => finish(() => resolve({ how: "answered", ...read })));
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(run.input);
  return promise;
}

/**
 * A shared SSH connection goes on in the background and may keep stderr open: the end of stdout is waited for, that of
 * stderr only a moment.
 */
function collect(child: ChildProcessWithoutNullStreams, onOverflow: () => void): () => Promise<Texts> {
  const out: Buffer[] = [];
  let size = 0;
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT) onOverflow();
    else out.push(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (stderr.length < MAX_ERRORS) stderr += chunk.toString("utf8");
  });
  const stdoutEnd = once(child.stdout, "close");
  const stderrEnd = once(child.stderr, "close");
  return async () => {
    await stdoutEnd;
    // Unreferenced: a program that has nothing left to do would end only after that moment.
    await Promise.race([stderrEnd, setTimeout(STDERR_PATIENCE_MS, undefined, { ref: false })]);
    child.stderr.destroy();
    return { stdout: Buffer.concat(out).toString("utf8"), stderr };
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
