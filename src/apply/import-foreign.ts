import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type ImportedDocument, type ImportOptions } from "../providers/provider.ts";
import { replaceFile } from "../support/replace-file.ts";
import { userError } from "../support/user-error.ts";
import type { Lane } from "./run-changes.ts";
import { rootOf, type Workspace } from "./workspace.ts";

/** A document and the file it goes to, relative to the folder that holds the state directory. */
export interface ImportedFile extends ImportedDocument {
  readonly file: string;
}

/** Documents for everything live that nobody declares, from what planning has read. Writes nothing. */
export function documentForeign(workspace: Workspace, lanes: readonly Lane[], folder: string): readonly ImportedFile[] {
  const root = rootOf(workspace);
  const target = resolve(folder);
  const inside = relative(resolve(workspace.stateDir), target);
  if (inside === ".." || inside.startsWith(`..${sep}`)) {
    throw userError(
      "outside-state",
      `${folder} is not inside the state directory`,
      "name a folder below it with --out",
    );
  }
  const options: ImportOptions = { schemaAt: (file) => schemaAt(root, target, file) };
  return lanes.flatMap(({ provider, survey }) => {
    const documents = provider.documentForeign?.(survey.desired, survey.observation, options) ?? [];
    return documents.map((one) => ({
      ...one,
      file: relative(root, join(target, `${one.name}.yaml`))
        .split(sep)
        .join("/"),
    }));
  });
}

/** The schemas beside the state directory where it has them (as Reeve's own sample does), else their published address. */
function schemaAt(root: string, folder: string, file: string): string {
  const own = join(root, "schemas", file);
  return existsSync(own) ? relative(folder, own).split(sep).join("/") : `https://reeve.dev/schemas/${file}`;
}

/** Writes them, never over a file that is there. */
export function writeImported(workspace: Workspace, documents: readonly ImportedFile[]): void {
  const root = rootOf(workspace);
  const present = documents.find(({ file }) => existsSync(join(root, file)));
  if (present !== undefined) {
    throw userError(
      "file-exists",
      `${present.file} is there already`,
      "move it away, or name another folder with --out",
    );
  }
  for (const { file, text } of documents) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    replaceFile(join(root, file), text, 0o644);
  }
}
