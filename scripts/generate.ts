/**
 * Writes `src/generated/` from `schemas/`: validators (ajv, compiled once, here), TypeScript types of the documents as
 * they are after defaults are filled in, and a table of what the `x-reeve-*` keywords say. `npm run generate`;
 * `npm run generate -- --check` fails when the files are not what the schemas make.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneModule from "ajv/dist/standalone/index.js";
import addFormatsModule from "ajv-formats";
import { build } from "esbuild";
import { compile } from "json-schema-to-typescript";
import { kindTable, readSchemas, type Schema, withDefaultsRequired } from "./schema-walk.ts";

const ROOT = join(import.meta.dirname, "..");
const OUT = join(ROOT, "src/generated");
const BANNER = "// Made by scripts/generate.ts from schemas/. Do not edit; run `npm run generate`.\n";

const standalone = standaloneModule.default;
const addFormats = addFormatsModule.default;

/** One ES module with a validator an exported schema, named by its key; ajv's run-time pieces bundled in, so that nothing is compiled at run time. */
async function validators(schemas: readonly Schema[], exported: Readonly<Record<string, string>>): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    useDefaults: true,
    code: { source: true, esm: true, lines: true },
    schemas: schemas.map((schema) => ({ ...schema })),
  });
  addFormats(ajv, { mode: "full", formats: ["date-time"] });
  ajv.addKeyword("x-reeve-kind").addKeyword("x-reeve-provider").addKeyword("x-reeve-reference");
  ajv.addKeyword("x-reeve-immutable").addKeyword("x-reeve-sensitive").addKeyword("x-reeve-place");
  const source = standalone(ajv, exported);
  const bundled = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: "js" },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    minifySyntax: true,
    minifyWhitespace: true,
  });
  return `${BANNER}${bundled.outputFiles[0]?.text ?? ""}`;
}

const PLAN_ID = "https://reeve.dev/schemas/plan.schema.json";

function kindIds(schemas: readonly Schema[]): Readonly<Record<string, string>> {
  const kinds = schemas.filter((schema) => schema["x-reeve-kind"] !== undefined);
  return Object.fromEntries(kinds.map((schema) => [schema["x-reeve-kind"] ?? "", schema.$id]));
}

function validatorTypes(kinds: readonly string[]): string {
  return [
    BANNER + 'import type { ErrorObject } from "ajv";',
    "/** Checks a document and fills in the schema's defaults. Findings are left in `errors`. */",
    "export interface Validator { (document: unknown): boolean; errors?: ErrorObject[] | null }",
    ...kinds.map((kind) => `export declare const ${kind}: Validator;`),
    "",
  ].join("\n");
}

async function types(schemas: readonly Schema[]): Promise<string> {
  const kinds = schemas.filter((schema) => schema["x-reeve-kind"] !== undefined);
  const bundle = {
    title: "Documents",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      kinds.map((schema) => [schema["x-reeve-kind"], { $ref: `${schema.file}#/$defs/spec` }]),
    ),
    required: kinds.map((schema) => schema["x-reeve-kind"]),
  };
  const resolved = new Map(schemas.map((schema) => [schema.file, JSON.stringify(withDefaultsRequired(schema))]));
  return compile(bundle as never, "Documents", {
    bannerComment: BANNER.trim(),
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    cwd: join(ROOT, "schemas/"),
    $refOptions: {
      resolve: {
        file: {
          read: (file: { url: string }) => resolved.get(file.url.split("/").at(-1) ?? "") ?? "",
        },
      },
    },
  });
}

async function generate(): Promise<ReadonlyMap<string, string>> {
  const schemas = await readSchemas(join(ROOT, "schemas"));
  const table = kindTable(schemas);
  return new Map([
    ["validators.js", await validators(schemas, kindIds(schemas))],
    ["validators.d.ts", validatorTypes(table.map((row) => row.kind))],
    ["plan-validator.js", await validators(schemas, { Plan: PLAN_ID })],
    ["plan-validator.d.ts", validatorTypes(["Plan"])],
    ["documents.ts", await types(schemas)],
    [
      "kind-table.ts",
      `${BANNER}/** What the schemas' x-reeve keywords say of each kind. */\nexport const KIND_TABLE = ${JSON.stringify(table, null, 2)} as const;\n`,
    ],
  ]);
}

async function main(): Promise<void> {
  const isCheck = process.argv.includes("--check");
  await mkdir(OUT, { recursive: true });
  let stale = 0;
  for (const [name, text] of await generate()) {
    const path = join(OUT, name);
    const before = await readFile(path, "utf8").catch(() => "");
    if (before === text) continue;
    if (isCheck) {
      process.stderr.write(`src/generated/${name} is not what schemas/ makes: run npm run generate\n`);
      stale += 1;
    } else await writeFile(path, text);
  }
  process.exitCode = stale > 0 ? 1 : 0;
}

await main();
