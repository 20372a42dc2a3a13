/**
 * Before the tests that start Reeve: the program is bundled as a release is, which a start needs half the time of, and which
 * shows that the bundle works. Sources have the same name as long as they are the same.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";
import { bundle } from "../../scripts/bundle.ts";

const ROOT = join(import.meta.dirname, "../..");
/** In the checkout, where the program finds its package's other files; in a folder that every tool leaves alone. */
const PROGRAMS = "node_modules/.cache/reeve-test/programs";
const CACHE = join(ROOT, PROGRAMS);
/** As deep as the program will be, so that its maps lead to the sources. */
const OUT = `${PROGRAMS}/out`;
/** Loaded before the program by some tests; Node would need as long to read them as TypeScript as for its own start. */
const PRELOADS = ["fast-time", "hurried-timers", "record-spawns"] as const;
const A_DAY = 86_400_000;

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of `cli.js`, `action.js` and `preloads`. */
    readonly program: string;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const [{ outputFiles }, preloads] = await Promise.all([bundle({ outdir: OUT, sourcemap: true }), bundlePreloads()]);
  const files = [...outputFiles, ...preloads.outputFiles].map(({ path, contents }) => ({
    path: relative(join(ROOT, OUT), path),
    contents,
  }));
  const hash = createHash("sha256");
  for (const { path, contents } of files) hash.update(`${path}\0`).update(contents);
  const folder = join(CACHE, hash.digest("hex").slice(0, 16));
  if (!existsSync(folder)) write(folder, files);
  const now = new Date();
  utimesSync(folder, now, now);
  forget(now.getTime() - A_DAY);
  project.provide("program", folder);
}

function bundlePreloads() {
  return build({
    absWorkingDir: ROOT,
    entryPoints: PRELOADS.map((name) => `test/support/${name}.ts`),
    outdir: `${OUT}/preloads`,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    write: false,
    logLevel: "warning",
  });
}

interface Output {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Whole or not at all: other tests may start at the same time. */
function write(folder: string, files: readonly Output[]): void {
  mkdirSync(CACHE, { recursive: true });
  const half = mkdtempSync(join(CACHE, "half-"));
  for (const { path, contents } of files) {
    mkdirSync(dirname(join(half, path)), { recursive: true });
    writeFileSync(join(half, path), contents);
  }
  if (existsSync(folder)) rmSync(half, { recursive: true });
  else renameSync(half, folder);
}

/** Programs of sources that are gone; one in use is as young as the run that uses it. */
function forget(before: number): void {
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    if ((statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? before) < before)
      rmSync(folder, { recursive: true, force: true });
  }
}
