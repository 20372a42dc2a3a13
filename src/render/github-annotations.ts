import type { Diagnostic, Severity } from "../support/diagnostic.ts";

const COMMANDS = { error: "error", held: "warning", warning: "warning", notice: "notice" } as const satisfies Record<
  Severity,
  string
>;

/**
 * Workflow commands, one a line, that GitHub shows at the line of the file. What a document holds cannot begin a command
 * of its own: line breaks are escaped as GitHub's toolkit escapes them (actions/toolkit, command.ts).
 */
export function renderGithubAnnotations(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic)}\n`).join("");
}

function annotation(diagnostic: Diagnostic): string {
  const { at } = diagnostic;
  const properties = {
    ...(at === null ? {} : { file: at.file, line: String(at.line), col: String(at.column) }),
    title: diagnostic.address === undefined ? diagnostic.code : `${diagnostic.code}: ${diagnostic.address}`,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const message = diagnostic.hint === undefined ? diagnostic.message : `${diagnostic.message}\n${diagnostic.hint}`;
  return `::${COMMANDS[diagnostic.severity]} ${list.join(",")}::${escapeMessage(message)}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
