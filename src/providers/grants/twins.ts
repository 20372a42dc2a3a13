/** Two documents of one cluster, each by a way of its own: neither may take the other's objects for what nobody wants. Pure. */
import type { Finding } from "../../estate/resource.ts";
import type { ReadCluster } from "./compare-objects.ts";
import { serverMark } from "./live.ts";

/** An error for each document but the first of a server, which stops the whole apply. */
export function twinFindings(read: readonly ReadCluster[]): readonly Finding[] {
  const groups = Map.groupBy(read, ({ view }) => serverOf(view));
  return [...groups].flatMap(([server, [first, ...others]]) =>
    server === "" || first === undefined ? [] : others.map(({ cluster }) => twinFinding(cluster, first.cluster)),
  );
}

/** Each cluster makes this namespace itself, once. Empty where namespaces may not be read. */
function serverOf({ surroundings: { objects } }: ReadCluster["view"]): string {
  const system = objects.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === "kube-system");
  return system === undefined ? "" : serverMark(system, "uid");
}

function twinFinding(resource: ReadCluster["cluster"], first: ReadCluster["cluster"]): Finding {
  const message = `${first.address} leads to the same cluster`;
  const hint = "declare a cluster once, and name it in every grant";
  return { severity: "error", code: "cluster-twice", message, hint, resource, path: ["spec"] };
}
