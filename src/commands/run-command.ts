import { createInterface } from "node:readline/promises";
import { renderDiagnostics } from "../render/diagnostics-text.ts";
import { renderJson } from "../render/json.ts";
import { coloured, type Paint, plain } from "../render/paint.ts";
import { suggest } from "../support/did-you-mean.ts";
import { fileTrouble } from "../support/file-trouble.ts";
import { systemClock } from "../support/system-clock.ts";
import { UserError, userError } from "../support/user-error.ts";
import { parseArguments } from "./arguments.ts";
import type { Command, ExitCode, Io } from "./command.ts";
import { renderHelp } from "./help.ts";
import { withSandbox } from "./with-sandbox.ts";

type Commands = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>;

/** What the words are typed behind. */
export interface Program {
  readonly name: string;
  readonly summary: string;
}

const REEVE: Program = { name: "reeve", summary: "keeps an estate as its Git repository says it should be" };

/** Finds the command, runs it, and turns what it throws into an exit code. */
export async function runCommand(
  commands: Commands,
  words: readonly string[],
  program: Program = REEVE,
): Promise<ExitCode> {
  const interrupt = listenForInterrupt();
  const io = processIo(interrupt.signal);
  try {
    if (words.length === 0 || words[0] === "help" || words[0] === "--help" || words[0] === "-h") {
      return await help(commands, words.slice(1), { io, program });
    }
    if (isGroup(commands, words)) return await help(groupOf(commands, words), [], { io, program });
    const { name, rest } = nameOf(commands, words);
    const { command } = await loadCommand(commands, name);
    if (rest.includes("--help") || rest.includes("-h")) {
      io.out(renderHelp(command));
      return 0;
    }
    const args = parseArguments(command, rest);
    return await withSandbox({ command, args, io }, (world) => command.run(args, world));
  } catch (error) {
    return explainFailure(error, words, io);
  } finally {
    interrupt.stop();
  }
}

/** The first of two words, and nothing else but a wish for help: `access --help`. */
function isGroup(commands: Commands, [word = "", ...rest]: readonly string[]): boolean {
  const wants = rest.every((one) => one === "--help" || one === "-h");
  return wants && !Object.hasOwn(commands, word) && Object.keys(groupOf(commands, [word])).length > 0;
}

function groupOf(commands: Commands, [word = ""]: readonly string[]): Commands {
  return Object.fromEntries(Object.entries(commands).filter(([name]) => name.startsWith(`${word} `)));
}

/** A command may be two words: `peer config`. */
function nameOf(commands: Commands, words: readonly string[]): { name: string; rest: readonly string[] } {
  const two = words.slice(0, 2).join(" ");
  if (Object.hasOwn(commands, two)) return { name: two, rest: words.slice(2) };
  const [one = ""] = words;
  if (Object.hasOwn(commands, one)) return { name: one, rest: words.slice(1) };
  const known = Object.keys(commands);
  const isFirstOfTwo = known.some((name) => name.startsWith(`${one} `));
  throw userError(
    "unknown-command",
    `unknown command "${isFirstOfTwo ? two : one}"`,
    suggest(isFirstOfTwo ? two : one, known),
  );
}

function loadCommand(commands: Commands, name: string): Promise<{ readonly command: Command }> {
  const load = commands[name];
  if (load === undefined) throw userError("unknown-command", `unknown command "${name}"`);
  return load();
}

interface Asked {
  readonly io: Io;
  readonly program: Program;
}

async function help(commands: Commands, words: readonly string[], { io, program }: Asked): Promise<ExitCode> {
  if (words.length > 0) {
    if (isGroup(commands, words)) return await help(groupOf(commands, words), [], { io, program });
    const { command } = await loadCommand(commands, nameOf(commands, words).name);
    io.out(renderHelp(command));
    return 0;
  }
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...loaded.map(({ command }) => command.name.length)) + 2;
  const lines = loaded.map(({ command }) => `  ${command.name.padEnd(width)}${command.summary}`);
  io.out(
    [
      `${program.name} - ${program.summary}`,
      "",
      `Usage: ${program.name} COMMAND [flags]`,
      "",
      ...lines,
      "",
      `  ${program.name} COMMAND --help says more and shows an example. ${program.name} --version prints the version.`,
      "",
    ].join("\n"),
  );
  return 0;
}

/** What a user can mend is printed without a stack; everything else is a bug and keeps it. */
function explainFailure(error: unknown, words: readonly string[], io: Io): ExitCode {
  const isJson = words.some(
    (word, index) => word === "--format=json" || (word === "json" && words[index - 1] === "--format"),
  );
  if (io.signal.aborted) {
    io.err("Stopped.\n");
    if (isJson) io.out(failureJson("interrupted", "stopped by a signal"));
    return 130;
  }
  const mendable = error instanceof UserError ? error : fileTrouble(error);
  if (mendable === null) {
    io.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    io.err("This is a bug in Reeve. Nothing above is your fault; please report it with the lines above.\n");
    if (isJson) io.out(failureJson("bug", "an error inside Reeve"));
    return 1;
  }
  if (isJson) io.out(renderJson({ formatVersion: 1, diagnostics: mendable.diagnostics }));
  else io.err(`${renderDiagnostics(mendable.diagnostics, errorPaint(words, io)).join("\n")}\n`);
  return 1;
}

/** `schemas/failure.schema.json` */
function failureJson(code: string, message: string): string {
  return renderJson({ formatVersion: 1, diagnostics: userError(code, message).diagnostics });
}

function errorPaint(words: readonly string[], io: Io): Paint {
  const isPlain = words.includes("--no-color") || (io.environment["NO_COLOR"] ?? "") !== "" || !io.isErrTerminal;
  return isPlain ? plain : coloured;
}

/** The first Ctrl-C asks for a stop at the next safe point, the second ends the process. */
function listenForInterrupt(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write("\nStopping at the next safe point; once more ends at once.\n");
    controller.abort(new Error("interrupted"));
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return { signal: controller.signal, stop: () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal) };
}

function processIo(signal: AbortSignal): Io {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", forgivePipe);
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    ask: askTerminal,
    environment: process.env,
    clock: systemClock,
    signal,
    isOutTerminal: process.stdout.isTTY === true,
    isErrTerminal: process.stderr.isTTY === true,
  };
}

/** `reeve plan | head`: that nobody reads on is no error, and what runs is ended in order. */
function forgivePipe(error: Error): void {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
}

async function askTerminal(question: string): Promise<string | null> {
  if (process.stdin.isTTY !== true) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
