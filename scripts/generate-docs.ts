/**
 * Fills the marked parts of `docs/`: `<!-- fields:Kind -->` with the kind's fields from its schema,
 * `<!-- fields:Kind.field -->` with those of one field, and `<!-- commands -->` with the commands' own help. Each part ends at `<!-- end -->`. `npm run generate`;
 * `-- --check` fails when a page is not what schemas and commands make.
 */
import { execFileSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { factsOf, requiredOf } from "../src/estate/explain-words.ts";
import { shippedSchemas } from "../src/estate/read-schemas.ts";
import { asText, fieldsOf, itemsOf, type SchemaNode, schemaAt } from "../src/estate/schema-tree.ts";
import { KIND_TABLE } from "../src/generated/kind-table.ts";

const ROOT = join(import.meta.dirname, "..");
const DOCS = join(ROOT, "docs");
const MARKED = /<!-- (commands|fields:([\w.]+)) -->\n(?:[^]*?<!-- end -->\n?|)/g;

/** The page with its marked parts made anew. */
function fill(page: string): string {
  return page.replace(MARKED, (_whole, mark: string, subject: string | undefined) => {
    const made = subject === undefined ? commands() : fieldTable(subject);
    return `<!-- ${mark} -->\n\n${made}\n\n<!-- end -->\n`;
  });
}

/** `subject` is a kind, or a field of its spec: `Estate.policy`. */
function fieldTable(subject: string): string {
  const [kind, ...field] = subject.split(".");
  const path = ["spec", ...field];
  const row = KIND_TABLE.find((one) => one.kind === kind);
  const node = row === undefined ? null : schemaAt(shippedSchemas(), row.schema, path);
  if (node === null)
    throw new Error(`docs/ ask for the fields of ${subject}, which is neither a kind nor a field of one`);
  const rows = rowsOf(path.join("."), node);
  return [`### ${subject}`, "", "| field | type | what it is |", "| --- | --- | --- |", ...rows].join("\n");
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

function commands(): string {
  const names = [...reeve("--help").matchAll(/^ {2}(\w+(?: \w+)?) {2,}/gm)].map((match) => match[1] ?? "");
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
    if (isCheck) process.stderr.write(`docs/${name} is not what schemas and commands make: run npm run generate\n`);
    else await writeFile(join(DOCS, name), after);
  }
  process.exitCode = isCheck && stale > 0 ? 1 : 0;
}

await main();
