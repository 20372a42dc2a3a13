import { join } from "node:path";
import { documentForeign, type ImportedFile, writeImported } from "../apply/import-foreign.ts";
import { checkWorkspace, planWorkspace } from "../apply/workspace.ts";
import { renderDiagnostics } from "../render/diagnostics-text.ts";
import { renderJson } from "../render/json.ts";
import { renderPlanText } from "../render/plan-text.ts";
import { UserError } from "../support/user-error.ts";
import type { Command } from "./command.ts";
import { openWorkspace } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "import",
  summary: "write YAML for live objects nobody has declared, and plan their adoption",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: {
    out: { type: "string", value: "DIR", help: "where the documents go (default: imported, in the state directory)" },
    print: { type: "boolean", help: "print the documents and write nothing" },
    sandbox: SANDBOX_FLAG,
  },
  details: [
    "Looks at what is live and declared by nobody: peers of the declared hubs, desktops and their directories. Each becomes a",
    "document for you to look through, name and commit; the plan shows its adoption. Nothing live is changed: that is for",
    "apply, after a review.",
  ].join("\n"),
  example: "reeve import --print",
  run: async (args, io) => {
    const { workspace, progress, paint, format } = openWorkspace(args, io);
    const checked = await checkWorkspace(workspace);
    if (checked.estate === null) throw new UserError(checked.diagnostics);
    const { lanes, plan: before } = await planWorkspace(workspace, checked);
    const unread = before.diagnostics.filter(({ severity }) => severity === "held" || severity === "error");
    const isBlind = lanes.some((lane) => lane.survey.comparison.unread.length > 0);
    const documents = documentForeign(workspace, lanes, args.text("out") ?? join(workspace.stateDir, "imported"));
    const isWritten = !args.has("print") && documents.length > 0;
    if (isWritten) writeImported(workspace, documents);
    const plan = isWritten ? (await planWorkspace(workspace, await checkWorkspace(workspace))).plan : null;
    progress.stop();
    for (const notice of documents.flatMap(({ notices }) => notices)) io.err(`note: ${notice}\n`);
    if (format === "json")
      io.out(renderJson({ formatVersion: 1, written: isWritten, documents: documents.map(shown) }));
    else io.out(`${textOf(documents, isWritten)}${plan === null ? "" : `\n${renderPlanText(plan, paint)}`}`);
    if (isBlind) io.err(`${renderDiagnostics(unread, paint).join("\n")}\n`);
    return isBlind ? 1 : 0;
  },
};

/** The fields of `schemas/import.schema.json`; what a provider knows besides is its own. */
function shown({ kind, name, file, text, notices }: ImportedFile): ImportedFile {
  return { kind, name, file, text, notices };
}

function textOf(documents: readonly ImportedFile[], isWritten: boolean): string {
  if (documents.length === 0)
    return "nothing undeclared is live where this estate looks: in what it declares, and in the regions of its settings\n";
  if (!isWritten) return documents.map(({ text }) => text).join("---\n");
  return `${documents.map(({ file, kind, name }) => `wrote ${file}  ${kind}/${name}`).join("\n")}\n`;
}
