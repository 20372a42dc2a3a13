import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../support/package-root.ts";
import { parsePolicyTemplate } from "./policy-template.ts";
import { pathTrouble } from "./published-folder.ts";
import { IMPORT_SCRIPT, type LoadedTemplate, sha256 } from "./render-bundle.ts";

/** Templates of Windows itself stay below a few hundred KiB. */
const LARGEST_TEMPLATE = 4 * 1024 * 1024;

export interface TemplateTrouble {
  readonly code: "template-unreadable";
  /** Which of the two fields of `spec.template` it is about. */
  readonly field: "admx" | "adml";
  readonly message: string;
  readonly hint: string;
}

/** The operator's template and its language file from the state repository, or which of them cannot be read and why. */
export function readPolicyTemplate(
  root: string,
  files: { readonly admx: string; readonly adml: string },
): LoadedTemplate | TemplateTrouble {
  const admx = readRepositoryFile(root, files.admx);
  if (typeof admx === "string") return unreadable("admx", files.admx, admx);
  const adml = readRepositoryFile(root, files.adml);
  if (typeof adml === "string") return unreadable("adml", files.adml, adml);
  const template = parsePolicyTemplate(decode(admx), decode(adml));
  if ("trouble" in template) return unreadable("admx", `${files.admx} with ${files.adml}`, template.trouble);
  return { template, admxSha256: sha256(admx), admlSha256: sha256(adml), importScript: readImportScript() };
}

/** The import script as it travels with the package: the same for every bundle, which it reads from beside itself. */
function readImportScript(): string {
  return readFileSync(join(packageRoot(), "templates/workspaces", IMPORT_SCRIPT), "utf8");
}

function unreadable(field: TemplateTrouble["field"], file: string, why: string): TemplateTrouble {
  const hint =
    "copy wsp.admx and en-US\\wsp.adml from C:\\Program Files\\Amazon\\WSP\\ of a desktop into the repository";
  return { code: "template-unreadable", field, message: `${file}: ${why}`, hint };
}

/** The file's bytes, or in words why not. */
function readRepositoryFile(root: string, path: string): Uint8Array | string {
  const trouble = pathTrouble(root, path);
  if (trouble !== null) return trouble;
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (found === undefined) return "there is no such file";
  if (!found.isFile()) return "it is no file";
  if (found.size > LARGEST_TEMPLATE) return "it is too large for a template";
  return new Uint8Array(readFileSync(join(root, path)));
}

/** Templates come as UTF-8 or, from older editors, as UTF-16; their byte-order mark says which. */
function decode(content: Uint8Array): string {
  const isUtf16 = content[0] === 0xff && content[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(content);
}
