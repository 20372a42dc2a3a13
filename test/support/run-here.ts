import { parseArguments } from "../../src/commands/arguments.ts";
import type { Command, Io } from "../../src/commands/command.ts";
import { renderDiagnostics } from "../../src/render/diagnostics-text.ts";
import { plain } from "../../src/render/paint.ts";
import { UserError } from "../../src/support/user-error.ts";

/** What a command printed and how it ended. */
export interface RanHere {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as the program does: for tables of many runs. `now` stands still; `answer` is what a person says, null is nobody. */
export async function runHere(
  command: Command,
  words: readonly string[],
  world: { readonly now: Date; readonly environment?: Io["environment"]; readonly answer?: string | null },
): Promise<RanHere> {
  const said = { out: "", err: "" };
  const io: Io = {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    ask: () => Promise.resolve(world.answer ?? null),
    environment: world.environment ?? {},
    clock: { now: () => world.now, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    isOutTerminal: false,
    isErrTerminal: false,
  };
  try {
    return { code: await command.run(parseArguments(command, [...words, "--log-level", "quiet"]), io), ...said };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: 1, out: said.out, err: `${said.err}${renderDiagnostics(error.diagnostics, plain).join("\n")}\n` };
  }
}
