/** What is beside desktops and is nobody's whom the documents name. Pure. */
import type { Finding } from "../../estate/resource.ts";
import type { Foreign } from "../../plan/change.ts";
import { kindKey } from "./client/served-kinds.ts";
import { ownersOf } from "./field-owners.ts";
import { INTRUDERS } from "./foreign-kinds.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject } from "./live.ts";
import type { ClusterView } from "./model.ts";
import { byKey } from "./ownership.ts";
import type { ClusterDocument } from "./topology.ts";

/** Others' policies, which add up, and what others run, offer or are allowed where desktops are. */
export function strangersOf({ rendered, live, policies, intruders }: ClusterView): readonly KubeObject[] {
  const all = [...rendered.map(({ object }) => object), ...live.values()];
  const own = new Set(all.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name));
  return [...policies, ...intruders].filter(({ metadata }) => own.has(metadata.namespace ?? "")).toSorted(byKey);
}

export function foreignOf(object: KubeObject, { name }: ClusterDocument): Foreign {
  return { kind: object.kind, what: describeObject(object), suggestedName: null, where: name };
}

const REASONS: ReadonlyMap<string, string> = new Map(INTRUDERS.map((row) => [kindKey(row), row.why]));

/** Each with who wrote it, as the server has it. */
export function strangerFindings(cluster: ClusterDocument, view: ClusterView): readonly Finding[] {
  return strangersOf(view).map((object) => {
    const why = REASONS.get(kindKey(object));
    const makers = [...new Set(ownersOf(object).map(({ manager }) => manager))].toSorted();
    const what = `${describeObject(object)} is not Reeve's (${makers.join(", ")} wrote it)`;
    const code = why === undefined ? "foreign-policy" : "foreign-object";
    const message = why === undefined ? `${what} and may let somebody in` : `${what}: ${why}`;
    const hint = "take it away, or move it out of the desktop's namespace";
    return { severity: "warning", code, message, hint, resource: cluster, path: [] };
  });
}

/** What could not be looked at; the proof says it of policies. */
export function gapFindings(cluster: ClusterDocument, { gaps }: ClusterView): readonly Finding[] {
  return gaps
    .filter(({ kind }) => REASONS.has(kindKey(kind)))
    .map(({ kind, verdict }): Finding => {
      const message = `${kind.plural} of ${cluster.name} are not looked at, so one that somebody put beside a desktop is not seen: ${verdict.message}`;
      return { severity: "warning", code: "cluster-unseen", message, hint: verdict.next, resource: cluster, path: [] };
    });
}
