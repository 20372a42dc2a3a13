import type { Change } from "./change.ts";
import type { Blocker } from "./plan.ts";

/** What of a kind one plan destroys. */
export interface Destruction {
  readonly kind: string;
  /** Deletes and replaces, blocked ones left out. */
  readonly count: number;
  /** Live resources of the kind that are ours. */
  readonly of: number;
  /** The kind whose resources have these parts; null for a kind of its own. */
  readonly partOf: string | null;
}

/** What the valve counts. Prunes have a bound of their own, in their hub's document. */
export function isDestroyed({ action, losses }: Pick<Change, "action" | "losses">): boolean {
  return action === "delete" || action === "replace" || losses !== undefined;
}

/** How much of what the changes destroy; what is blocked destroys nothing. */
export function countDestroyed(changes: readonly Change[]): readonly Omit<Destruction, "of">[] {
  const all = changes
    .filter(({ blocked }) => blocked === undefined)
    .flatMap(({ action, kind, losses }): readonly Omit<Destruction, "of">[] => [
      ...(isDestroyed({ action }) ? [{ kind, count: 1, partOf: null }] : []),
      ...(losses === undefined ? [] : [{ kind: losses.of, count: losses.count, partOf: kind }]),
    ]);
  return [...Map.groupBy(all, ({ kind }) => kind).values()].map((some) =>
    some.reduce((sum, one) => ({ ...sum, count: sum.count + one.count })),
  );
}

export interface ValveLimits {
  readonly percent: number;
  readonly atLeast: number;
}

/**
 * The mass-change valve (law 9): more than `percent` of a kind and at least `atLeast` of it. An acknowledgement that
 * names this very plan's digest opens it.
 */
export function massChangeBlockers(
  destruction: readonly Destruction[],
  limits: ValveLimits,
  plan: { readonly digest: string; readonly acknowledged: ReadonlySet<string> },
): readonly Blocker[] {
  if (plan.acknowledged.has(plan.digest)) return [];
  const many = destruction.filter(({ count, of }) => count >= limits.atLeast && count * 100 > limits.percent * of);
  const kinds = new Set(many.map(({ kind }) => kind));
  // What stops the wholes has said enough of their parts.
  return many
    .filter(({ partOf }) => partOf === null || !kinds.has(partOf))
    .map(({ kind, count, of }) => ({
      code: "mass-change" as const,
      message: `${count} of ${of} ${kind} would be deleted or replaced: more than ${limits.percent} % (spec.safety.maxDeletes)`,
      next: `if this is meant, commit an Acknowledgement with spec.plan: ${plan.digest}`,
    }));
}
