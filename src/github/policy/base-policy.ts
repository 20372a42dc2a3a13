/** The policy that a pull request is judged by. Pure. */
import type { LoadedEstate } from "../../estate/load-estate.ts";
import type { Policy } from "../../generated/documents.ts";

/**
 * Of the commit that the pull request is merged into: the base branch's tip, and at an apply the merge's first parent. Not
 * of its own commits, nor of the base that GitHub recorded for it, which may be older than a policy that is stricter.
 */
export type BasePolicy =
  | { readonly status: "declared"; readonly policy: Policy }
  | { readonly status: "none" }
  /** There is a state directory and its Estate document cannot be read: that must not count as none. */
  | { readonly status: "unreadable" };

const NOTHING_THERE: ReadonlySet<string> = new Set(["missing-estate", "unreadable-folder"]);

export function basePolicy(base: Pick<LoadedEstate, "checkable" | "diagnostics" | "counts">): BasePolicy {
  const { document, settings } = base.checkable;
  if (document !== undefined) {
    return settings.policy === undefined ? { status: "none" } : { status: "declared", policy: settings.policy };
  }
  const isEmpty = Object.keys(base.counts).length === 0 && base.diagnostics.every((one) => NOTHING_THERE.has(one.code));
  return { status: isEmpty ? "none" : "unreadable" };
}
