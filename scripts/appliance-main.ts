/** The program of the single executable: `reeve-appliance run` is `reeve appliance run`. */
import type { Command } from "../src/commands/command.ts";
import { runCommand } from "../src/commands/run-command.ts";

/** Set by the build. */
declare const REEVE_VERSION: string;

const NAME = "reeve-appliance";
const PROGRAM = { name: NAME, summary: "keeps an appliance as its site's repository says it should be" };

type Load = () => Promise<{ readonly command: Command }>;

const COMMANDS: Readonly<Record<string, Load>> = {
  provision: named("provision", () => import("../src/commands/appliance-provision.ts")),
  run: named("run", () => import("../src/commands/appliance-run.ts")),
  status: named("status", () => import("../src/commands/appliance-status.ts")),
};

/** The command in this program's words. */
function named(name: string, load: Load): Load {
  return async () => {
    const { command } = await load();
    const example = command.example.replaceAll("reeve appliance ", `${NAME} `);
    return { command: { ...command, name, calledAs: `${NAME} ${name}`, example } };
  };
}

const words = process.argv.slice(2);
const [first] = words;

if (first === "--version" || first === "-V") process.stdout.write(`${NAME} ${REEVE_VERSION}\n`);
else
  void runCommand(COMMANDS, first === "appliance" ? words.slice(1) : words, PROGRAM).then((code) => {
    process.exitCode = code;
  });
