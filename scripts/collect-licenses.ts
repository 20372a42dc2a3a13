import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What the licences of bundled packages ask for: name, version and licence text of each, sorted by name. */
export async function collectLicenses(root: string, bundledFiles: readonly string[]): Promise<string> {
  const folders = new Set(bundledFiles.map(packageFolder).filter((folder) => folder !== null));
  const notices = await Promise.all([...folders].toSorted().map((folder) => noticeOf(join(root, folder))));
  return `Reeve's dist/ contains these packages.\n\n${notices.join("\n")}`;
}

/** `node_modules/a/node_modules/@b/c` of a file in it; null for a file that is in no package. */
function packageFolder(file: string): string | null {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? null;
}

async function noticeOf(folder: string): Promise<string> {
  const described = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Readonly<Record<string, unknown>>;
  const file = (await readdir(folder)).toSorted().find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text = file === undefined ? "" : await readFile(join(folder, file), "utf8");
  return `=== ${String(described["name"])} ${String(described["version"])} (${String(described["license"])})\n\n${text.trim()}\n`;
}
