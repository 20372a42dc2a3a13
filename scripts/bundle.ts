/** The command and the GitHub action, bundled with their dependencies and split so that each command loads only what it needs. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "..");

/** A CommonJS dependency that requires a part of Node gets it when it asks: no `createRequire` in every chunk. */
const nodeBuiltins: Plugin = {
  name: "node-builtins",
  setup(setup) {
    setup.onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z]+)?$/ }, async ({ path, kind, pluginData, ...rest }) => {
      if (kind !== "require-call" || pluginData === "node-builtins") return undefined;
      const found = await setup.resolve(path, { ...rest, kind, pluginData: "node-builtins" });
      return found.external ? { path: path.replace(/^node:/, ""), namespace: "node-builtins" } : found;
    });
    setup.onLoad({ filter: /.*/, namespace: "node-builtins" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule("node:${path}");`,
    }));
  },
};

/** Optional for Handlebars (90 KiB) and for ws (compiled code), which try to load them and go on without. */
const withoutOptional: Plugin = {
  name: "without-optional",
  setup(setup) {
    setup.onResolve({ filter: /^(source-map|bufferutil|utf-8-validate)$/ }, ({ path }) => ({
      path,
      namespace: "left-out",
    }));
    setup.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: `throw new Error("left out");` }));
  },
};

export interface BundleOptions {
  /** From the folder of the checkout. */
  readonly outdir: string;
  /** Beside each file, for whoever reads its stack traces. */
  readonly sourcemap?: boolean;
}

/** Same sources, same bytes. Nothing is written yet. */
export async function bundle({ outdir, sourcemap = false }: BundleOptions) {
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
  return build({
    absWorkingDir: ROOT,
    entryPoints: { cli: "src/cli.ts", action: "src/action.ts" },
    outdir,
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    // ES modules where a package has both: what is not used of them stays out, and they need no `require`.
    mainFields: ["module", "main"],
    target: "node22",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    sourcemap: sourcemap && "linked",
    define: {
      REEVE_VERSION: JSON.stringify(version),
      // Where a release's action is, `owner/name@commit`: what `reeve init` writes. Only the release's package knows it.
      REEVE_ACTION: JSON.stringify(process.env["REEVE_ACTION"] ?? ""),
    },
    // The package's own entry adds a printer and a `require` hook, which nobody here uses.
    alias: { handlebars: "handlebars/dist/cjs/handlebars.js" },
    plugins: [nodeBuiltins, withoutOptional],
    metafile: true,
    write: false,
    logLevel: "warning",
  });
}
