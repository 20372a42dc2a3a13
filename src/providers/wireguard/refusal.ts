import type { Finding, Path, Resource } from "../../estate/resource.ts";

/** What a rule says of one value. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** An error at a value of a document. */
export function refuse(resource: Resource, path: Path, refusal: Refusal): Finding {
  return { severity: "error", ...refusal, resource, path };
}

/** The refusal that a check of one text found, as a finding in a list of none or one. */
export function refuseIf(resource: Resource, path: Path, refusal: Refusal | null): readonly Finding[] {
  return refusal === null ? [] : [refuse(resource, path, refusal)];
}
