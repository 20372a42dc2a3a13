/** Reading `schemas/` for the generator: pure but for `readSchemas`. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Schema {
  readonly file: string;
  readonly $id: string;
  readonly "x-reeve-kind"?: string;
  readonly [keyword: string]: unknown;
}

export interface KindRow {
  readonly kind: string;
  readonly provider: string | null;
  readonly schema: string;
  /** Paths below the document whose value names another resource (or selects by labels). */
  readonly references: readonly { readonly path: readonly string[]; readonly kind: string }[];
  readonly immutable: readonly string[];
  readonly sensitive: readonly string[];
  /** True where nothing but a document of this kind says where what refers to it is. */
  readonly isPlace: boolean;
}

export async function readSchemas(folder: string): Promise<readonly Schema[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".schema.json")).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const schema = JSON.parse(await readFile(join(folder, file), "utf8")) as Schema;
      Object.defineProperty(schema, "file", { value: file, enumerable: false });
      return schema;
    }),
  );
}

/** A property with a default is always there after validation: its type says so. */
export function withDefaultsRequired(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withDefaultsRequired);
  if (typeof node !== "object" || node === null) return node;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) copy[key] = withDefaultsRequired(value);
  const properties = copy["properties"];
  if (typeof properties === "object" && properties !== null) {
    const defaulted = Object.entries(properties).filter(([, value]) => hasDefault(value));
    const required = new Set([
      ...((copy["required"] as string[] | undefined) ?? []),
      ...defaulted.map(([name]) => name),
    ]);
    copy["required"] = [...required];
  }
  return copy;
}

function hasDefault(value: unknown): boolean {
  return typeof value === "object" && value !== null && "default" in value;
}

/** One row a kind, sorted by kind. */
export function kindTable(schemas: readonly Schema[]): readonly KindRow[] {
  return schemas
    .filter((schema) => schema["x-reeve-kind"] !== undefined)
    .map((schema) => ({
      kind: schema["x-reeve-kind"] ?? "",
      provider: (schema["x-reeve-provider"] as string | undefined) ?? null,
      schema: schema.file,
      references: marks(schema, "x-reeve-reference").map((mark) => ({ path: mark.path, kind: String(mark.value) })),
      immutable: marks(schema, "x-reeve-immutable").map((mark) => mark.path.join(".")),
      sensitive: marks(schema, "x-reeve-sensitive").map((mark) => mark.path.join(".")),
      isPlace: schema["x-reeve-place"] === true,
    }))
    .toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
}

interface Mark {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Every place in the schema's tree of properties that carries `keyword`, as a document path. Local `$defs` are followed. */
function marks(schema: Schema, keyword: string): readonly Mark[] {
  const found: Mark[] = [];
  const visit = (node: unknown, path: readonly string[]): void => {
    if (typeof node !== "object" || node === null) return;
    const object = node as Record<string, unknown>;
    if (keyword in object) found.push({ path, value: object[keyword] });
    const reference = object["$ref"];
    if (typeof reference === "string" && reference.startsWith("#/$defs/")) {
      visit((schema["$defs"] as Record<string, unknown>)[reference.slice("#/$defs/".length)], path);
    }
    for (const [name, value] of Object.entries((object["properties"] as object | undefined) ?? {}))
      visit(value, [...path, name]);
    if (object["items"] !== undefined) visit(object["items"], [...path, "*"]);
  };
  visit(schema, []);
  return found;
}
