/**
 * Writes `build/appliance/reeve-appliance`: one file for an appliance, which needs no Node there. `npm run build:appliance`.
 * The program is bundled into one script, and laid into a copy of the Node that runs this (node's single executable
 * applications). For the platform that it is made on. Another folder may be named: `-- DIR`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { inject } from "postject";
import { collectLicenses } from "./collect-licenses.ts";

const ROOT = join(import.meta.dirname, "..");
const OUT = resolve(process.argv[2] ?? join(ROOT, "build/appliance"));
const PROGRAM = join(OUT, "reeve-appliance");
/** The mark by which Node finds out that something was laid into it. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** No command of the appliance works on the stand-ins. */
const withoutSandbox: Plugin = {
  name: "without-sandbox",
  setup(setup) {
    setup.onResolve({ filter: /\/sandbox\/open-sandbox\.ts$/ }, ({ path }) => ({ path, namespace: "left-out" }));
    setup.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "" }));
  },
};

async function main(): Promise<void> {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const script = join(OUT, "main.cjs");
  const blob = join(OUT, "main.blob");
  const inputs = await bundle(script);
  await layIn(script, blob);
  const licenses = await collectLicenses(ROOT, inputs);
  writeFileSync(join(OUT, "third-party-licenses.txt"), `${licenses}\n=== node ${process.version}\n\n${nodeLicense()}`);
  for (const part of [script, blob, `${blob}.json`]) rmSync(part);
  const version = execFileSync(PROGRAM, ["--version"], { encoding: "utf8" }).trim();
  const mebibytes = Math.round(statSync(PROGRAM).size / 2 ** 20);
  process.stdout.write(`${PROGRAM}: ${version}, ${mebibytes} MiB\n`);
}

async function bundle(outfile: string): Promise<readonly string[]> {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["scripts/appliance-main.ts"],
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    mainFields: ["module", "main"],
    target: "node24",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    define: { REEVE_VERSION: JSON.stringify(version) },
    plugins: [withoutSandbox],
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}

async function layIn(script: string, blob: string): Promise<void> {
  const config = { main: script, output: blob, disableExperimentalSEAWarning: true, useCodeCache: true };
  writeFileSync(`${blob}.json`, JSON.stringify(config));
  runQuietly(process.execPath, ["--experimental-sea-config", `${blob}.json`]);
  copyFileSync(process.execPath, PROGRAM);
  // Symbols that only a debugger reads: a tenth of it. It runs as well with them, where there is no `strip`.
  spawnSync("strip", ["--strip-all", PROGRAM]);
  await inject(PROGRAM, "NODE_SEA_BLOB", readFileSync(blob), { sentinelFuse: FUSE });
}

/** What it says matters where it fails. */
function runQuietly(program: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${words.join(" ")} failed:\n${stderr}`);
}

function nodeLicense(): string {
  try {
    return readFileSync(join(dirname(process.execPath), "../LICENSE"), "utf8");
  } catch {
    return "https://github.com/nodejs/node/blob/main/LICENSE\n";
  }
}

await main();
