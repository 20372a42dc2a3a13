import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../support/package-root.ts";

const READING = ["mask.sh", "read.sh"] as const;
const CHANGING = ["write.sh", "interface.sh"] as const;

let reading: string | null = null;

/** What planning sends: it has no line that writes. */
export function readingScript(): string {
  reading ??= `${textOf(READING)}hub_main "$@"\n`;
  return reading;
}

/** What apply sends: the same reading, and the verbs that change a hub. */
export function changingScript(): string {
  return `${textOf([...READING, ...CHANGING])}hub_main "$@"\n`;
}

function textOf(names: readonly string[]): string {
  const folder = join(packageRoot(), "src/providers/wireguard/hub");
  return names.map((name) => readFileSync(join(folder, name), "utf8")).join("");
}
