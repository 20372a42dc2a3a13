import type { FieldChange } from "../../../plan/change.ts";
import { describeData, type RegistryEntry, valueOf } from "./registry-entry.ts";
import { readRegistryPol } from "./registry-pol.ts";
import { GPT_INI, MANIFEST, type PolicyBundle, REGISTRY_POL, renderGptIni } from "./render-bundle.ts";

/** What lies in a bundle's folder: the files of Reeve's names that are there. */
export type PublishedFiles = ReadonlyMap<string, Uint8Array>;

/** The marker in a published manifest. */
export interface Publisher {
  readonly estate: string;
  readonly policy: string;
}

/** What publishing a bundle would change. */
export interface BundleComparison {
  /** `none`: nothing is there. `ours`: this estate and policy published it. `other`: files that are not to be touched. */
  readonly owner: "none" | "ours" | "other";
  /** Who published what is there, where its manifest says so. */
  readonly publisher: Publisher | null;
  /** Registry values and files in words, sorted by path; empty where nothing is to be done. */
  readonly fields: readonly FieldChange[];
  /** The whole folder as it should be, GPT.INI with its version in it. */
  readonly files: PublishedFiles;
  /** Files of an earlier bundle that this one has no use for, sorted. */
  readonly superfluous: readonly string[];
}

const LARGEST_VERSION = 0xffff;

/** A rendered bundle against what is published, value by value. Pure; `published` comes from `readPublishedBundle`. */
export function comparePolicyBundle(bundle: PolicyBundle, published: PublishedFiles): BundleComparison {
  const publisher = readPublisher(published.get(MANIFEST));
  const { estate, name } = bundle.document;
  const isOurs = publisher?.estate === estate && publisher.policy === name;
  const files = new Map([...bundle.files, [GPT_INI, renderGptIni(nextVersion(bundle, published), name)]]);
  const superfluous = [...published.keys()].filter((file) => !files.has(file)).toSorted();
  const fields = [...registryFields(bundle, published), ...fileFields(files, published)].toSorted(byPath);
  return {
    owner: published.size === 0 ? "none" : isOurs ? "ours" : "other",
    publisher,
    fields,
    files,
    superfluous,
  };
}

/** Who published a folder, or null where its manifest does not say. */
export function readPublisher(manifest: Uint8Array | undefined): Publisher | null {
  if (manifest === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(manifest).toString("utf8"));
    if (typeof parsed !== "object" || parsed === null) return null;
    const { estate, policy } = parsed as Readonly<Record<string, unknown>>;
    return typeof estate === "string" && typeof policy === "string" ? { estate, policy } : null;
  } catch {
    return null;
  }
}

/** The version goes up with the registry policy and with nothing else: clients read a policy again when it has changed. */
function nextVersion(bundle: PolicyBundle, published: PublishedFiles): number {
  const before = Number(/^Version=(\d+)\r?$/m.exec(textOf(published.get(GPT_INI)))?.[1] ?? 0);
  const version = Number.isSafeInteger(before) && before <= LARGEST_VERSION ? before : 0;
  if (version > 0 && isSame(bundle.files.get(REGISTRY_POL), published.get(REGISTRY_POL))) return version;
  return version === LARGEST_VERSION ? 1 : version + 1;
}

function registryFields(bundle: PolicyBundle, published: PublishedFiles): readonly FieldChange[] {
  const file = published.get(REGISTRY_POL);
  const read = file === undefined ? [] : readRegistryPol(file);
  const before = byPlace("trouble" in read ? [] : read);
  const after = byPlace(bundle.entries);
  const places = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return places.flatMap((place) => {
    const [old, wanted] = [before.get(place) ?? null, after.get(place) ?? null];
    return old === wanted ? [] : [{ path: `registry[${JSON.stringify(place)}]`, before: old, after: wanted }];
  });
}

function byPlace(entries: readonly RegistryEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.map((entry) => [`${entry.key}\\${valueOf(entry)}`, describeData(entry)]));
}

function fileFields(files: PublishedFiles, published: PublishedFiles): readonly FieldChange[] {
  const names = [...new Set([...files.keys(), ...published.keys()])];
  return names.flatMap((name) => {
    const [before, after] = [published.get(name), files.get(name)];
    if (isSame(before, after)) return [];
    const was = before === undefined ? null : "another text";
    return [{ path: `files[${JSON.stringify(name)}]`, before: was, after: after === undefined ? null : "as rendered" }];
  });
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}

function textOf(content: Uint8Array | undefined): string {
  return content === undefined ? "" : Buffer.from(content).toString("utf8");
}

function byPath(a: FieldChange, b: FieldChange): number {
  return a.path < b.path ? -1 : Number(a.path > b.path);
}
