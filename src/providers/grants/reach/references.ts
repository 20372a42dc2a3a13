import type { KubeObject } from "../kube-object.ts";
import { fields, items, text } from "./fields.ts";
import type { Backend, RouteMatch } from "./routes.ts";
import type { World } from "./world.ts";

/** What a namespace lets routes of others lead to in it. */
export interface ReferenceGrant {
  readonly namespace: string;
  /** Namespaces whose HTTPRoutes may. */
  readonly from: readonly string[];
  /** Services by name; null for all of them. */
  readonly to: readonly (string | null)[];
}

export function readReferenceGrant(object: KubeObject): ReferenceGrant {
  const spec = fields(object.spec);
  const from = items(spec.from).map(fields);
  const to = items(spec.to).map(fields);
  return {
    namespace: object.metadata.namespace ?? "default",
    from: from.filter(({ kind }) => kind === "HTTPRoute").map(({ namespace }) => text(namespace) ?? ""),
    to: to.filter(({ kind }) => kind === "Service").map(({ name }) => text(name) ?? null),
  };
}

/** Whether a route may lead to a Service: one of its own namespace, or one that a ReferenceGrant there names. */
export function mayRefer(world: World, route: RouteMatch, { namespace, name }: Backend): boolean {
  if (route.namespace === namespace) return true;
  const grants = world.referenceGrants.get(namespace) ?? [];
  return grants.some(({ from, to }) => from.includes(route.namespace) && to.some((one) => (one ?? name) === name));
}
