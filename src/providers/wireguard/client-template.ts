import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../support/package-root.ts";

/** The text of the client file's template, as it travels with the package. */
export function readClientTemplate(): string {
  return readFileSync(join(packageRoot(), "templates/wireguard/client.conf.hbs"), "utf8");
}
