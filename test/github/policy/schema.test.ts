import { expect, test } from "vitest";
import { shippedSchemas } from "../../../src/estate/read-schemas.ts";
import type { Path } from "../../../src/estate/resource.ts";
import { fieldsOf, itemsOf, type SchemaNode, schemaAt } from "../../../src/estate/schema-tree.ts";
import { KIND_TABLE } from "../../../src/generated/kind-table.ts";

const schemas = shippedSchemas();

function at(...path: Path): SchemaNode {
  const node = schemaAt(schemas, "estate.schema.json", ["spec", ...path]);
  if (node === null) throw new Error(`no spec.${path.join(".")}`);
  return node;
}

test("a rule can be about every kind, and drift of every kind that is live has a mode", () => {
  const kinds = itemsOf(schemas, at("policy", "override", "never", 0, "kinds"));
  expect(kinds?.body["enum"]).toEqual(["*", ...KIND_TABLE.map((row) => row.kind)]);
  const live = KIND_TABLE.filter((row) => row.provider !== null).map((row) => row.kind);
  expect([...fieldsOf(schemas, at("safety", "modes")).keys()]).toEqual(live);
});
