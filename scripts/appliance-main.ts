/** The program of the single executable: `reeve-appliance run` is `reeve appliance run`. */
import type { Command } from "../src/commands/command.ts";
import { runCommand } from "../src/commands/run-command.ts";

/** Set by the build. */
declare const REEVE_VERSION: string;

const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  "appliance provision": () => import("../src/commands/appliance-provision.ts"),
  "appliance run": () => import("../src/commands/appliance-run.ts"),
  "appliance status": () => import("../src/commands/appliance-status.ts"),
};

const words = process.argv.slice(2);
const [first = "help"] = words;
const isAsIs = ["appliance", "help", "--help", "-h"].includes(first);

if (first === "--version" || first === "-V") process.stdout.write(`reeve ${REEVE_VERSION}\n`);
else
  void runCommand(COMMANDS, isAsIs ? words : ["appliance", ...words]).then((code) => {
    process.exitCode = code;
  });
