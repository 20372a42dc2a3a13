/** The offline findings of changed documents, as a reader sees them. */
import { checkGrants } from "../../../src/providers/grants/check.ts";
import { type Diagnostic, sortDiagnostics } from "../../../src/support/diagnostic.ts";
import { describePosition } from "../../../src/support/position.ts";
import { changeCluster, declare } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

/** What is changed, how the only finding begins, and pairs: a text of the small cluster, and what stands there instead. */
export type Row = readonly [name: string, says: string, ...edits: readonly string[]];

/** Desktops with hosts of their own: then nothing is warned of. */
export const OWN_HOSTS = [
  "{ path: { host: project-x.example.com, prefix: /workstation } }",
  "{ domain: desktops.example.net }",
];

export function check(files: Readonly<Record<string, string>>): readonly Diagnostic[] {
  const { desired, diagnostics, place } = declare(files);
  return sortDiagnostics([...diagnostics, ...place(checkGrants(desired, DURING))]);
}

export function describeFinding({ at, severity, code, message }: Diagnostic): string {
  return `${at === null ? "" : describePosition(at)} ${severity === "error" ? "" : `${severity} `}${code} ${message}`;
}

/** Files with `⟦` where the finding is expected, which is taken out. */
function takeMark(files: Readonly<Record<string, string>>): { files: Readonly<Record<string, string>>; place: string } {
  const [marked] = Object.entries(files).filter(([, text]) => text.includes("⟦"));
  if (marked === undefined) throw new Error("no mark in the files");
  const [file, text] = marked;
  const lines = text.slice(0, text.indexOf("⟦")).split("\n");
  return {
    files: { ...files, [file]: text.replace("⟦", "") },
    place: `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
  };
}

/** The findings after `edits`, and the place that `⟦` marks in them. */
export function checkChanged(edits: readonly string[]): {
  readonly found: readonly string[];
  readonly hints: readonly string[];
  readonly place: string;
} {
  const { files, place } = takeMark(changeCluster([...OWN_HOSTS, ...edits]));
  const found = check(files);
  return { found: found.map(describeFinding), hints: found.map(({ hint }) => hint ?? ""), place };
}
