import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { replaceFile } from "../../../support/replace-file.ts";
import { type BundleComparison, type PublishedFiles, type Publisher, readPublisher } from "./compare-bundle.ts";
import { BUNDLE_FILES, MANIFEST } from "./render-bundle.ts";

/** Where bundles go unless their document says otherwise, below the folder that holds the state directory. */
const PUBLISHED = ".reeve/published";

/** The folder of a policy's bundle, relative to the folder that holds the state directory. */
export function publishFolder(name: string, publish: { readonly folder?: string } | undefined): string {
  return publish?.folder ?? `${PUBLISHED}/${name}`;
}

/** Reeve's files in a bundle's folder; what else lies there is not looked at. Empty where there is no folder. */
export function readPublishedBundle(root: string, folder: string): PublishedFiles | { readonly trouble: string } {
  const trouble = pathTrouble(root, folder);
  if (trouble !== null) return { trouble };
  const files = BUNDLE_FILES.filter((name) => isPlainFile(join(root, folder, name)));
  return new Map(files.map((name) => [name, new Uint8Array(readFileSync(join(root, folder, name)))]));
}

/**
 * Publishes a compared bundle. The manifest is written first: it claims the folder, so that a run that dies after any
 * write finds its own work and carries on; each file is replaced whole. Refuses a folder that another published.
 */
export function writePolicyBundle(root: string, folder: string, comparison: BundleComparison): void {
  const trouble =
    comparison.owner === "other" ? "it holds files that this policy did not publish" : pathTrouble(root, folder);
  if (trouble !== null) throw new Error(`${folder}: ${trouble}`);
  const rest = [...comparison.files.keys()].filter((name) => name !== MANIFEST).toSorted();
  for (const name of [MANIFEST, ...rest]) {
    const content = comparison.files.get(name);
    if (content === undefined) continue;
    const path = join(root, folder, name);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, content, 0o644);
  }
  for (const name of comparison.superfluous) rmSync(join(root, folder, name), { force: true });
}

/** Takes a published bundle away: Reeve's files, the manifest last, and the folder where nothing else is in it. */
export function removePolicyBundle(root: string, folder: string, publisher: Publisher): void {
  const trouble = pathTrouble(root, folder);
  if (trouble !== null) throw new Error(`${folder}: ${trouble}`);
  const manifest = join(root, folder, MANIFEST);
  const found = isPlainFile(manifest) ? readPublisher(readFileSync(manifest)) : null;
  if (found?.estate !== publisher.estate || found.policy !== publisher.policy) return;
  for (const name of [...BUNDLE_FILES.filter((one) => one !== MANIFEST), MANIFEST]) {
    rmSync(join(root, folder, name), { force: true });
  }
  for (const empty of [join(root, folder, "Machine"), join(root, folder)]) {
    if (existsSync(empty) && readdirSync(empty).length === 0) rmdirSync(empty);
  }
}

/** The bundles below `.reeve/published`, with who published them; sorted by folder. Those in folders of their own are not here. */
export function listPublished(root: string): readonly { readonly folder: string; readonly publisher: Publisher }[] {
  const base = join(root, PUBLISHED);
  const names = existsSync(base) ? readdirSync(base).toSorted() : [];
  return names.flatMap((name) => {
    const folder = `${PUBLISHED}/${name}`;
    const manifest = join(root, folder, MANIFEST);
    const publisher = isPlainFile(manifest) ? readPublisher(readFileSync(manifest)) : null;
    return publisher === null ? [] : [{ folder, publisher }];
  });
}

/**
 * Why a path of a document may not be followed, or null: it leaves the repository, by itself or through a symbolic link
 * somewhere on its way. The state repository is data, and anyone who may propose a change may propose a link.
 */
export function pathTrouble(root: string, path: string): string | null {
  if (path.split("/").includes("..") || path.startsWith("/")) return "it leads out of the repository";
  if (path.split("/").includes(".git")) return "it leads into git's own files";
  let nearest = join(root, path);
  while (!existsSync(nearest) && nearest !== root) nearest = dirname(nearest);
  const [real, realRoot] = [realpathSync(nearest), realpathSync(root)];
  const isInside = real === realRoot || real.startsWith(realRoot + sep);
  return isInside ? null : "it leads out of the repository through a symbolic link";
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
