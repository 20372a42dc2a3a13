import { KIND_TABLE } from "../generated/kind-table.ts";
import * as validators from "../generated/validators.js";
import { suggest } from "../support/did-you-mean.ts";
import type { Json } from "../support/json.ts";
import type { Position } from "../support/position.ts";
import { showText } from "./hostile-text.ts";
import { addressOf, type Resource } from "./resource.ts";
import { explainErrors, type SchemaFinding } from "./schema-errors.ts";
import type { SchemaSet } from "./schema-tree.ts";

/** A document as far as it can be understood, and what is wrong with it. */
export interface CheckedDocument {
  /** Null where kind or name cannot be read. Not to be trusted beyond that when there are findings. */
  readonly resource: Resource | null;
  readonly findings: readonly SchemaFinding[];
}

export interface DocumentPlace {
  readonly source: Position;
  readonly documentIndex: number;
}

type Kind = (typeof KIND_TABLE)[number]["kind"];

const VALIDATORS: Readonly<Record<Kind, validators.Validator>> = validators;
const KINDS = KIND_TABLE.map((row) => row.kind);

/** Checks one document against the schema of its kind and fills in the schema's defaults, in place. */
export function checkDocument(value: Json, place: DocumentPlace, schemas: () => SchemaSet): CheckedDocument {
  if (!isRecord(value)) {
    return reject({
      code: "not-a-mapping",
      message: "a document must be a mapping that begins with apiVersion, kind, metadata and spec",
      hint: "start with `apiVersion: reeve.dev/v1`",
      path: [],
    });
  }
  const kind = value["kind"];
  const row = KIND_TABLE.find((one) => one.kind === kind);
  if (row === undefined) return reject(kindFinding(kind));
  const validate = VALIDATORS[row.kind];
  const isValid = validate(value);
  const errors = isValid ? [] : (validate.errors ?? []);
  const findings =
    errors.length === 0 ? [] : explainErrors(errors, { document: value, file: row.schema, schemas: schemas() });
  return { resource: resourceOf(row.kind, value, place), findings };
}

function reject(finding: SchemaFinding): CheckedDocument {
  return { resource: null, findings: [finding] };
}

function kindFinding(kind: unknown): SchemaFinding {
  if (kind === undefined) {
    return {
      code: "missing-kind",
      message: "the document has no kind",
      hint: `add \`kind:\` with one of: ${KINDS.join(", ")}`,
      path: [],
      atKey: true,
    };
  }
  const shown = typeof kind === "string" ? `"${showText(kind)}"` : "the value";
  return {
    code: "unknown-kind",
    message: `kind: ${shown} is not a kind that Reeve knows`,
    hint: suggest(typeof kind === "string" ? kind.slice(0, 80) : "", KINDS),
    path: ["kind"],
  };
}

function resourceOf(kind: string, value: Readonly<Record<string, unknown>>, place: DocumentPlace): Resource | null {
  const metadata = value["metadata"];
  if (!isRecord(metadata)) return null;
  const name = metadata["name"];
  if (typeof name !== "string") return null;
  const { labels, annotations } = metadata;
  return {
    address: addressOf(kind, name),
    kind,
    name,
    labels: isRecord(labels) ? (labels as Record<string, string>) : {},
    annotations: isRecord(annotations) ? (annotations as Record<string, string>) : {},
    spec: value["spec"],
    ...place,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
