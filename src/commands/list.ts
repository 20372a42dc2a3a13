import { checkWorkspace, planWorkspace } from "../apply/workspace.ts";
import { renderDiagnostics } from "../render/diagnostics-text.ts";
import { renderJson } from "../render/json.ts";
import { listRows } from "../render/list-rows.ts";
import { renderListText } from "../render/list-text.ts";
import type { Diagnostic } from "../support/diagnostic.ts";
import { UserError } from "../support/user-error.ts";
import type { Command } from "./command.ts";
import { asOfLine, NOW_FLAG } from "./now-flag.ts";
import { ONLY_FLAG, openWorkspace, selectionOf } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "list",
  summary: "what is declared and how it stands",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: { only: ONLY_FLAG, now: NOW_FLAG, wide: { type: "boolean", help: "more columns" }, sandbox: SANDBOX_FLAG },
  details: "Reads the live world. A resource with a pending change is marked; hubs show their address pools.",
  example: "reeve list --wide --only 'WireGuardPeer/*'",
  run: async (args, io) => {
    const { workspace, progress, paint, format } = openWorkspace(args, io);
    const checked = await checkWorkspace(workspace);
    if (checked.estate === null) throw new UserError(checked.diagnostics);
    const planned = await planWorkspace(workspace, checked);
    progress.stop();
    const standings = planned.lanes.flatMap((lane) => lane.survey.comparison.standings);
    const { resources } = checked.estate;
    const rows = listRows(planned.plan, { resources, standings }, selectionOf(args));
    const { estate, asOf } = planned.plan;
    if (format === "json") io.out(renderJson({ formatVersion: 1, estate, ...(asOf && { asOf }), resources: rows }));
    else io.out(asOfLine(workspace) + renderListText(rows, { isWide: args.has("wide"), paint }));
    const isBlind = planned.lanes.some((lane) => lane.survey.comparison.unread.length > 0);
    const unread = isBlind ? planned.plan.diagnostics.filter(tellsWhy) : [];
    if (unread.length > 0) io.err(`${renderDiagnostics(unread, paint).join("\n")}\n`);
    return 0;
  },
};

function tellsWhy({ severity }: Diagnostic): boolean {
  return severity === "held" || severity === "error";
}
