import { checkWorkspace, planWorkspace } from "../apply/workspace.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { renderDiagnostics } from "../render/diagnostics-text.ts";
import { renderJson } from "../render/json.ts";
import { listRows } from "../render/list-rows.ts";
import { renderListText } from "../render/list-text.ts";
import type { Diagnostic } from "../support/diagnostic.ts";
import { suggest } from "../support/did-you-mean.ts";
import { UserError, userError } from "../support/user-error.ts";
import type { Arguments, Command } from "./command.ts";
import { asOfLine, NOW_FLAG } from "./now-flag.ts";
import { ONLY_FLAG, openWorkspace, selectionOf } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "list",
  summary: "what is declared and how it stands",
  operands: "[KIND]",
  maxOperands: 1,
  formats: ["text", "json"],
  flags: { only: ONLY_FLAG, now: NOW_FLAG, wide: { type: "boolean", help: "more columns" }, sandbox: SANDBOX_FLAG },
  details:
    "Reads the live world. A resource with a pending change is marked; hubs show their address pools. With a KIND: those alone.",
  example: "reeve list ApplianceSite\nreeve list --wide --only 'WireGuardPeer/*'",
  run: async (args, io) => {
    const { workspace, progress, paint, format } = openWorkspace(args, io);
    const kind = kindOf(args);
    const selects = selectionOf(args);
    const checked = await checkWorkspace(workspace);
    if (checked.estate === null) throw new UserError(checked.diagnostics);
    const planned = await planWorkspace(workspace, checked);
    progress.stop();
    const standings = planned.lanes.flatMap((lane) => lane.survey.comparison.standings);
    const { resources } = checked.estate;
    const ofKind = resources.filter((resource) => kind === undefined || resource.kind === kind);
    const rows = listRows(planned.plan, { resources: ofKind, standings }, selects);
    const { estate, asOf } = planned.plan;
    if (format === "json") io.out(renderJson({ formatVersion: 1, estate, ...(asOf && { asOf }), resources: rows }));
    else io.out(asOfLine(workspace) + renderListText(rows, { isWide: args.has("wide"), paint }));
    const isBlind = planned.lanes.some((lane) => lane.survey.comparison.unread.length > 0);
    const unread = isBlind ? planned.plan.diagnostics.filter(tellsWhy) : [];
    if (unread.length > 0) io.err(`${renderDiagnostics(unread, paint).join("\n")}\n`);
    return 0;
  },
};

/** Undefined for all of them. */
function kindOf(args: Arguments): string | undefined {
  const [kind] = args.operands;
  const known = PROVIDERS.flatMap(({ kinds }) => kinds);
  if (kind === undefined || known.includes(kind)) return kind;
  const hint = kind.includes("/") ? `write --only '${kind}'` : suggest(kind, known);
  throw userError("unknown-kind", `"${kind}" is not a kind that Reeve lists`, hint);
}

function tellsWhy({ severity }: Diagnostic): boolean {
  return severity === "held" || severity === "error";
}
