/** What people see in an editor: the YAML language server on our schemas, and its places against `reeve validate`'s. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { locator } from "../../src/estate/locate.ts";
import { shippedSchemas } from "../../src/estate/read-schemas.ts";
import type { Path } from "../../src/estate/resource.ts";
import {
  alternatives,
  fieldsOf,
  itemsOf,
  type SchemaNode,
  schemaAt,
  schemaRoot,
} from "../../src/estate/schema-tree.ts";
import { packageRoot } from "../../src/support/package-root.ts";
import { ESTATE, HUB, KEY, load, peer } from "../estate/state-dir.ts";
import { LanguageServer } from "../support/language-server.ts";

const schemas = shippedSchemas();
const kinds = [...schemas].flatMap(([file, body]) =>
  typeof body["x-reeve-kind"] === "string" ? [{ kind: body["x-reeve-kind"], file }] : [],
);

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const header = (file: string): string => `# yaml-language-server: $schema=${join(packageRoot(), "schemas", file)}\n`;

let opened = 0;
async function open(text: string) {
  opened += 1;
  const uri = `file:///state/document-${opened}.yaml`;
  return { uri, diagnostics: await server.open(uri, text) };
}

/** A document with every field of a kind in it, each with its example. */
function fullDocument(node: SchemaNode): unknown {
  const fields = fieldsOf(schemas, node);
  const items = itemsOf(schemas, node);
  const example = (node.body["examples"] as readonly unknown[] | undefined)?.[0];
  // Of fields that exclude each other there is one at a time, as in the example.
  if (isChoice(node)) return example;
  if (Array.isArray(example) && items !== null)
    return fieldsOf(schemas, items).size > 0 ? [fullDocument(items)] : example;
  if (fields.size > 0) return Object.fromEntries([...fields].map(([name, field]) => [name, fullDocument(field)]));
  return example ?? "text";
}

function isChoice(node: SchemaNode): boolean {
  const objects = alternatives(schemas, node).filter(({ body }) => body["properties"] !== undefined);
  return objects.length > 1 || node.body["maxProperties"] !== undefined;
}

/** Paths of all fields that are in the document. */
function pathsIn(value: unknown, path: Path): readonly Path[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => pathsIn(item, [...path, at]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [[...path, name], ...pathsIn(member, [...path, name])]);
}

test.each(kinds)("hover text for every field of $kind", async ({ file }) => {
  const document = fullDocument(schemaRoot(schemas, file));
  const text = header(file) + stringify(document);
  const { uri } = await open(text);
  const find = locator(text);
  for (const path of pathsIn(document, [])) {
    const node = schemaAt(schemas, file, path);
    const spot = find.spotOf(0, path, true);
    if (node === null || spot === null || path.includes("labels") || path.includes("annotations")) continue;
    const position = { line: spot.line - 1, character: spot.column };
    const hover = JSON.stringify(await server.request("textDocument/hover", { textDocument: { uri }, position }));
    const known = alternatives(schemas, node).map((one) => words(String(one.body["description"])));
    expect(
      known.some((description) => words(hover).includes(description)),
      `${path.join(".")}: ${hover}`,
    ).toBe(true);
  }
});

/** Letters alone: hover text is Markdown, with escapes of its own. */
function words(text: string): string {
  return text.replaceAll(/\\n|[^A-Za-z]/g, "").slice(0, 2000);
}

/** Every mapping of a kind that has fields, by its path; `0` for a list's item. */
function mappings(
  node: SchemaNode,
  path: Path,
): readonly { readonly path: Path; readonly fields: readonly string[] }[] {
  const items = itemsOf(schemas, node);
  if (items !== null && fieldsOf(schemas, items).size > 0) return mappings(items, [...path, 0]);
  const fields = [...fieldsOf(schemas, node)];
  const below = fields.flatMap(([name, field]) => mappings(field, [...path, name]));
  return fields.length === 0 ? [] : [{ path, fields: fields.map(([name]) => name) }, ...below];
}

/** The beginning of a document down to `path`, where the next field would be typed. */
function beginningAt(path: Path): string {
  let [text, indent, dash] = ["", "", ""];
  for (const part of path) {
    if (part === 0) {
      dash = "- ";
      continue;
    }
    text += `${indent}${dash}${part}:\n`;
    indent += dash === "" ? "  " : "    ";
    dash = "";
  }
  return `${text}${indent}${dash}`;
}

/** Where one field of several is to be chosen, the server offers them from the first letter on, not before. */
test.each(kinds)("completion of every field of $kind", async ({ file }) => {
  for (const { path, fields } of mappings(schemaRoot(schemas, file), [])) {
    const node = schemaAt(schemas, file, path);
    const isTyped = node !== null && isChoice(node);
    const text = header(file) + beginningAt(path) + (isTyped ? fields[0]?.charAt(0) : "");
    const { uri } = await open(text);
    const lines = text.split("\n");
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const result = await server.request("textDocument/completion", { textDocument: { uri }, position });
    const { items } = result as {
      readonly items: readonly { readonly label: string; readonly documentation?: unknown }[];
    };
    expect(
      items.map((item) => item.label),
      path.join("."),
    ).toEqual(expect.arrayContaining([...fields]));
    for (const field of fields) expect(items.find((item) => item.label === field)?.documentation, field).toBeTruthy();
  }
});

const spec = (lines: string): string => peer("a", `  hubs: [hub-eu]\n  publicKey: ${KEY}\n${lines}`);

test.each([
  { name: "nothing wrong", text: spec("") },
  { name: "unknown field", text: spec("  adresses: []\n") },
  { name: "unknown top field", text: `${spec("")}stauts: 1\n` },
  { name: "missing field", text: peer("a", "  hubs: [hub-eu]\n") },
  { name: "missing name", text: spec("").replace("name: a", "labels: {}") },
  { name: "number for text", text: spec("  nodeVersion: 1.5\n") },
  { name: "text for a list", text: spec("  addresses: 10.8.0.2\n") },
  { name: "pattern", text: spec("  keepalive: 25 seconds\n") },
  { name: "pattern in a list", text: spec("  addresses:\n    - 10.8.0.2\n    - ten\n") },
  { name: "date without zone", text: spec("  expiresAt: 2027-01-01T00:00:00\n") },
  {
    name: "choice",
    text: HUB.replace("  endpoint", "  peers: { unmanaged: purge }\n  endpoint"),
    file: "wireguard-hub.schema.json",
  },
  { name: "too small", text: HUB.replace("  endpoint", "  mtu: 1000\n  endpoint"), file: "wireguard-hub.schema.json" },
  { name: "old apiVersion", text: spec("").replace("/v1", "/v0") },
  { name: "syntax", text: spec("  nodeVersion: 'x\n") },
  { name: "two mistakes", text: spec("  suspended: maybe\n  nodeVersion: '-'\n") },
])("the editor and validate point at the same place: $name", async ({ text, file = "wireguard-peer.schema.json" }) => {
  const source = header(file) + text;
  const loaded = await load({
    "reeve.yaml": file !== "wireguard-peer.schema.json" ? ESTATE : `${ESTATE}---\n${HUB}`,
    "x.yaml": source,
  });
  const { diagnostics } = await open(source);
  const ours = loaded.diagnostics.map(({ at }) => `${at?.line}:${at?.column}`);
  const theirs = diagnostics.map(({ range }) => `${range.start.line + 1}:${range.start.character + 1}`);
  expect(ours, JSON.stringify(diagnostics)).toEqual(
    theirs.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)),
  );
});
