import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../support/package-root.ts";
import type { SchemaBody, SchemaSet } from "./schema-tree.ts";

let shipped: SchemaSet | null = null;

/** The schemas that Reeve ships, read at the first use: only errors and `reeve explain` need them. */
export function shippedSchemas(): SchemaSet {
  shipped ??= readSchemas(join(packageRoot(), "schemas"));
  return shipped;
}

/** Every `*.schema.json` of a folder, by file name. */
function readSchemas(folder: string): SchemaSet {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".schema.json"))
    .toSorted();
  return new Map(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as SchemaBody]));
}
