import { authorize } from "./authorization.ts";
import { canReach, reachOf } from "./connect.ts";
import { authenticate } from "./mesh.ts";
import type { HttpRequest, Pod, Reach, Step } from "./model.ts";
import { mayRefer } from "./references.ts";
import { normalizePath, type RouteMatch, winners } from "./routes.ts";
import { backends } from "./services.ts";
import type { Ternary } from "./ternary.ts";
import type { World } from "./world.ts";

/** A request for a page of the gateway, from outside. */
export interface OutsideRequest extends HttpRequest {
  readonly host: string;
  readonly path: string;
  /** Or for any page below that path: what a policy of the gateway says of single pages then may hold or not. */
  readonly orBelow?: boolean;
}

/** Where a request ends, and by which way; without a pod it ends at the gateway. */
export interface Arrival {
  readonly pod?: Pod;
  readonly route?: RouteMatch;
  readonly reach: Reach;
}

/** Every end that a request may have: one for each route that may win it, and each pod behind that. */
export function requestFromOutside(world: World, raw: OutsideRequest): readonly Arrival[] {
  const request = { ...raw, path: normalizePath(raw.path) };
  const routes = winners(world, request);
  return world.gatewayPods.flatMap((gateway) => {
    const seen = authenticate(world, gateway, request);
    const { path: _path, ...anyPage } = seen.request;
    const page = raw.orBelow === true ? anyPage : seen.request;
    const contact = { peer: OUTSIDE, trustDomain: world.trustDomain, request: page };
    const steps = [...(seen.step === undefined ? [] : [seen.step]), ...authorize(world, gateway, contact)];
    const atGateway = reachOf(steps.map((step) => ({ ...step, words: `at the gateway ${step.words}` })));
    if (routes.length === 0) return [{ reach: reachOf([...atGateway.path, UNROUTED]) }];
    if (atGateway.verdict === "deny") return [{ reach: atGateway }];
    const hop = { gateway, request: seen.forwarded === "no" ? bare(request) : request, sure: seen.forwarded };
    return routes.flatMap((route) => behind(world, { ...hop, route, sofar: atGateway.path }));
  });
}

const OUTSIDE = { kind: "address", name: "a browser outside" } as const;

const UNROUTED: Step = { at: "route", passes: "no", words: "no HTTPRoute takes this host and path" };

interface Hop {
  readonly gateway: Pod;
  readonly request: OutsideRequest;
  readonly sure: Ternary;
  readonly route: RouteMatch;
  readonly sofar: readonly Step[];
}

function behind(world: World, hop: Hop): readonly Arrival[] {
  const { route, gateway } = hop;
  const step: Step = {
    at: "route",
    passes: "yes",
    object: route.title,
    rule: route.rule,
    words: `rule ${route.rule} of ${route.title} takes ${route.path}`,
  };
  const ends = endsOf(world, route);
  if (ends.length === 0) {
    const nowhere: Step = { ...step, passes: "no", words: `${step.words}, which leads to no pod` };
    return [{ route, reach: reachOf([...hop.sofar, nowhere]) }];
  }
  return ends.map(({ pod, port }) => {
    // The route may have rewritten path and host: what the workload sees of them is left open.
    const { host: _host, path: _path, ...request } = hop.request;
    const last = canReach(world, { peer: gateway, request }, { peer: pod, protocol: "TCP", port });
    return { pod, route, reach: reachOf([...hop.sofar, step, ...kept(hop), ...last.path]) };
  });
}

/** The pods behind a route, and the port of theirs. */
export function endsOf(world: World, route: RouteMatch): readonly { readonly pod: Pod; readonly port: number }[] {
  return route.backends
    .filter((backend) => mayRefer(world, route, backend))
    .flatMap((backend) => {
      const service = world.services.get(backend.namespace)?.find(({ name }) => name === backend.name);
      return service === undefined ? [] : backends(world, service, backend.port);
    });
}

/** A token that the gateway may take out of the request before it gets to the workload. */
function kept({ sure, request }: Hop): readonly Step[] {
  if (sure !== "maybe" || request.token === undefined) return [];
  return [{ at: "token", passes: "maybe", words: "at the gateway the token may be taken out of its cookie" }];
}

function bare({ token: _token, ...request }: OutsideRequest): OutsideRequest {
  return request;
}
