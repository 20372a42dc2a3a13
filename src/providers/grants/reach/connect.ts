import { authorize } from "./authorization.ts";
import { authenticate, hasIdentity, mutualTls } from "./mesh.ts";
import type { Caller, HttpRequest, Pod, Reach, Step, Target } from "./model.ts";
import { enters, leaves } from "./network.ts";
import { declaredProtocol } from "./services.ts";
import { and, both, type Ternary } from "./ternary.ts";
import type { World } from "./world.ts";

/** Whether a caller gets to a target by going straight there: the networks' policies first, then the proxy's. */
export function canReach(world: World, caller: Caller, target: Target): Reach {
  const exit = leaves(world, caller.peer, target);
  return exit.passes === "no" ? reachOf([exit]) : reachOf([exit, ...canEnter(world, caller, target).path]);
}

/** The target's side of it alone: what the caller's own namespace lets out is not counted. */
export function canEnter(world: World, caller: Caller, target: Target): Reach {
  const entry = enters(world, caller.peer, target);
  if (entry.passes === "no" || target.peer.kind !== "pod") return reachOf([entry]);
  return reachOf([entry, ...proxySteps(world, caller, { ...target, peer: target.peer })]);
}

/** A target that is a pod. */
export type AtPod = Target & { readonly peer: Pod };

/** What Istio's proxy before the target says of it, whatever the network lets through. */
export function canPassProxy(world: World, caller: Caller, target: AtPod): Reach {
  return reachOf(proxySteps(world, caller, target));
}

function proxySteps(world: World, caller: Caller, target: AtPod): readonly Step[] {
  const { peer: pod, port, protocol } = target;
  const bypassed = port === undefined ? pod.uncaptured.length > 0 : pod.uncaptured.includes(port);
  if (!pod.sidecar || bypassed || protocol !== "TCP") {
    return [{ at: "authorization", passes: "yes", words: `${whyUnasked(target, bypassed)}: nothing more is asked` }];
  }
  const mtls = mutualTls(world, caller, target);
  if (mtls.passes === "no") return [mtls];
  const { request, ...raw } = caller;
  if (request === undefined) return [mtls, ...decide(world, raw, target)];
  switch (declaredProtocol(world, pod, port)) {
    case "http":
      return [mtls, ...asHttp(world, { ...caller, request }, target)];
    case "tcp":
      return [mtls, ...decide(world, raw, target)];
    case "undeclared":
      return [mtls, ...eitherWay(asHttp(world, { ...caller, request }, target), decide(world, raw, target))];
  }
}

function whyUnasked({ peer, protocol }: AtPod, bypassed: boolean): string {
  if (!peer.sidecar) return "no proxy of Istio stands before it";
  return bypassed ? "Istio's proxy is told to leave this traffic alone" : `Istio's proxy leaves ${protocol} alone`;
}

function asHttp(world: World, caller: Caller & { readonly request: HttpRequest }, target: AtPod): readonly Step[] {
  const seen = authenticate(world, target.peer, caller.request);
  const steps = seen.step === undefined ? [] : [seen.step];
  return [...steps, ...decide(world, { ...caller, request: seen.request }, target)];
}

function decide(world: World, caller: Caller, target: AtPod): readonly Step[] {
  const { peer, request } = caller;
  return authorize(world, target.peer, {
    peer,
    trustDomain: world.trustDomain,
    ...(hasIdentity(caller) ? { identity: caller.peer } : {}),
    ...(target.port === undefined ? {} : { port: target.port }),
    ...(request === undefined ? {} : { request }),
  });
}

/** Undeclared, a port's protocol is guessed from its first bytes: what holds only for one of them is not sure. */
function eitherWay(http: readonly Step[], raw: readonly Step[]): readonly Step[] {
  const passes = both(passesAll(http), passesAll(raw));
  if (passes === passesAll(http)) return http;
  const words = "its service does not declare HTTP, so it may be taken for raw TCP";
  return [...http.filter((step) => step.passes !== "no"), { at: "authorization", passes, words }];
}

function passesAll(steps: readonly Step[]): Ternary {
  return and(...steps.map(({ passes }) => passes));
}

function verdictOf(steps: readonly Step[]): Reach["verdict"] {
  const passes = passesAll(steps);
  if (passes === "maybe") return "depends";
  return passes === "yes" ? "allow" : "deny";
}

/** Steps as an answer, up to and with the first that denies. */
export function reachOf(steps: readonly Step[]): Reach {
  const denial = steps.findIndex(({ passes }) => passes === "no");
  return { verdict: verdictOf(steps), path: denial < 0 ? steps : steps.slice(0, denial + 1) };
}
