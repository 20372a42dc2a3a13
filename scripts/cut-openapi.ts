/**
 * Cuts GitHub's published description of its API down to what the stand-in GitHub of the tests speaks, and writes
 * `test/fakes/github/openapi.json`. The whole is 385 MB, so it is no dependency; to cut anew, after a new operation in
 * `test/fakes/github/operations.ts` or a new version:
 *
 *   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *   node scripts/cut-openapi.ts package
 *
 * Prose, examples and extensions are left out; `nullable` becomes a union of types, so that what is written is OpenAPI
 * 3.1, whose schemas are JSON Schema; `oneOf` becomes `anyOf`, since GitHub's alternatives overlap.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../src/support/json.ts";
import { EVENTS, OPERATIONS } from "../test/fakes/github/operations.ts";

type Tree = { readonly [key: string]: unknown };

const TARGET = join(import.meta.dirname, "../test/fakes/github/openapi.json");
const PROSE: ReadonlySet<string> = new Set([
  "description",
  "example",
  "examples",
  "title",
  "externalDocs",
  "deprecated",
  "readOnly",
  "writeOnly",
  "discriminator",
  "default",
  "xml",
]);
/** Keywords whose members are named by the API, not by JSON Schema. */
const MAPS: ReadonlySet<string> = new Set(["properties", "patternProperties"]);

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

function treeAt(from: unknown, ...keys: readonly string[]): Tree {
  const found = keys.reduce<unknown>((value, key) => (isTree(value) ? value[key] : undefined), from);
  if (!isTree(found)) throw new Error(`the description has no ${keys.join(" ")}`);
  return found;
}

/** A schema without prose, its `nullable` said in JSON Schema's words. */
function clean(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(clean);
  if (!isTree(schema)) return schema;
  if ("oneOf" in schema && "anyOf" in schema) throw new Error("a schema has both oneOf and anyOf");
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (PROSE.has(key) || key.startsWith("x-") || key === "nullable") continue;
    if (key === "enum" || key === "required") kept[key] = value;
    else if (MAPS.has(key) && isTree(value)) kept[key] = mapValues(value, clean);
    else kept[key === "oneOf" ? "anyOf" : key] = clean(value);
  }
  return schema["nullable"] === true ? orNull(kept) : kept;
}

function orNull(schema: Readonly<Record<string, unknown>>): unknown {
  const { type } = schema;
  if (Object.keys(schema).length === 0) return {};
  if (typeof type !== "string" || ["allOf", "anyOf", "$ref"].some((key) => key in schema))
    return { anyOf: [schema, { type: "null" }] };
  const values = schema["enum"];
  return {
    ...schema,
    type: [type, "null"],
    ...(Array.isArray(values) ? { enum: [...new Set([...values, null])] } : {}),
  };
}

function mapValues(tree: Tree, change: (value: unknown) => unknown): Tree {
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, change(value)]));
}

function cutter(whole: Tree) {
  const resolve = (value: unknown): Tree => {
    if (!isTree(value)) throw new Error("no object where the description should have one");
    const ref = value["$ref"];
    return typeof ref === "string" ? treeAt(whole, ...ref.slice(2).split("/")) : value;
  };
  const content = (holder: Tree): Tree => {
    const media = isTree(holder["content"]) ? holder["content"] : {};
    const json = Object.entries(media).find(([type]) => /json/.test(type))?.[1];
    const text = isTree(json) ? { content: { "application/json": { schema: clean(json["schema"]) } } } : {};
    return holder["required"] === true ? { ...text, required: true } : text;
  };
  const parameter = (value: unknown): Tree => {
    const { name, in: place, required, schema, style, explode } = resolve(value);
    return { name, in: place, required, style, explode, schema: clean(schema) };
  };
  const operation = (name: string): Tree => {
    const [method = "", path = ""] = name.split(" ");
    const found = treeAt(whole, "paths", path, method.toLowerCase());
    const parameters = Array.isArray(found["parameters"]) ? found["parameters"].map(parameter) : [];
    return {
      operationId: found["operationId"],
      parameters,
      responses: mapValues(treeAt(found, "responses"), (response) => content(resolve(response))),
      ...(found["requestBody"] === undefined ? {} : { requestBody: content(resolve(found["requestBody"])) }),
    };
  };
  const webhook = (name: string): Tree => {
    const { operationId, requestBody } = treeAt(whole, "x-webhooks", name, "post");
    return { post: { operationId, requestBody: content(resolve(requestBody)) } };
  };
  return { operation, webhook };
}

/** The names of the schemas that `value` refers to, directly. */
function schemasIn(value: unknown): readonly string[] {
  const found = canonicalJson(value).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  return [...found].map(([, name = ""]) => name);
}

function schemasFor(whole: Tree, parts: unknown): Tree {
  const schemas: Record<string, unknown> = {};
  const waiting = [...schemasIn(parts)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name in schemas) continue;
    schemas[name] = clean(treeAt(whole, "components", "schemas", name));
    waiting.push(...schemasIn(schemas[name]));
  }
  return schemas;
}

function cut(whole: Tree): Tree {
  const { operation, webhook } = cutter(whole);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of Object.keys(OPERATIONS)) {
    const [method = "", path = ""] = name.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(name) };
  }
  const webhooks = Object.fromEntries(EVENTS.map((name) => [name, webhook(name)]));
  const { version, license } = treeAt(whole, "info");
  return {
    openapi: "3.1.0",
    info: {
      title: "GitHub's REST API and webhooks, cut to what the stand-in GitHub speaks",
      version,
      license,
      description: `Cut by scripts/cut-openapi.ts from @octokit/openapi ${String(version)} (MIT, GitHub's github/rest-api-description with Octokit's extension).`,
    },
    paths,
    webhooks,
    components: { schemas: schemasFor(whole, { paths, webhooks }) },
  };
}

/** One line a path, an event, a schema: small, and a new version still has a diff that can be read. */
function print({ openapi, info, paths, webhooks, components }: Tree): string {
  const lines = (tree: unknown): string =>
    Object.entries(treeAt(tree))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`)
      .join(",\n");
  const parts = [
    `"openapi":${JSON.stringify(openapi)}`,
    `"info":${canonicalJson(info)}`,
    `"paths":{\n${lines(paths)}\n}`,
    `"webhooks":{\n${lines(webhooks)}\n}`,
    `"components":{"schemas":{\n${lines(treeAt(components, "schemas"))}\n}}`,
  ];
  return `{\n${parts.join(",\n")}\n}\n`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node scripts/cut-openapi.ts FOLDER   the unpacked package @octokit/openapi");
  process.exit(2);
}
const whole: unknown = JSON.parse(readFileSync(join(folder, "generated/api.github.com.json"), "utf8"));
const text = print(cut(treeAt(whole)));
writeFileSync(TARGET, text);
console.log(`${TARGET}: ${text.length} bytes, ${text.split("\n").length} lines`);
