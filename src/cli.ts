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
  list: () => import("./commands/list.ts"),
  explain: () => import("./commands/explain.ts"),
};

const [first] = process.argv.slice(2);
if (first === "--version" || first === "-V") {
  process.stdout.write(`reeve ${typeof REEVE_VERSION === "undefined" ? "(from source)" : REEVE_VERSION}\n`);
} else {
  const { runCommand } = await import("./commands/run-command.ts");
  process.exitCode = await runCommand(COMMANDS, process.argv.slice(2));
}
