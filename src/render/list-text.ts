import type { Json } from "../support/json.ts";
import { describePosition } from "../support/position.ts";
import { escapeText } from "./escape.ts";
import type { ListRow } from "./list-rows.ts";
import type { Paint } from "./paint.ts";

/** A table a kind: name, state, what is pending; `--wide` adds what the provider knows and where it is declared. */
export function renderListText(
  rows: readonly ListRow[],
  options: { readonly isWide: boolean; readonly paint: Paint },
): string {
  const kinds = [...Map.groupBy(rows, (row) => row.kind)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const tables = kinds.map(([kind, group]) => [options.paint.bold(kind), ...table(group, options.isWide)].join("\n"));
  return tables.length === 0 ? "nothing is declared\n" : `${tables.join("\n\n")}\n`;
}

function table(rows: readonly ListRow[], isWide: boolean): readonly string[] {
  const keys = isWide ? [...new Set(rows.flatMap((row) => Object.keys(row.details)))] : ["addresses", "pools"];
  const shown = keys.filter((key) => rows.some((row) => hasText(row.details[key])));
  const head = [
    "NAME",
    "STATE",
    "PENDING",
    ...shown.map((key) => key.toUpperCase()),
    ...(isWide ? ["DECLARED AT"] : []),
  ];
  const body = rows.map((row) => [
    row.name,
    row.state,
    row.pending ?? "-",
    ...shown.map((key) => cell(row.details[key])),
    ...(isWide ? [describePosition(row.source)] : []),
  ]);
  return align([head, ...body].map((line) => line.map(escapeText)));
}

function hasText(value: Json | undefined): boolean {
  return value !== undefined && value !== null && cell(value) !== "";
}

function cell(value: Json | undefined): string {
  if (value === undefined || value === null) return "-";
  if (Array.isArray(value)) return value.map((one: Json) => cell(one)).join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${key} ${cell(one)}`)
    .join(" ");
}

function align(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) =>
    lines.reduce((most, line) => Math.max(most, line[column]?.length ?? 0), 0),
  );
  return lines.map((line) => `  ${line.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}
