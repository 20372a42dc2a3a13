import { expect, test } from "vitest";
import { type Explanation, explain } from "../../src/estate/explain.ts";
import { shippedSchemas } from "../../src/estate/read-schemas.ts";
import { fieldsOf, itemsOf, type SchemaNode, type SchemaSet, schemaRoot } from "../../src/estate/schema-tree.ts";

const schemas = shippedSchemas();

function show(result: Explanation): string {
  return result.found ? result.text : `${result.message} | ${result.hint}`;
}

test("a field's page", () => {
  expect(show(explain(schemas, "WireGuardHub.spec.mtu"))).toBe(`WireGuardHub.spec.mtu

  The interface's MTU in bytes, on the hub and in client files.

  type       a whole number
  required   no
  default    1420
  limits     1280 to 9000
  example    1420
`);
});

test("a list's page shows what it holds", () => {
  expect(show(explain(schemas, "WireGuardHub.spec.reserved"))).toBe(`WireGuardHub.spec.reserved

  Addresses that are never given to peers.

  type       list of mapping
  required   no
  default    []
  limits     at most 1000 items
  example    [{ range: 10.8.0.2-10.8.0.15, reason: infrastructure }]

FIELDS (* required)
  range *    text   An address, first-last, or address/prefix.
  reason *   text   What the addresses are kept for.
  until      text   When the reservation ends, for example of an address that was released not long
                    ago.
`);
});

test.each([
  {
    query: null,
    expect:
      "KINDS\n  AccessPolicy              The bounds that grants stay within.\n  Acknowledgement           A reviewed",
  },
  { query: "", expect: "KINDS\n" },
  { query: "WireGuardPeer", expect: "WireGuardPeer\n\n  A machine that dials one or more hubs.\n" },
  { query: "wireguardpeer.Spec", expect: "(wireguardpeer.Spec stands for WireGuardPeer.spec)\n\nWireGuardPeer.spec\n" },
  {
    query: "WireGuardPeer.spec.address",
    expect: "(WireGuardPeer.spec.address stands for WireGuardPeer.spec.addresses)\n",
  },
  { query: "WireGuardHub.spec.reserved[0].range", expect: "WireGuardHub.spec.reserved.range\n" },
  { query: "WireGuardHub.spec.reserved.range", expect: "WireGuardHub.spec.reserved.range\n" },
  { query: "WireGuardPeer.spec.hubs.matchLabels", expect: "WireGuardPeer.spec.hubs.matchLabels\n" },
  { query: "WireGuardPeer.metadata.labels.team", expect: "WireGuardPeer.metadata.labels.team\n" },
  { query: "WireGuardHub.spec.retierd", expect: 'WireGuardHub.spec has no field "retierd" | did you mean "retired"?' },
  {
    query: "WireGuardHub.spec.mtu.x",
    expect: 'WireGuardHub.spec.mtu has no field "x" | WireGuardHub.spec.mtu has no fields',
  },
  { query: "WireGuardPear", expect: 'there is no kind "WireGuardPear" | did you mean "WireGuardPeer"?' },
  { query: "WireGuard", expect: 'there is no kind "WireGuard" | do you mean WireGuardHub or WireGuardPeer?' },
  { query: "\u001b[31m", expect: 'there is no kind "\\u{1b}' },
])("$query", (row) => {
  expect(show(explain(schemas, row.query)).slice(0, row.expect.length)).toBe(row.expect);
});

/** Every field of every kind, as `Kind.field.field`. */
function everyField(): readonly string[] {
  const kinds = [...schemas].filter(([, body]) => body["x-reeve-kind"] !== undefined);
  return kinds.flatMap(([file, body]) => below(schemas, schemaRoot(schemas, file), String(body["x-reeve-kind"])));
}

function below(set: SchemaSet, node: SchemaNode, path: string): readonly string[] {
  const items = fieldsOf(set, node).size > 0 ? null : itemsOf(set, node);
  const inside = items ?? node;
  return [...fieldsOf(set, inside)].flatMap(([name, field]) => [
    `${path}.${name}`,
    ...below(set, field, `${path}.${name}`),
  ]);
}

test("every field of every kind has a description and can be explained by its full name", () => {
  const fields = everyField();
  expect(fields.length).toBeGreaterThan(70);
  for (const field of fields) {
    const text = show(explain(schemas, field));
    expect(text.startsWith(`${field}\n\n  `), field).toBe(true);
    expect(
      text.split("\n").every((line) => line.length <= 100 || line.includes("pattern") || line.includes("example")),
      text,
    ).toBe(true);
  }
});
