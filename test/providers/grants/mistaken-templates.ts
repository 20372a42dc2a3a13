/** The shipped templates with a mistake in one of them, as a state repository's owner would write it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTemplates } from "../../../src/providers/grants/render/read-templates.ts";
import { UserError } from "../../../src/support/user-error.ts";
import { type Granted, PLAIN, prove, type Setting, stage } from "./rendered-cast.ts";

/** The finding among the original's, or the mistake's name; what is written in which template instead of what; what is said of it. */
export type Mistake = readonly [finding: string, template: string, from: string, to: string, says: string];

const TWO: readonly Granted[] = [{ slug: "alice" }, { slug: "bob" }];
const EXTRAS: Setting = { ...PLAIN, extras: true };

const SHIPPED = new URL("../../../templates/grants/", import.meta.url);

/** What a plan with this mistake is refused for, or warned of: each line with its place. */
export function answersTo([, name, from, to]: Mistake): readonly string[] {
  const text = readFileSync(new URL(`${name}.hbs`, SHIPPED), "utf8");
  if (!text.includes(from)) throw new Error(`no ${from} in ${name}`);
  const root = mkdtempSync(join(tmpdir(), "reeve-mistakes-"));
  try {
    mkdirSync(join(root, "templates/grants"), { recursive: true });
    writeFileSync(
      join(root, `templates/grants/${name}.hbs`),
      text.replaceAll(from, () => to),
    );
    const staged = stage(TWO, EXTRAS, { templates: readTemplates(root) });
    return prove(staged).findings.map(({ kind, refuses, words }) => `${kind}${refuses ? "" : " (told)"}: ${words}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map(({ at, message }) => `${at?.file}:${at?.line}: ${message}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}
