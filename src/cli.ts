#!/usr/bin/env node
/** argv to one command, loaded when it is asked for: starting up costs what the command needs and no more. */
import type { Command } from "./commands/command.ts";

/** Set by the build; a checkout that runs from source says so. */
declare const REEVE_VERSION: string | undefined;

const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  validate: () => import("./commands/validate.ts"),
  plan: () => import("./commands/plan.ts"),
  apply: () => import("./commands/apply.ts"),
  allocate: () => import("./commands/allocate.ts"),
  import: () => import("./commands/import.ts"),
  list: () => import("./commands/list.ts"),
  "access who-can-reach": async () => ({ command: (await import("./commands/access.ts")).whoCanReach }),
  "access what-can-reach": async () => ({ command: (await import("./commands/access.ts")).whatCanReach }),
  explain: () => import("./commands/explain.ts"),
  prices: () => import("./commands/prices.ts"),
  "peer config": () => import("./commands/peer-config.ts"),
  "site mint-code": () => import("./commands/site-mint-code.ts"),
  "site approve-rebind": async () => ({ command: (await import("./commands/site-decide.ts")).approveRebind }),
  "site resolve-conflict": async () => ({ command: (await import("./commands/site-decide.ts")).resolveConflict }),
  "appliance provision": () => import("./commands/appliance-provision.ts"),
  "appliance run": () => import("./commands/appliance-run.ts"),
  "appliance status": () => import("./commands/appliance-status.ts"),
  sandbox: () => import("./commands/sandbox.ts"),
  "sandbox workspaces": () => import("./commands/sandbox-workspaces.ts"),
  watch: () => import("./commands/watch.ts"),
  "watch status": () => import("./commands/watch-status.ts"),
  "watch token": () => import("./commands/watch-token.ts"),
  "watch pause": () => import("./commands/watch-pause.ts"),
  "watch resume": () => import("./commands/watch-resume.ts"),
  "watch accept": () => import("./commands/watch-accept.ts"),
  "github plan": () => import("./commands/github-plan.ts"),
  "github apply": () => import("./commands/github-apply.ts"),
  "github drift": () => import("./commands/github-drift.ts"),
  "github comment": () => import("./commands/github-comment.ts"),
  "github unlock": () => import("./commands/github-unlock.ts"),
  init: () => import("./commands/init.ts"),
};

const OLDEST_NODE = [22, 22] as const;

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/**
 * Keeps compiled code, which saves a sixth of a short run. In the user's own home and nowhere else: compiled code from
 * a folder that others can write, as /tmp is, would be their code in our process.
 */
function keepCompiledCode(home: string | undefined): void {
  if (home === undefined) return;
  const { statSync } = process.getBuiltinModule("node:fs");
  const isOwn = statSync(home, { throwIfNoEntry: false })?.uid === process.getuid?.();
  if (isOwn) process.getBuiltinModule("node:module").enableCompileCache(`${home}/.cache/reeve/compiled`);
}

const [first] = process.argv.slice(2);
if (isTooOld(process.versions.node)) {
  process.stderr.write(`Reeve needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else if (first === "--version" || first === "-V") {
  process.stdout.write(`reeve ${typeof REEVE_VERSION === "undefined" ? "(from source)" : REEVE_VERSION}\n`);
} else {
  keepCompiledCode(process.env["HOME"]);
  const { runCommand } = await import("./commands/run-command.ts");
  process.exitCode = await runCommand(COMMANDS, process.argv.slice(2));
}
