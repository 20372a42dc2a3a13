import { sortKeys } from "../support/json.ts";

/** The form of every `--format json`: keys sorted, two spaces, one newline at the end. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(sortKeys(value), null, 2)}\n`;
}
