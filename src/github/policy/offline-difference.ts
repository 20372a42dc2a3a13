/**
 * The plan for strangers: what documents differ between base and head, field by field. Nothing of the live world is
 * asked, so that it needs no credentials and says nothing of what an apply would do. Pure.
 */
import { KIND_TABLE } from "../../generated/kind-table.ts";
import type { FieldChange } from "../../plan/change.ts";
import { diffFields } from "../../plan/diff-fields.ts";
import type { Json } from "../../support/json.ts";
import type { Position } from "../../support/position.ts";
import { type Sides, type TouchedDocument, touchedDocuments } from "./touched.ts";

export interface DocumentDifference {
  readonly address: string;
  readonly kind: string;
  readonly name: string;
  /** `moved`: the same words in another file. */
  readonly how: "added" | "changed" | "moved" | "removed";
  /** Sorted by path: `labels.…`, `annotations.…`, `spec.…`. */
  readonly fields: readonly FieldChange[];
  /** Where it is at the head; of a removed one, where it was. */
  readonly source: Position | null;
  /** Where it was, if that is another file. */
  readonly movedFrom: string | null;
}

/** What a kind's schema marks as sensitive; `*` stands for every item of a list. */
interface SensitiveRow {
  readonly kind: string;
  readonly sensitive: readonly string[];
}

/** Sorted by address. */
export function offlineDifference(
  sides: Sides,
  table: readonly SensitiveRow[] = KIND_TABLE,
): readonly DocumentDifference[] {
  const sensitive = new Map(table.map((row) => [row.kind, row.sensitive]));
  return touchedDocuments(sides).map((document) => describe(document, sensitive.get(document.kind) ?? []));
}

function describe(document: TouchedDocument, sensitive: readonly string[]): DocumentDifference {
  const { address, kind, name, before, after } = document;
  const fields = diffFields(before?.body ?? {}, after?.body ?? {}).flatMap(leaves);
  const hasMoved = before?.source != null && after?.source != null && before.source.file !== after.source.file;
  return {
    address,
    kind,
    name,
    how: howOf(document, fields),
    fields: fields.map((field) => (isSensitive(field.path, sensitive) ? mask(field) : field)),
    source: after?.source ?? before?.source ?? null,
    movedFrom: hasMoved ? before.source.file : null,
  };
}

function howOf({ before, after }: TouchedDocument, fields: readonly FieldChange[]): DocumentDifference["how"] {
  if (before === null) return "added";
  if (after === null) return "removed";
  return fields.length === 0 ? "moved" : "changed";
}

/** What comes or goes as a whole is told by its fields, so that each is masked, and read, by itself. */
function leaves(field: FieldChange): readonly FieldChange[] {
  const [before, after] = [membersOf(field.before), membersOf(field.after)];
  const isWhole = (field.before === null && after !== null) || (field.after === null && before !== null);
  const inside = isWhole ? diffFields(before ?? {}, after ?? {}, field.path) : [];
  return inside.length > 0 ? inside.flatMap(leaves) : [field];
}

function membersOf(value: Json): { readonly [key: string]: Json } | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : null;
}

/** A list is one value: where anything of it is sensitive, all of it is. */
function isSensitive(path: string, sensitive: readonly string[]): boolean {
  return sensitive
    .map((one) => one.split(".*")[0] ?? one)
    .some(
      (one) => path === one || [".", "["].some((next) => path.startsWith(one + next)) || one.startsWith(`${path}.`),
    );
}

function mask({ path, before, after }: FieldChange): FieldChange {
  const said = (value: Json, when: string): Json => (value === null ? null : `*** (${when})`);
  return { path, before: said(before, "before"), after: said(after, "after"), sensitive: true };
}
