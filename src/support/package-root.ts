import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of Reeve's own package.json, found by walking up, so that files that travel with the package (scripts,
 * schemas, templates) are found from `src/` and from a bundled `dist/` alike.
 */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!isReevePackage(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("Reeve's own package.json is missing: install it again");
    folder = parent;
  }
  return folder;
}

function isReevePackage(file: string): boolean {
  if (!existsSync(file)) return false;
  const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof parsed === "object" && parsed !== null && "name" in parsed && parsed.name === "reeve";
}
