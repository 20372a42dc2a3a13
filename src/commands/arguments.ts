import { parseArgs } from "node:util";
import { suggest } from "../support/did-you-mean.ts";
import { userError } from "../support/user-error.ts";
import { type Arguments, type Command, calledAs, type Flag } from "./command.ts";

/** Flags that every command takes. */
export const SHARED_FLAGS: Readonly<Record<string, Flag>> = {
  state: { type: "string", value: "DIR", help: "the state directory (default desired-state, or REEVE_STATE)" },
  format: { type: "string", value: "FORMAT", help: "how to print the result" },
  "log-level": { type: "string", value: "LEVEL", help: "quiet, info (default) or debug" },
  "no-color": { type: "boolean", help: "print without colour (also NO_COLOR)" },
  help: { type: "boolean", help: "print this help" },
};

/** Reads a command line. An unknown flag, a missing value or a word too many is a UserError that says what was meant. */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const flags = { ...SHARED_FLAGS, ...command.flags };
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(flags).map(([name, flag]) => [name, { type: flag.type, multiple: true }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind === "option") addOption(values, flags, token);
  }
  if (operands.length > command.maxOperands) throw tooMany(command, operands);
  const args: Arguments = {
    operands,
    text: (flag) => values.get(flag)?.at(-1),
    list: (flag) => values.get(flag) ?? [],
    has: (flag) => values.has(flag),
  };
  checkFormat(command, args);
  return args;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function addOption(values: Map<string, string[]>, flags: Readonly<Record<string, Flag>>, token: OptionToken): void {
  const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
  if (flag === undefined) {
    const known = Object.keys(flags).map((name) => `--${name}`);
    throw userError("unknown-flag", `unknown flag ${token.rawName}`, suggest(token.rawName, known));
  }
  if (flag.type === "string" && (token.value === undefined || token.value === "")) {
    throw userError(
      "missing-value",
      `${token.rawName} needs a value`,
      `write ${token.rawName} ${flag.value ?? "VALUE"}`,
    );
  }
  if (flag.type === "boolean" && token.value !== undefined) {
    throw userError("extra-value", `${token.rawName} takes no value`, `write ${token.rawName} alone`);
  }
  const before = values.get(token.name) ?? [];
  if (before.length > 0 && flag.type === "string" && flag.multiple === undefined) {
    throw userError("repeated-flag", `${token.rawName} is given twice`, "give it once");
  }
  values.set(token.name, [...before, token.value ?? ""]);
}

function tooMany(command: Command, operands: readonly string[]): Error {
  const extra = operands[command.maxOperands] ?? "";
  return userError(
    "extra-operand",
    `unexpected word "${extra}"`,
    `usage: ${calledAs(command)} ${command.operands ?? ""}`.trim(),
  );
}

function checkFormat(command: Command, args: Arguments): void {
  const format = args.text("format");
  if (format === undefined || command.formats.includes(format)) return;
  throw userError("unknown-format", `${calledAs(command)} has no format "${format}"`, suggest(format, command.formats));
}
