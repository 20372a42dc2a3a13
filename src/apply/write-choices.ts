import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { setField } from "../estate/edit-document.ts";
import type { Finding } from "../estate/resource.ts";
import type { Choices, ChosenValue } from "../providers/provider.ts";
import { desiredOf } from "../providers/survey.ts";
import { replaceFile } from "../support/replace-file.ts";
import { type CheckedEstate, rootOf, type Workspace } from "./workspace.ts";

/** Findings that choosing a value will mend, and that must not keep it from doing so. */
const MENDED_CODES: ReadonlySet<string> = new Set(["address-missing"]);

/** True when nothing but missing values is wrong. */
export function canChoose({ diagnostics }: CheckedEstate): boolean {
  return diagnostics.every(({ severity, code }) => severity !== "error" || MENDED_CODES.has(code));
}

/** What every provider chooses for the documents that lack something. */
export async function chooseValues(workspace: Workspace, checked: CheckedEstate): Promise<Choices> {
  const place = { root: rootOf(workspace), stateDir: resolve(workspace.stateDir) };
  const now = workspace.clock.now();
  const made = await Promise.all(
    workspace.providers.flatMap(
      (provider) => provider.choose?.(desiredOf(provider, checked.checkable), place, now) ?? [],
    ),
  );
  return {
    values: made.flatMap(({ values }) => values),
    findings: made.flatMap(({ findings }) => findings),
    notices: made.flatMap(({ notices }) => notices),
  };
}

/** A file as it will be, or the values that do not fit into it by one local edit. */
interface Edited {
  readonly file: string;
  readonly text: string;
  readonly refused: readonly ChosenValue[];
}

/**
 * Writes the values into their documents, every other byte kept. All files are made out before the first is written; a
 * document that cannot take its value stops them all.
 */
export function writeChoices(workspace: Workspace, values: readonly ChosenValue[]): readonly Finding[] {
  const root = rootOf(workspace);
  const byFile = Map.groupBy(values, ({ resource }) => resource.source.file);
  const edited = [...byFile].map(([file, group]) => editFile(root, file, group));
  const refused = edited.flatMap((one) => one.refused);
  if (refused.length > 0) return refused.map(refusal);
  for (const { file, text } of edited) {
    const path = resolve(root, file);
    replaceFile(path, text, statSync(path).mode & 0o777);
  }
  return [];
}

function editFile(root: string, file: string, values: readonly ChosenValue[]): Edited {
  const refused: ChosenValue[] = [];
  let text = readFileSync(resolve(root, file), "utf8");
  for (const value of values) {
    const next = setField(text, { documentIndex: value.resource.documentIndex, path: value.path, value: value.value });
    if (next === null) refused.push(value);
    else text = next;
  }
  return { file, text, refused };
}

function refusal({ resource, path, value }: ChosenValue): Finding {
  return {
    severity: "error",
    code: "cannot-edit",
    message: `${path.join(".")} cannot be written here without touching other lines (an anchor, an alias or an unusual form)`,
    hint: `write it by hand: ${path.at(-1) ?? ""}: [${value.join(", ")}]`,
    resource,
    path,
  };
}
