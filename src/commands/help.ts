import { SHARED_FLAGS } from "./arguments.ts";
import { type Command, calledAs, type Flag } from "./command.ts";

/** The help of one command. */
export function renderHelp(command: Command): string {
  const shared = Object.entries(SHARED_FLAGS).filter(([name]) => name !== "format" || command.formats.length > 0);
  const flags = [...Object.entries(command.flags), ...shared].map(([name, flag]) => flagLine(name, flag, command));
  return [
    `${calledAs(command)} - ${command.summary}`,
    "",
    `Usage: ${calledAs(command)} [flags]${command.operands === undefined ? "" : ` ${command.operands}`}`,
    "",
    command.details,
    "",
    "Flags:",
    ...flags,
    "",
    "Example:",
    ...command.example.split("\n").map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function flagLine(name: string, flag: Flag, command: Command): string {
  const shown = `--${name}${flag.value === undefined ? "" : ` ${flag.value}`}`;
  const formats = name === "format" ? ` (${command.formats.join(", ")})` : "";
  const repeat = flag.multiple === undefined ? "" : "; may be repeated";
  return `  ${shown.padEnd(26)}${shown.length < 26 ? "" : `\n${" ".repeat(28)}`}${flag.help}${formats}${repeat}`;
}
