import type { Path } from "./resource.ts";

/** A JSON Schema as it is read: keywords by name. */
export type SchemaBody = Readonly<Record<string, unknown>>;

/** The schemas of `schemas/`, by file name. */
export type SchemaSet = ReadonlyMap<string, SchemaBody>;

/** A field's schema: its own keywords over those of the definition it refers to. */
export interface SchemaNode {
  readonly file: string;
  readonly body: SchemaBody;
  /** What the shared definition says of the value's form, where the field has words of its own. */
  readonly form: string | null;
}

const NO_BODY: SchemaBody = {};

export function schemaRoot(schemas: SchemaSet, file: string): SchemaNode {
  return { file, body: schemas.get(file) ?? NO_BODY, form: null };
}

/** The node with its `$ref` followed and merged in; keywords beside a `$ref` win. */
function resolved(schemas: SchemaSet, file: string, body: SchemaBody): SchemaNode {
  const reference = body["$ref"];
  if (typeof reference !== "string") return { file, body, form: null };
  const [name = "", pointer = ""] = reference.split("#");
  const home = name === "" ? file : name;
  const target = pointer
    .split("/")
    .slice(1)
    .reduce<SchemaBody>((node, key) => asBody(node[key]), schemas.get(home) ?? NO_BODY);
  const inner = resolved(schemas, home, target);
  const { $ref: _, ...own } = body;
  return { file: inner.file, body: { ...inner.body, ...own }, form: asText(inner.body["description"]) };
}

export function asBody(value: unknown): SchemaBody {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as SchemaBody) : NO_BODY;
}

export function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The node's fields by name, those of its alternatives (`oneOf`) too. */
export function fieldsOf(schemas: SchemaSet, node: SchemaNode): ReadonlyMap<string, SchemaNode> {
  const fields = new Map<string, SchemaNode>();
  for (const alternative of alternatives(schemas, node)) {
    for (const [name, body] of Object.entries(asBody(alternative.body["properties"]))) {
      fields.set(name, resolved(schemas, alternative.file, asBody(body)));
    }
  }
  return fields;
}

/** The node itself and the schemas of its `oneOf`. */
export function alternatives(schemas: SchemaSet, node: SchemaNode): readonly SchemaNode[] {
  const branches = node.body["oneOf"];
  if (!Array.isArray(branches)) return [node];
  return [node, ...branches.map((branch) => resolved(schemas, node.file, asBody(branch)))];
}

/** The schema of a list's items, or null. */
export function itemsOf(schemas: SchemaSet, node: SchemaNode): SchemaNode | null {
  const list = alternatives(schemas, node).find((alternative) => "items" in alternative.body);
  return list === undefined ? null : resolved(schemas, list.file, asBody(list.body["items"]));
}

/** The schema of members that have no name of their own, such as labels, or null. */
export function membersOf(schemas: SchemaSet, node: SchemaNode): SchemaNode | null {
  const map = alternatives(schemas, node).find(
    (alternative) => typeof alternative.body["additionalProperties"] === "object",
  );
  return map === undefined ? null : resolved(schemas, map.file, asBody(map.body["additionalProperties"]));
}

/** The schema at a document path, or null where the schema knows no such field. */
export function schemaAt(schemas: SchemaSet, file: string, path: Path): SchemaNode | null {
  let node: SchemaNode | null = schemaRoot(schemas, file);
  for (const part of path) {
    if (node === null) return null;
    node =
      typeof part === "number"
        ? itemsOf(schemas, node)
        : (fieldsOf(schemas, node).get(part) ?? membersOf(schemas, node));
  }
  return node;
}
