/** `reeve explain`: the schemas' own documentation. Pure. */
import { suggest } from "../support/did-you-mean.ts";
import { factsOf, requiredOf, summaryOf, typeOf } from "./explain-words.ts";
import { showText } from "./hostile-text.ts";
import { asText, fieldsOf, itemsOf, membersOf, type SchemaNode, type SchemaSet, schemaRoot } from "./schema-tree.ts";

/** A page of text, or why there is none and what to do. */
export type Explanation =
  | { readonly found: true; readonly text: string }
  | { readonly found: false; readonly message: string; readonly hint: string };

const WIDTH = 100;

/** `Kind`, `Kind.spec.field` or nothing: all kinds. Unique beginnings of names will do; list items are passed through. */
export function explain(schemas: SchemaSet, query: string | null): Explanation {
  const kinds = kindsOf(schemas);
  if (query === null || query.trim() === "") return { found: true, text: kindList(kinds) };
  const [first = "", ...parts] = query
    .trim()
    .replaceAll(/\[\w*\]/g, "")
    .split(".");
  const kind = pick(first, [...kinds.keys()]);
  const root = kind === null ? undefined : kinds.get(kind);
  if (kind === null || root === undefined) {
    return {
      found: false,
      message: `there is no kind "${showText(first)}"`,
      hint: suggestName(first, [...kinds.keys()]),
    };
  }
  const trail = follow(schemas, { path: [kind], node: root, isRequired: true }, parts);
  if ("unknown" in trail) return unknownField(trail.unknown, trail.known, trail.path);
  const asked = [first, ...parts].join(".");
  const name = trail.path.join(".");
  const note = asked === name ? "" : `(${showText(asked)} stands for ${name})\n\n`;
  return { found: true, text: `${note}${page(schemas, trail)}` };
}

function kindsOf(schemas: SchemaSet): ReadonlyMap<string, SchemaNode> {
  const rows = [...schemas].flatMap(([file, body]) => {
    const kind = asText(body["x-reeve-kind"]);
    return kind === null ? [] : [[kind, schemaRoot(schemas, file)] as const];
  });
  return new Map(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The name itself, else the only one that begins so, whatever its case; else null. */
function pick(word: string, names: readonly string[]): string | null {
  if (names.includes(word)) return word;
  const lower = word.toLowerCase();
  const same = names.find((name) => name.toLowerCase() === lower);
  if (same !== undefined) return same;
  const begun = word === "" ? [] : names.filter((name) => name.toLowerCase().startsWith(lower));
  return begun.length === 1 ? (begun[0] ?? null) : null;
}

/** All names that begin with the word where there are several, else the nearest one. */
function suggestName(word: string, names: readonly string[]): string {
  const begun = word === "" ? [] : names.filter((name) => name.toLowerCase().startsWith(word.toLowerCase()));
  return begun.length > 1 ? `do you mean ${begun.join(" or ")}?` : suggest(word.slice(0, 80), names);
}

interface Trail {
  readonly path: readonly string[];
  readonly node: SchemaNode;
  readonly isRequired: boolean;
}

interface LostTrail {
  readonly unknown: string;
  readonly known: readonly string[];
  readonly path: readonly string[];
}

function follow(schemas: SchemaSet, start: Trail, parts: readonly string[]): Trail | LostTrail {
  let trail = start;
  for (const part of parts) {
    const inside = throughLists(schemas, trail.node);
    const fields = fieldsOf(schemas, inside);
    const name = pick(part, [...fields.keys()]);
    const node = name === null ? membersOf(schemas, inside) : fields.get(name);
    if (node === null || node === undefined) return { unknown: part, known: [...fields.keys()], path: trail.path };
    trail = {
      path: [...trail.path, name ?? showText(part)],
      node,
      isRequired: name !== null && requiredOf(inside).has(name),
    };
  }
  return trail;
}

/** What a list holds; a field that is a list or a mapping stays what it is. */
function throughLists(schemas: SchemaSet, node: SchemaNode): SchemaNode {
  const items = fieldsOf(schemas, node).size > 0 ? null : itemsOf(schemas, node);
  return items === null ? node : throughLists(schemas, items);
}

function unknownField(name: string, known: readonly string[], path: readonly string[]): Explanation {
  const where = path.join(".");
  const hint = known.length === 0 ? `${where} has no fields` : suggestName(name, known);
  return { found: false, message: `${where} has no field "${showText(name)}"`, hint };
}

function kindList(kinds: ReadonlyMap<string, SchemaNode>): string {
  const rows = [...kinds].map(([kind, node]) => [kind, summaryOf(node)]);
  return `KINDS\n${table(rows)}\nAsk for one, or for a field: reeve explain ${[...kinds.keys()].at(-1) ?? "Kind"}.spec\n`;
}

function page(schemas: SchemaSet, { path, node, isRequired }: Trail): string {
  const inside = throughLists(schemas, node);
  const required = requiredOf(inside);
  const fields = [...fieldsOf(schemas, inside)].map(([name, field]) => {
    return [required.has(name) ? `${name} *` : name, typeOf(schemas, field), summaryOf(field)];
  });
  const description = asText(node.body["description"]) ?? "";
  const facts = table(factsOf(schemas, node, isRequired));
  const list = fields.length === 0 ? "" : `\nFIELDS (* required)\n${table(fields)}`;
  return `${path.join(".")}\n\n${wrap(description, WIDTH - 2)
    .map((line) => `  ${line}\n`)
    .join("")}\n${facts}${list}`;
}

/** Columns aligned; the last one is wrapped under itself. */
function table(rows: readonly (readonly string[])[]): string {
  const last = Math.max(...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: last }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const indent = 2 + widths.reduce((sum, width) => sum + width + 3, 0);
  return rows
    .map((row) => {
      const head = widths.map((width, column) => `${(row[column] ?? "").padEnd(width)}   `).join("");
      const lines = wrap(row[last] ?? "", Math.max(30, WIDTH - indent));
      return `  ${head}${lines.join(`\n${" ".repeat(indent)}`)}`.trimEnd();
    })
    .join("\n")
    .concat("\n");
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
