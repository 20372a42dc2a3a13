import type { Change } from "./change.ts";
import type { Blocker } from "./plan.ts";

/** What of a kind one plan destroys. */
export interface Destruction {
  readonly kind: string;
  /** Deletes and replaces, blocked ones left out. */
  readonly count: number;
  /** Live resources of the kind that are ours. */
  readonly of: number;
}

/** What the valve counts. Prunes have a bound of their own, in their hub's document. */
export function isDestroyed({ action, losses }: Pick<Change, "action" | "losses">): boolean {
  return action === "delete" || action === "replace" || losses !== undefined;
}

/** How much of what the changes destroy; what is blocked destroys nothing. */
export function countDestroyed(changes: readonly Change[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (kind: string, count: number): unknown => counts.set(kind, (counts.get(kind) ?? 0) + count);
  for (const { action, kind, losses, blocked } of changes) {
    if (blocked !== undefined) continue;
    if (isDestroyed({ action })) add(kind, 1);
    if (losses !== undefined) add(losses.of, losses.count);
  }
  return counts;
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
  return destruction
    .filter(({ count, of }) => count >= limits.atLeast && count * 100 > limits.percent * of)
    .map(({ kind, count, of }) => ({
      code: "mass-change" as const,
      message: `${count} of ${of} ${kind} would be deleted or replaced: more than ${limits.percent} % (spec.safety.maxDeletes)`,
      next: `if this is meant, commit an Acknowledgement with spec.plan: ${plan.digest}`,
    }));
}
