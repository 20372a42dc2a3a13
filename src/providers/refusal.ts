import type { Finding, Path, Resource } from "../estate/resource.ts";

/** What a rule says of one value: what is wrong, and what to do. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A value of a document. */
export interface Place {
  readonly resource: Resource;
  readonly path: Path;
  /** Point at the key rather than the value. */
  readonly atKey?: true;
}

export function refuse(place: Place, refusal: Refusal): Finding {
  return { severity: "error", ...refusal, ...place };
}

export function warn(place: Place, refusal: Refusal): Finding {
  return { severity: "warning", ...refusal, ...place };
}

/** The refusal that a rule found, as a finding in a list of none or one. */
export function refuseIf(place: Place, refusal: Refusal | null): readonly Finding[] {
  return refusal === null ? [] : [refuse(place, refusal)];
}
