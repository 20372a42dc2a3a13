import { checkWorkspace } from "../apply/workspace.ts";
import { renderDiagnostics } from "../render/diagnostics-text.ts";
import { renderGithubAnnotations } from "../render/github-annotations.ts";
import { renderJson } from "../render/json.ts";
import { plural } from "../render/words.ts";
import { sortDiagnostics } from "../support/diagnostic.ts";
import type { Command } from "./command.ts";
import { asOfLine, NOW_FLAG } from "./now-flag.ts";
import { openWorkspace } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "validate",
  summary: "check every document: schema, references, rules across documents",
  maxOperands: 0,
  formats: ["text", "json", "github"],
  flags: { now: NOW_FLAG, sandbox: SANDBOX_FLAG },
  details: "Reads the state directory and reports every finding of every document in one run. Nothing else is read.",
  example: "reeve validate --format github",
  run: async (args, io) => {
    const { workspace, progress, paint, format } = openWorkspace(args, io);
    const checked = await checkWorkspace(workspace);
    progress.stop();
    const diagnostics = sortDiagnostics(checked.diagnostics);
    const errors = diagnostics.filter(({ severity }) => severity === "error" || severity === "held").length;
    const isValid = errors === 0;
    const { counts: resources } = checked;
    const estate = checked.checkable.name === "" ? null : checked.checkable.name;
    const asOf = workspace.asOf?.toISOString();
    const result = { formatVersion: 1, valid: isValid, estate, ...(asOf && { asOf }), resources, diagnostics };
    if (format === "json") io.out(renderJson(result));
    else if (format === "github") io.out(renderGithubAnnotations(diagnostics));
    else {
      const total = Object.values(resources).reduce((sum, count) => sum + count, 0);
      const verdict = isValid ? paint.good("valid") : `${paint.bad("not valid")} (${plural(errors, "error")})`;
      const lines = [...renderDiagnostics(diagnostics, paint), `${plural(total, "document")}: ${verdict}`];
      io.out(`${asOfLine(workspace)}${lines.join("\n")}\n`);
    }
    return isValid ? 0 : 1;
  },
};
