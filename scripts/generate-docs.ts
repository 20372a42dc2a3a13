/**
 * Fills the marked parts of `docs/`: `<!-- fields:Kind -->` with the kind's fields from its schema, `<!-- policy:plan -->`
 * and `<!-- policy:apply -->` with the rights of AWS roles, and `<!-- commands -->` with the commands' own help. Each part
 * ends at `<!-- end -->`. `npm run generate`; `-- --check` fails when a page is not what schemas, operations and commands
 * make.
 */
import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { factsOf, requiredOf } from "../src/estate/explain-words.ts";
import { shippedSchemas } from "../src/estate/read-schemas.ts";
import { asText, fieldsOf, itemsOf, type SchemaNode, schemaAt } from "../src/estate/schema-tree.ts";
import { KIND_TABLE } from "../src/generated/kind-table.ts";
import { type Operation, READS, WRITES } from "../src/providers/workspaces/api/operations.ts";

const ROOT = join(import.meta.dirname, "..");
const DOCS = join(ROOT, "docs");
const MARKED = /<!-- (commands|fields:[\w.]+|policy:(?:plan|apply)) -->\n(?:[^]*?<!-- end -->\n?|)/g;

/** The page with its marked parts made anew. */
function fill(page: string): string {
  return page.replace(MARKED, (_whole, mark: string) => `<!-- ${mark} -->\n\n${make(mark)}\n\n<!-- end -->\n`);
}

function make(mark: string): string {
  const [what, which = ""] = mark.split(":");
  if (what === "fields") return fieldTable(which);
  return what === "policy" ? rolePolicy(which === "plan" ? READS : [...READS, ...WRITES]) : commands();
}

/** Of a kind, or of what lies deeper in its spec: `Estate.providers.workspaces`. */
function fieldTable(place: string): string {
  const [kind, ...path] = place.split(".");
  const row = KIND_TABLE.find((one) => one.kind === kind);
  const spec = row === undefined ? null : schemaAt(shippedSchemas(), row.schema, ["spec", ...path]);
  if (spec === null) throw new Error(`docs/ ask for the fields of ${place}, which is no kind and no part of one`);
  const rows = rowsOf(["spec", ...path].join("."), spec);
  return [`### ${place}`, "", "| field | type | what it is |", "| --- | --- | --- |", ...rows].join("\n");
}

/** A row a field, those inside it after it. */
function rowsOf(path: string, node: SchemaNode): readonly string[] {
  const required = requiredOf(node);
  return [...fieldsOf(shippedSchemas(), node)].flatMap(([name, field]) => {
    const inner = itemsOf(shippedSchemas(), field);
    const nested = inner === null ? rowsOf(`${path}.${name}`, field) : rowsOf(`${path}.${name}[]`, inner);
    return [fieldRow(`${path}.${name}`, field, required.has(name)), ...nested];
  });
}

function fieldRow(path: string, field: SchemaNode, isRequired: boolean): string {
  const facts = new Map(factsOf(shippedSchemas(), field, isRequired));
  const said = ["default", "limits", "each item", "changes"].flatMap((fact) => {
    const value = facts.get(fact);
    return value === undefined ? [] : `${fact}: \`${value.replaceAll("`", "'")}\``;
  });
  const about = [asText(field.body["description"]) ?? "", ...said].join("<br>");
  return `| \`${path}\`${isRequired ? " *" : ""} | ${facts.get("type") ?? ""} | ${about.replaceAll("|", "\\|")} |`;
}

/** As IAM takes it. The tagging API is one more read; who somebody is may be asked by anybody. */
function rolePolicy(operations: readonly Operation[]): string {
  const actions = ["tag:GetResources", ...operations.map((operation) => `workspaces:${operation}`)];
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
  return `\`\`\`json\n${JSON.stringify(policy, null, 2)}\n\`\`\``;
}

function commands(): string {
  const names = [...reeve("--help").matchAll(/^ {2}([\w-]+(?: [\w-]+)?) {2,}/gm)].map((match) => match[1] ?? "");
  return names.map((name) => helpSection(name)).join("\n\n");
}

function helpSection(name: string): string {
  return `### reeve ${name}\n\n\`\`\`text\n${reeve(...name.split(" "), "--help").trim()}\n\`\`\``;
}

function reeve(...words: readonly string[]): string {
  return execFileSync(process.execPath, [join(ROOT, "src/cli.ts"), ...words], { encoding: "utf8" });
}

async function main(): Promise<void> {
  const isCheck = process.argv.includes("--check");
  let stale = 0;
  for (const name of (await readdir(DOCS)).filter((file) => file.endsWith(".md")).toSorted()) {
    const before = await readFile(join(DOCS, name), "utf8");
    const after = fill(before);
    if (after === before) continue;
    stale += 1;
    if (isCheck)
      process.stderr.write(`docs/${name} is not what schemas, operations and commands make: run npm run generate\n`);
    else await writeFile(join(DOCS, name), after);
  }
  process.exitCode = isCheck && stale > 0 ? 1 : 0;
}

await main();
