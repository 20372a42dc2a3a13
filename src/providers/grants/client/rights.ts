/** What somebody has to be allowed, in the words of the cluster's own rules. Pure. */
import { verdictOf } from "./classify.ts";
import { groupOf, type ServedKind } from "./served-kinds.ts";
import { ClusterTrouble } from "./trouble.ts";

/** `{apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["list"]}`, as a ClusterRole has it. */
export function ruleFor(kind: ServedKind, verbs: readonly string[]): string {
  return `{apiGroups: ["${groupOf(kind.apiVersion)}"], resources: ["${kind.plural}"], verbs: [${verbs.map((verb) => `"${verb}"`).join(", ")}]}`;
}

/** Lists that were all refused, as one trouble that says what to allow. */
export function deniedReads(
  denied: readonly { readonly kind: ServedKind; readonly trouble: ClusterTrouble }[],
): ClusterTrouble {
  const sorted = denied.toSorted((a, b) => (ruleFor(a.kind, []) < ruleFor(b.kind, []) ? -1 : 1));
  const message = sorted.map(({ trouble }) => trouble.verdict.message).join("; ");
  const rules = sorted.map(({ kind }) => ruleFor(kind, ["get", "list"])).join(", ");
  const next = `let a ClusterRole of Reeve's user have these rules, then run again: ${rules}`;
  return new ClusterTrouble("list", { ...verdictOf("denied", message), next });
}
