import type { Estate } from "../../src/estate/estate.ts";
import type { Address, Resource } from "../../src/estate/resource.ts";
import type { Change, ChangeDraft } from "../../src/plan/change.ts";
import { sealChange } from "../../src/plan/seal-change.ts";

/** A declared document with nothing but an address. */
export function resource(address: Address, over: Partial<Resource> = {}): Resource {
  const [kind = "", name = ""] = address.split("/");
  const source = { file: "desired-state/a.yaml", line: 1, column: 1 };
  return { address, kind, name, labels: {}, annotations: {}, spec: {}, source, documentIndex: 0, ...over };
}

export interface EstateLiteral {
  readonly resources?: readonly Resource[];
  readonly references?: Readonly<Record<string, readonly Address[]>>;
  readonly acknowledged?: readonly string[];
  readonly maxDeletes?: { readonly percent: number; readonly atLeast: number };
}

export function estate(literal: EstateLiteral = {}): Estate {
  const resources = literal.resources ?? [];
  return {
    name: "robco",
    settings: { safety: { maxDeletes: literal.maxDeletes ?? { percent: 30, atLeast: 3 } } },
    acknowledged: new Set(literal.acknowledged),
    resources,
    byAddress: new Map(resources.map((one) => [one.address, one])),
    references: new Map(Object.entries(literal.references ?? {}) as [Address, readonly Address[]][]),
  };
}

export function draft(address: Address, over: Partial<ChangeDraft> = {}): ChangeDraft {
  const [kind = "", name = ""] = address.split("/");
  return {
    address,
    kind,
    name,
    action: "update",
    fields: [{ path: "size", before: 1, after: 2 }],
    reason: "the declaration has changed",
    disruption: "none",
    impact: [],
    waitsFor: [],
    source: null,
    basis: null,
    ...over,
  };
}

export function change(
  address: Address,
  over: Partial<ChangeDraft> & { readonly provider?: string; readonly dependsOn?: readonly Address[] } = {},
): Change {
  const { provider = "p", dependsOn = [], ...rest } = over;
  return sealChange(draft(address, rest), provider, dependsOn);
}
