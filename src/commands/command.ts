import type { Clock } from "../support/clock.ts";

/** The world a command runs in, so that tests can hand it another. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** One line from the person at the terminal; null where there is no terminal. */
  readonly ask: (question: string) => Promise<string | null>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly isOutTerminal: boolean;
  readonly isErrTerminal: boolean;
}

export interface Flag {
  readonly type: "string" | "boolean";
  readonly multiple?: true;
  /** Shown in the help as `--flag VALUE`. */
  readonly value?: string;
  readonly help: string;
}

/** Exit codes: docs/cli.md. */
export type ExitCode = 0 | 1 | 2 | 130;

/** What `src/commands/*.ts` export. */
export interface Command {
  readonly name: string;
  /** What is typed to call it: `reeve NAME` where it is left out. */
  readonly calledAs?: string;
  readonly summary: string;
  /** `[plan.json]` and the like, for the usage line. */
  readonly operands?: string;
  readonly maxOperands: number;
  readonly formats: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  readonly details: string;
  readonly example: string;
  /** It runs until it is stopped: other commands work beside it, in its sandbox too. */
  readonly goesOn?: true;
  run(args: Arguments, io: Io): Promise<ExitCode>;
}

export function calledAs({ calledAs, name }: Pick<Command, "calledAs" | "name">): string {
  return calledAs ?? `reeve ${name}`;
}

/** A command line, checked against the command's flags. */
export interface Arguments {
  readonly operands: readonly string[];
  text(flag: string): string | undefined;
  list(flag: string): readonly string[];
  has(flag: string): boolean;
}
