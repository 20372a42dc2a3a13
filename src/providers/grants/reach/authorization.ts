import { type Contact, conditionMatches, FIELDS, needsHttp } from "./attributes.ts";
import type { AuthorizationPolicy, AuthorizationRule, Fields, Scope } from "./authorization-policy.ts";
import { matchesLabels } from "./labels.ts";
import type { Pod, Step } from "./model.ts";
import { and, not, or, type Ternary, when } from "./ternary.ts";
import type { World } from "./world.ts";

interface Hit {
  readonly policy: AuthorizationPolicy;
  readonly rule: number;
  readonly matches: Ternary;
}

/** Whether a policy holds at a pod: in its own namespace or the root one, by labels or by the Gateway it serves. */
export function holdsAt(world: World, scope: Scope, pod: Pod): Ternary {
  if (scope.namespace !== pod.namespace && scope.namespace !== world.rootNamespace) return "no";
  if (scope.gateways === undefined) return matchesLabels(scope.selector, pod.labels);
  return when(pod.gateway !== undefined && scope.gateways.includes(pod.gateway));
}

/** CUSTOM, then DENY, then ALLOW, as Istio's proxy before `pod` decides. */
export function authorize(world: World, pod: Pod, contact: Contact): readonly Step[] {
  const policies = policiesAt(world, pod);
  const asked = hitsOf(policies, "CUSTOM", contact).map(({ policy, rule, matches }) => ({
    ...step(matches === "maybe" ? "maybe" : "yes"),
    passes: "yes" as const,
    object: policy.title,
    rule,
    words: `${policy.title} also asks ${policy.provider ?? "an outside check"}, which can only refuse`,
  }));
  const denied = hitsOf(policies, "DENY", contact);
  const denies = or(...denied.map(({ matches }) => matches));
  if (denies === "yes") return [...asked, denialOf(denied)];
  return [...asked, ...(denies === "maybe" ? [denialOf(denied)] : []), allowanceOf(policies, contact, pod)];
}

/** Whether a CUSTOM policy surely asks this provider about every request to a port. */
export function asksProvider(world: World, pod: Pod, { provider, port }: { provider: string; port: number }): boolean {
  const everything: Contact = { peer: pod, trustDomain: world.trustDomain, port, request: {} };
  return policiesAt(world, pod)
    .filter(({ policy }) => policy.provider === provider)
    .some((held) => hitsOf([held], "CUSTOM", everything).some(({ matches }) => matches === "yes"));
}

interface Held {
  readonly policy: AuthorizationPolicy;
  readonly holds: Ternary;
}

function policiesAt(world: World, pod: Pod): readonly Held[] {
  const near = [pod.namespace, ...(pod.namespace === world.rootNamespace ? [] : [world.rootNamespace])];
  return near
    .flatMap((namespace) => world.authorizationPolicies.get(namespace) ?? [])
    .map((policy) => ({ policy, holds: holdsAt(world, policy, pod) }))
    .filter(({ holds }) => holds !== "no");
}

function hitsOf(policies: readonly Held[], action: string, contact: Contact): readonly Hit[] {
  return policies
    .filter(({ policy }) => policy.action === action)
    .flatMap(({ policy, holds }) =>
      policy.rules.map((rule, index) => ({
        policy,
        rule: index + 1,
        matches: and(holds, ruleMatches(policy, rule, contact)),
      })),
    )
    .filter(({ matches }) => matches !== "no");
}

function denialOf(hits: readonly Hit[]): Step {
  const hit = hits.find(({ matches }) => matches === "yes") ?? hits[0];
  const passes = not(or(...hits.map(({ matches }) => matches)));
  const words = `rule ${hit?.rule} of ${hit?.policy.title} ${passes === "no" ? "denies it" : "may deny it"}`;
  return { ...step(passes), ...(hit === undefined ? {} : { object: hit.policy.title, rule: hit.rule }), words };
}

function allowanceOf(policies: readonly Held[], contact: Contact, pod: Pod): Step {
  const allowing = policies.filter(({ policy }) => policy.action === "ALLOW");
  const hits = hitsOf(policies, "ALLOW", contact);
  const guarded = or(...allowing.map(({ holds }) => holds));
  const passes = or(not(guarded), ...hits.map(({ matches }) => matches));
  const hit = hits.find(({ matches }) => matches === passes) ?? hits[0];
  if (passes !== "no" && hit !== undefined) {
    const words = `rule ${hit.rule} of ${hit.policy.title} ${passes === "yes" ? "allows it" : "may allow it"}`;
    return { ...step(passes), object: hit.policy.title, rule: hit.rule, words };
  }
  if (passes !== "no") return { ...step(passes), words: `no ALLOW policy holds at ${pod.name}: everybody may` };
  const titles = allowing.map(({ policy }) => policy.title).join(", ");
  return { ...step(passes), object: titles, words: `no rule of ${titles} allows it` };
}

function step(passes: Ternary): { readonly at: "authorization"; readonly passes: Ternary } {
  return { at: "authorization", passes };
}

function ruleMatches(policy: AuthorizationPolicy, rule: AuthorizationRule, contact: Contact): Ternary {
  if (contact.request === undefined && policy.action === "ALLOW" && usesHttp(rule)) return "no";
  const matches = (lists: Fields): Ternary => listsMatch(lists, { contact, home: policy.namespace });
  const conditions = rule.when.map((condition) => {
    if (contact.request === undefined && needsHttp(condition.key)) return "yes";
    const at = { contact, home: policy.namespace };
    const wanted = condition.values.length === 0 ? "yes" : conditionMatches(condition.key, condition.values, at);
    const unwanted = condition.notValues.length === 0 ? "no" : conditionMatches(condition.key, condition.notValues, at);
    return and(wanted, not(unwanted));
  });
  return and(
    rule.from.length === 0 ? "yes" : or(...rule.from.map(matches)),
    rule.to.length === 0 ? "yes" : or(...rule.to.map(matches)),
    ...conditions,
  );
}

/** On raw TCP an ALLOW rule with HTTP fields is dropped, while a DENY rule only loses those fields and gets wider. */
function usesHttp(rule: AuthorizationRule): boolean {
  const names = [...rule.from, ...rule.to].flatMap((lists) => Object.keys(lists).map(positive));
  return names.some(needsHttp) || rule.when.some(({ key }) => needsHttp(key));
}

/** The fields of one source or operation: all of them must match. */
function listsMatch(lists: Fields, at: { contact: Contact; home: string }): Ternary {
  const claims = Object.entries(lists).map(([name, values]): Ternary => {
    const field = positive(name);
    if (values.length === 0 || (at.contact.request === undefined && needsHttp(field))) return "yes";
    const matches = FIELDS[field]?.(values, at.contact, at.home) ?? "maybe";
    return field === name ? matches : not(matches);
  });
  return and(...claims);
}

/** `notPrincipals` is about `principals`. */
function positive(name: string): string {
  return name.startsWith("not") ? name.charAt(3).toLowerCase() + name.slice(4) : name;
}
