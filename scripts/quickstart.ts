/**
 * The main job on the sample estate: validate, plan, apply, plan again. `npm run quickstart`, as often as you like: the
 * sample hubs are configuration files under `.reeve/`, and the desktops stand in the sandbox there, so nothing outside
 * this folder is touched, and no account is needed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Runs and shows one command line; the program ends where the command fails. */
function run(shown: string, ...command: readonly string[]): void {
  process.stdout.write(`\n$ ${shown}\n`);
  const { status } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  if (status === 0) return;
  process.stderr.write(`\n"${shown}" ended with ${status ?? "a signal"}.\n`);
  process.exit(status ?? 1);
}

function reeve(...words: readonly string[]): void {
  run(`npx reeve ${words.join(" ")}`, "dist/cli.js", ...words);
}

mkdirSync(join(ROOT, ".reeve"), { recursive: true });
run("npm run build", "scripts/build.ts");
reeve("validate", "--sandbox");
reeve("plan", "--sandbox", "--out", ".reeve/plan.json");
reeve("apply", "--sandbox", ".reeve/plan.json");
reeve("plan", "--sandbox", "--detailed-exitcode");
process.stdout.write(
  "\nDone: the estate is as its files say. Change something in desired-state/ and run: npx reeve plan --sandbox\n",
);
