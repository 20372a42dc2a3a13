/** Documents in, the offline findings out, as a reader sees them. */
import { assembleEstate } from "../../../src/estate/assemble-estate.ts";
import { createIntake } from "../../../src/estate/intake.ts";
import { openParseCache } from "../../../src/estate/parse-cache.ts";
import { placeFindings } from "../../../src/estate/place-findings.ts";
import { shippedSchemas } from "../../../src/estate/read-schemas.ts";
import type { Finding } from "../../../src/estate/resource.ts";
import type { Desired } from "../../../src/providers/provider.ts";
import { checkWorkspaces } from "../../../src/providers/workspaces/check.ts";
import { type Diagnostic, sortDiagnostics } from "../../../src/support/diagnostic.ts";
import { describePosition } from "../../../src/support/position.ts";
import { SMALL_ESTATE } from "./small-estate.ts";

const NOW = new Date("2026-11-24T12:00:00Z");

/** The findings of these files, `reeve.yaml` among them: of the schemas, the references and the provider. */
export function checkFiles(files: Readonly<Record<string, string>>): readonly Diagnostic[] {
  const { desired, diagnostics, findings } = load(files);
  const all = [...findings, ...checkWorkspaces(desired, NOW)];
  return sortDiagnostics([...diagnostics, ...placeFindings(all, (file) => files[file] ?? null)]);
}

/** The provider's share of what these files declare. */
export function desiredFrom(files: Readonly<Record<string, string>>): Desired {
  return load(files).desired;
}

interface Loaded {
  readonly desired: Desired;
  readonly diagnostics: readonly Diagnostic[];
  readonly findings: readonly Finding[];
}

function load(files: Readonly<Record<string, string>>): Loaded {
  const intake = createIntake(openParseCache(null, "test"), shippedSchemas);
  for (const [file, text] of Object.entries(files)) intake.add(file, text);
  const { estate, findings } = assembleEstate(intake.declared, "reeve.yaml");
  const resources = estate.resources.filter(({ kind }) => kind.startsWith("Workspace"));
  return { desired: { estate, resources }, diagnostics: intake.diagnostics, findings };
}

/** `file:line:column code message`; warnings say that they are. */
export function describeFinding({ at, severity, code, message }: Diagnostic): string {
  const place = at === null ? "" : describePosition(at);
  return `${place} ${severity === "error" ? "" : `${severity} `}${code} ${message}`;
}

/** What is changed, how the only finding begins, and pairs: a text of the small estate, and what stands there instead. */
export type Row = readonly [name: string, says: string, ...edits: readonly string[]];

/** The findings of the small estate after `edits`, and the place that `⟦` marks in them. */
export function checkChanged(edits: readonly string[]): {
  readonly found: readonly string[];
  readonly hints: readonly string[];
  readonly place: string;
} {
  const { files, place } = takeMark(changeEstate(edits));
  const found = checkFiles(files);
  return { found: found.map(describeFinding), hints: found.map(({ hint }) => hint ?? ""), place };
}

/** Each text is replaced where it stands last. */
export function changeEstate(edits: readonly string[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = { ...SMALL_ESTATE };
  for (let index = 0; index < edits.length; index += 2) {
    const [from = "", to = ""] = edits.slice(index);
    const [found] = Object.entries(files).filter(([, text]) => text.includes(from));
    if (found === undefined) throw new Error(`no ${from} in the small estate`);
    const [name, text] = found;
    const at = text.lastIndexOf(from);
    files[name] = text.slice(0, at) + to + text.slice(at + from.length);
  }
  return files;
}

/** So many members of a YAML list or mapping. */
export function list(count: number, member: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => member(index)).join(", ");
}

/** Files with `⟦` where the finding is expected, which is taken out. */
function takeMark(files: Readonly<Record<string, string>>): {
  readonly files: Readonly<Record<string, string>>;
  readonly place: string;
} {
  const [marked] = Object.entries(files).filter(([, text]) => text.includes("⟦"));
  if (marked === undefined) throw new Error("no mark in the files");
  const [file, text] = marked;
  const lines = text.slice(0, text.indexOf("⟦")).split("\n");
  return {
    files: { ...files, [file]: text.replace("⟦", "") },
    place: `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
  };
}
