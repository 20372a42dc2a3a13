/** Ways to run a job's command: the action's entry point as a runner starts it, or the command in this process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArguments } from "../../src/commands/arguments.ts";
import type { Command } from "../../src/commands/command.ts";
import { withSandbox } from "../../src/commands/with-sandbox.ts";
import { renderDiagnostics } from "../../src/render/diagnostics-text.ts";
import { plain } from "../../src/render/paint.ts";
import type { Clock } from "../../src/support/clock.ts";
import { UserError } from "../../src/support/user-error.ts";
import { preloadArgument, programArguments } from "./reeve.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function ownEnvironment(): Readonly<Record<string, string>> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, NO_COLOR: "1" };
}

export type JobCommand = "plan" | "apply" | "drift" | "comment";

const COMMANDS = {
  plan: () => import("../../src/commands/github-plan.ts"),
  apply: () => import("../../src/commands/github-apply.ts"),
  drift: () => import("../../src/commands/github-drift.ts"),
  comment: () => import("../../src/commands/github-comment.ts"),
} as const satisfies Record<JobCommand, () => Promise<{ readonly command: Command }>>;

/** `reeve github plan` and its like. */
export async function loadCommand(name: JobCommand): Promise<Command> {
  return (await COMMANDS[name]()).command;
}

/** The action's own entry point, with its inputs as a runner gives them. */
export async function runAction({ command, cwd, environment, words, state }: ChildRun): Promise<Ran> {
  const out = words.map((word) => word.replace(/^--out=/, "")).join("");
  const { GITHUB_TOKEN: token = "", ...rest } = environment;
  const env = { ...rest, INPUT_COMMAND: command, INPUT_TOKEN: token, INPUT_STATE: state, INPUT_OUT: out };
  const args = ["--enable-source-maps", preloadArgument("hurried-timers"), ...programArguments("action")];
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (texts.err += text));
  const [code] = await once(child, "close");
  return { code: Number(code), ...texts };
}

interface ChildRun {
  readonly command: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly state: string;
}

interface HereRun extends Omit<ChildRun, "command"> {
  readonly clock: Clock;
  /** Of a Ctrl-C; nobody interrupts when left out. */
  readonly signal?: AbortSignal;
}

/** The command itself with a world of its own; what it throws is printed as the program prints it. */
export async function runHere(
  command: Command,
  { cwd, environment, words, state, clock, signal }: HereRun,
): Promise<Ran> {
  const texts = { out: "", err: "" };
  const io = {
    out: (text: string) => void (texts.out += text),
    err: (text: string) => void (texts.err += text),
    ask: () => Promise.resolve(null),
    environment,
    clock,
    signal: signal ?? new AbortController().signal,
    isOutTerminal: false,
    isErrTerminal: false,
  };
  try {
    const args = parseArguments(command, [`--state=${join(cwd, state)}`, ...words]);
    const code = await withSandbox({ command, args, io }, (world) => command.run(args, world));
    return { code, ...texts };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: 1, out: texts.out, err: `${texts.err}${renderDiagnostics(error.diagnostics, plain).join("\n")}\n` };
  }
}
