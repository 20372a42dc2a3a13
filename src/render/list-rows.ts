import type { Plan } from "../plan/plan.ts";
import type { Json } from "../support/json.ts";
import { type Position } from "../support/position.ts";

/** One declared resource and how it stands; `schemas/list.schema.json`. */
export interface ListRow {
  readonly address: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  /** The action a plan would take now, or null. */
  readonly pending: string | null;
  readonly source: Position;
  readonly details: Readonly<Record<string, Json>>;
}

/** What the list is made of: the declared resources and how their providers say they stand. */
export interface Declared {
  readonly resources: readonly {
    readonly address: `${string}/${string}`;
    readonly kind: string;
    readonly name: string;
    readonly source: Position;
  }[];
  readonly standings: readonly {
    readonly address: string;
    readonly state: string;
    readonly details: ListRow["details"];
  }[];
}

export function listRows(
  plan: Plan,
  { resources, standings }: Declared,
  selects: ((address: `${string}/${string}`) => boolean) | undefined,
): readonly ListRow[] {
  const byAddress = new Map(standings.map((standing) => [standing.address, standing]));
  const pending = new Map(
    plan.changes.map((change) => [change.address as string, change.blocked === undefined ? change.action : "held"]),
  );
  return resources
    .filter(({ address }) => selects === undefined || selects(address))
    .map(({ address, kind, name, source }) => ({
      address,
      kind,
      name,
      state: byAddress.get(address)?.state ?? "Unknown",
      pending: pending.get(address) ?? null,
      source,
      details: byAddress.get(address)?.details ?? {},
    }));
}
