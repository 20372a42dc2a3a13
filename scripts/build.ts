/** Writes `dist/`: what `bundle.ts` makes, and the licences of what is in it. `npm run build`. Same sources, same bytes. */
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundle } from "./bundle.ts";
import { collectLicenses } from "./collect-licenses.ts";

const ROOT = join(import.meta.dirname, "..");
const OUT = join(ROOT, "dist");

async function main(): Promise<void> {
  const { metafile, outputFiles } = await bundle({ outdir: "dist" });
  await rm(OUT, { recursive: true, force: true });
  for (const { path, contents } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  await chmod(join(OUT, "cli.js"), 0o755);
  await writeFile(join(OUT, "third-party-licenses.txt"), await collectLicenses(ROOT, Object.keys(metafile.inputs)));
  process.stdout.write(`dist/: ${summary(Object.values(metafile.outputs))}\n`);
}

function summary(outputs: readonly { readonly bytes: number }[]): string {
  const kib = Math.round(outputs.reduce((sum, { bytes }) => sum + bytes, 0) / 1024);
  return `${outputs.length} files, ${kib} KiB`;
}

await main();
