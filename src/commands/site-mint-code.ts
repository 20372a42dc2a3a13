import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkWorkspace, rootOf } from "../apply/workspace.ts";
import { removeField, setField } from "../estate/edit-document.ts";
import { placeFindings } from "../estate/place-findings.ts";
import { CODE_BYTES, codeOf, hashCode, type ProvisionCode, printCode } from "../protocol/codes.ts";
import type { DocumentEdit } from "../providers/provider.ts";
import { sites } from "../providers/sites/index.ts";
import { editsForCode, findAppliance, type Minting, renderSheet } from "../providers/sites/mint-code.ts";
import { desiredOf } from "../providers/survey.ts";
import { renderJson } from "../render/json.ts";
import { coloured } from "../render/paint.ts";
import { durationSeconds } from "../support/duration.ts";
import { packageRoot } from "../support/package-root.ts";
import { describePosition, type Position } from "../support/position.ts";
import { replaceFile } from "../support/replace-file.ts";
import { UserError, userError } from "../support/user-error.ts";
import type { Arguments, Command, Io } from "./command.ts";
import { openWorkspace } from "./open-workspace.ts";

const MOST_S = 30 * 86_400;

export const command: Command = {
  name: "site mint-code",
  summary: "make an appliance's provision code, and write its hash into the document",
  operands: "SITE APPLIANCE",
  maxOperands: 2,
  formats: ["text", "json"],
  flags: {
    "expires-in": { type: "string", value: "DURATION", help: "how long it works: 7d unless told, 30d at most" },
    sheet: { type: "string", value: "FILE.html", help: "write a page to print and to lay beside the appliance" },
  },
  details: [
    "The code is printed once and kept nowhere; the repository holds its hash and its end. It works once merged, and once",
    "only: a machine that was set up anew takes a new code. Comments, order and formatting of the document stay.",
  ].join("\n"),
  example: "reeve site mint-code nepa-clinic front-desk --sheet front-desk.html",
  run: async (args, io) => {
    const [siteName, applianceName] = args.operands;
    if (siteName === undefined || applianceName === undefined)
      throw userError("missing-operand", "which appliance of which site?", "write reeve site mint-code SITE APPLIANCE");
    const { workspace, progress, paint, format } = openWorkspace(args, io);
    const checked = await checkWorkspace(workspace);
    progress.stop();
    if (checked.estate === null) throw new UserError(checked.diagnostics);
    const minting = findAppliance(desiredOf(sites, checked.estate), siteName, applianceName);
    const expiresAt = endOf(args, io);
    const code = codeOf(randomBytes(CODE_BYTES));
    const path = resolve(rootOf(workspace), minting.site.source.file);
    const text = editedText(path, minting, editsForCode(minting, code, expiresAt));
    const qrCode = (await import("qrcode")).default;
    const file = args.text("sheet");
    const qr = file === undefined ? "" : await qrCode.toString(code, { type: "svg" });
    if (file !== undefined) writeSheet(file, { minting, code, expiresAt, qr });
    replaceDocument(path, text, file);
    const shown = {
      site: siteName,
      appliance: applianceName,
      code: printCode(code),
      codeHash: hashCode(code),
      expiresAt,
    };
    if (format === "json") io.out(renderJson({ formatVersion: 1, ...shown }));
    else {
      const type = paint === coloured ? ({ type: "terminal", small: true } as const) : ({ type: "utf8" } as const);
      io.out(textOf(minting, code, { expiresAt, at: hashPlace(minting, text), qr: await qrCode.toString(code, type) }));
    }
    return 0;
  },
};

/** Whole seconds: a document is read by people. */
function endOf(args: Arguments, io: Io): string {
  const given = args.text("expires-in") ?? "7d";
  const seconds = /^(0|[1-9][0-9]{0,8})[smhdw]$/.test(given) ? durationSeconds(given) : 0;
  if (seconds <= 0 || seconds > MOST_S)
    throw userError("bad-duration", `a code does not work for ${given}`, "say 12h or 7d: 30d at most");
  return new Date(io.clock.now().getTime() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Last of all: a document must not have the hash of a code that nobody has seen. The sheet of a code that will not work goes. */
function replaceDocument(path: string, text: string, sheet: string | undefined): void {
  try {
    replaceFile(path, text, statSync(path).mode & 0o777);
  } catch (error) {
    if (sheet !== undefined) rmSync(sheet, { force: true });
    throw error;
  }
}

/** The file as it is to be: made out, and the sheet written, before it is touched. */
function editedText(path: string, { site }: Minting, edits: readonly DocumentEdit[]): string {
  let text = readFileSync(path, "utf8");
  for (const { path: keys, value } of edits) {
    const place = { documentIndex: site.documentIndex, path: keys };
    const next = value === null ? removeField(text, place) : setField(text, { ...place, value });
    if (next === null)
      throw userError(
        "cannot-edit",
        `${describePosition(site.source)}: ${keys.join(".")} cannot be written without touching other lines (an anchor or an alias)`,
        "spell the appliance out, and make the code again",
      );
    text = next;
  }
  return text;
}

/** Where the hash stands in the new text. */
function hashPlace({ site, index }: Minting, text: string): Position {
  const path = ["spec", "appliances", index, "provisioning", "codeHash"];
  const finding = { resource: site, path, severity: "notice", code: "hash", message: "" } as const;
  return placeFindings([finding], () => text)[0]?.at ?? site.source;
}

function writeSheet(file: string, sheet: Parameters<typeof renderSheet>[0]): void {
  const template = readFileSync(join(packageRoot(), "templates/sites/code-sheet.hbs"), "utf8");
  try {
    replaceFile(file, renderSheet(sheet, template), 0o600);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "") throw error;
    throw userError("no-sheet", `${file} cannot be written (${code})`, "name another file: no code has been made");
  }
}

function textOf(
  { site, appliance }: Minting,
  code: ProvisionCode,
  shown: { readonly expiresAt: string; readonly qr: string; readonly at: Position },
): string {
  return [
    shown.qr.trimEnd(),
    "",
    `  ${printCode(code)}`,
    "",
    `for ${appliance.name} (${appliance.mac}) of ${site.name}, until ${shown.expiresAt}. It is shown this once.`,
    `Its hash is in ${describePosition(shown.at)}: commit it, and have it merged before the appliance claims.`,
    ...(appliance.provisioning === undefined ? [] : ["The code before it works no more once that is merged."]),
    "",
  ].join("\n");
}
