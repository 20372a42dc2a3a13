import { checkWorkspace } from "../apply/workspace.ts";
import { canChoose, chooseValues, writeChoices } from "../apply/write-choices.ts";
import type { ChosenValue } from "../providers/provider.ts";
import { renderJson } from "../render/json.ts";
import { describePosition } from "../support/position.ts";
import { UserError } from "../support/user-error.ts";
import type { Command } from "./command.ts";
import { openWorkspace } from "./open-workspace.ts";
import { SANDBOX_FLAG } from "./with-sandbox.ts";

export const command: Command = {
  name: "allocate",
  summary: "write free addresses into documents that lack one",
  maxOperands: 0,
  formats: ["text", "json"],
  flags: {
    check: { type: "boolean", help: "write nothing; exit with 1 when a document lacks an address" },
    sandbox: SANDBOX_FLAG,
  },
  details: [
    "Comments, order and formatting stay as they are. The search for a free address starts where the resource's name",
    "says, so that two branches seldom pick the same; addresses of resources removed not long ago stay out of use.",
  ].join("\n"),
  example: "reeve allocate && git add -p",
  run: async (args, io) => {
    const { workspace, progress, paint, format } = openWorkspace(args, io);
    const checked = await checkWorkspace(workspace);
    if (!canChoose(checked)) throw new UserError(checked.diagnostics);
    const { values, findings, notices } = await chooseValues(workspace, checked);
    progress.stop();
    if (findings.length > 0) throw new UserError(checked.placeFindings(findings));
    const isCheck = args.has("check");
    const refused = isCheck ? [] : writeChoices(workspace, values);
    if (refused.length > 0) throw new UserError(checked.placeFindings(refused));
    for (const notice of notices) io.err(`note: ${notice}\n`);
    if (format === "json") io.out(renderJson({ formatVersion: 1, written: !isCheck, values: values.map(rowOf) }));
    else io.out(textOf(values, isCheck, paint.bold));
    return isCheck && values.length > 0 ? 1 : 0;
  },
};

function rowOf({ resource, path, value }: ChosenValue): object {
  return { address: resource.address, path: path.join("."), value, source: resource.source };
}

function textOf(values: readonly ChosenValue[], isCheck: boolean, bold: (text: string) => string): string {
  if (values.length === 0) return "every document has what it needs\n";
  const lines = values.map(
    ({ resource, path, value }) =>
      `  ${resource.address}  ${path.join(".")}: ${value.join(", ")}  ${describePosition(resource.source)}`,
  );
  return `${[bold(isCheck ? "would be written" : "written"), ...lines].join("\n")}\n`;
}
