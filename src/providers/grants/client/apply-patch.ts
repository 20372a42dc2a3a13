/** Server-side apply, as it goes over the wire. Pure. */
import type { KubeObject } from "../kube-object.ts";
import type { Question } from "./connection.ts";
import { pathOf, type ServedKind } from "./served-kinds.ts";

export interface ApplyOptions {
  /** Under this name the fields are owned. */
  readonly fieldManager: string;
  /** Takes fields that other managers own. */
  readonly isForced: boolean;
}

/** What the server made of an object. */
export interface Applied {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Unknown fields are refused, never dropped. */
export function applyQuestion(
  kind: ServedKind,
  object: KubeObject,
  { fieldManager, isForced, isDryRun }: ApplyOptions & { readonly isDryRun: boolean },
): Question {
  const query = new URLSearchParams({ fieldManager, fieldValidation: "Strict", force: String(isForced) });
  if (isDryRun) query.set("dryRun", "All");
  return {
    method: "PATCH",
    path: `${pathOf(kind, object.metadata)}?${query.toString()}`,
    headers: { "Content-Type": "application/apply-patch+yaml" },
    // JSON is YAML.
    body: JSON.stringify(object),
  };
}
