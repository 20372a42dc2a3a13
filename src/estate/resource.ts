import type { Position } from "../support/position.ts";

/** Kind/name: what people and plans call a resource. */
export type Address = `${string}/${string}`;

/** Where in a document a value sits: keys and list indexes from the document's root. */
export type Path = readonly (string | number)[];

/** One declared document, validated, with defaults filled in. */
export interface Resource<Spec = unknown> {
  readonly address: Address;
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Spec;
  /** Where the document begins (its `kind`). */
  readonly source: Position;
  /** Which document of the file, from 0. */
  readonly documentIndex: number;
}

/** A rule's finding, before its place in the file is looked up (`place-findings.ts`). */
export interface Finding {
  readonly severity: "error" | "held" | "warning" | "notice";
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly resource: Resource;
  /** The value it is about, for example ["spec", "addresses", 0]; [] for the document as a whole. */
  readonly path: Path;
  /** Point at the key rather than the value (unknown fields). */
  readonly atKey?: true;
}

export function addressOf(kind: string, name: string): Address {
  return `${kind}/${name}`;
}

/** Order of resources everywhere: by address, code units. */
export function compareAddresses(a: { readonly address: string }, b: { readonly address: string }): number {
  return a.address < b.address ? -1 : Number(a.address > b.address);
}
