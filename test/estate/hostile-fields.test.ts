import { expect, test } from "vitest";
import { shippedSchemas } from "../../src/estate/read-schemas.ts";
import {
  alternatives,
  fieldsOf,
  itemsOf,
  membersOf,
  type SchemaNode,
  schemaRoot,
} from "../../src/estate/schema-tree.ts";
import { ESTATE, load } from "./state-dir.ts";

const schemas = shippedSchemas();

/** Paths of every text field of a kind; `0` for a list's item, `member` for a name that is free to choose. */
function textFields(node: SchemaNode, path: readonly string[]): readonly (readonly string[])[] {
  const own = alternatives(schemas, node).some((one) => one.body["type"] === "string") ? [path] : [];
  const items = itemsOf(schemas, node);
  const members = membersOf(schemas, node);
  return [
    ...own,
    ...[...fieldsOf(schemas, node)].flatMap(([name, field]) => textFields(field, [...path, name])),
    ...(items === null ? [] : textFields(items, [...path, "0"])),
    ...(members === null ? [] : textFields(members, [...path, "member"])),
  ];
}

/** A document that is nothing but `text` at `path`, in YAML's flow style. */
function documentOf(kind: string, path: readonly string[], text: string): string {
  const value = path
    .toReversed()
    .reduce<string>((inner, part) => (part === "0" ? `[${inner}]` : `{${part}: ${inner}}`), text);
  const head = path[0] === "kind" ? "" : `kind: ${kind}\n`;
  return `${head}${value.slice(1, -1)}\n`;
}

const kinds = [...schemas].filter(([, body]) => body["x-reeve-kind"] !== undefined);
const fields = kinds.flatMap(([file, body]) => {
  const kind = String(body["x-reeve-kind"]);
  return textFields(schemaRoot(schemas, file), []).map((path) => ({ kind, path, name: `${kind}.${path.join(".")}` }));
});

/** Escapes of YAML's double quotes, and what they stand for. */
const HOSTILE = [
  "\\0",
  "\\x07",
  "\\t",
  "\\n",
  "\\r",
  "\\x1b",
  "\\x7f",
  "\\x85",
  "\\u061c",
  "\\u200b",
  "\\u200d",
  "\\u200e",
  "\\u202e",
  "\\u2028",
  "\\u2029",
  "\\u2066",
  "\\u2069",
  "\\ufeff",
  "\\ud800",
];

test("the walk over the schemas finds the text fields", () => {
  expect(fields.length).toBeGreaterThan(50);
  expect(fields.map((field) => field.name)).toContain("WireGuardHub.spec.reserved.0.reason");
});

test.each(fields)("no control, bidirectional or invisible character in $name", async ({ kind, path }) => {
  const files = HOSTILE.map(
    (escape, index) => [`f${String(index).padStart(2, "0")}.yaml`, documentOf(kind, path, `"ab${escape}cd"`)] as const,
  );
  const loaded = await load({ "reeve.yaml": ESTATE, ...Object.fromEntries(files) });
  const found = loaded.diagnostics.filter((one) => one.code === "hostile-character");
  expect(found.map((one) => one.at?.file)).toEqual(files.map(([name]) => `desired-state/${name}`));
  for (const [index, one] of found.entries()) {
    const line = files[index]?.[1].split("\n")[(one.at?.line ?? 0) - 1] ?? "";
    expect(line.slice((one.at?.column ?? 0) - 1).startsWith('"ab')).toBe(true);
  }
  expect(loaded.diagnostics.map((one) => one.message + (one.hint ?? "")).join("")).not.toMatch(/[\p{Cc}\p{Cs}\p{Cf}]/u);
});
