import type { KubeObject } from "../kube-object.ts";
import { holdsAt } from "./authorization.ts";
import { readScope, type Scope } from "./authorization-policy.ts";
import { fields, items, text, texts } from "./fields.ts";
import type { Caller, HttpRequest, Pod, Step, Target, Token } from "./model.ts";
import { or, type Ternary, when } from "./ternary.ts";
import type { World } from "./world.ts";

export interface PeerAuthentication extends Scope {
  readonly title: string;
  readonly mode: string;
  readonly ports: Readonly<Record<string, string>>;
}

export function readPeerAuthentication(object: KubeObject): PeerAuthentication {
  const spec = fields(object.spec);
  const scope = readScope(object);
  return {
    ...scope,
    title: `PeerAuthentication ${scope.namespace}/${object.metadata.name}`,
    mode: text(fields(spec.mtls).mode) ?? "UNSET",
    ports: Object.fromEntries(
      Object.entries(fields(spec.portLevelMtls)).map(([port, mtls]) => [port, text(fields(mtls).mode) ?? "UNSET"]),
    ),
  };
}

interface JwtRule {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Where the keys are published; for inline keys the keys themselves, without either the issuer's own discovery. */
  readonly keys: string;
  readonly headers: readonly string[];
  readonly cookies: readonly string[];
  readonly forwards: boolean;
}

export interface RequestAuthentication extends Scope {
  readonly title: string;
  readonly rules: readonly JwtRule[];
}

export function readRequestAuthentication(object: KubeObject): RequestAuthentication {
  const scope = readScope(object);
  return {
    ...scope,
    title: `RequestAuthentication ${scope.namespace}/${object.metadata.name}`,
    rules: items(fields(object.spec).jwtRules).map(readJwtRule),
  };
}

function readJwtRule(value: unknown): JwtRule {
  const rule = fields(value);
  const issuer = text(rule.issuer) ?? "";
  const headers = items(rule.fromHeaders).map((header) => (text(fields(header).name) ?? "").toLowerCase());
  const cookies = texts(rule.fromCookies);
  const byDefault = headers.length + cookies.length + texts(rule.fromParams).length === 0;
  return {
    issuer,
    audiences: texts(rule.audiences),
    keys: text(rule.jwksUri) ?? text(rule.jwks) ?? issuer,
    headers: byDefault ? ["authorization"] : headers,
    cookies,
    forwards: rule.forwardOriginalToken === true,
  };
}

/** Whether plaintext is refused. The nearest policy counts: a workload's port, the workload, its namespace, the mesh. */
export function mutualTls(world: World, caller: Caller, target: Target & { readonly peer: Pod }): Step {
  const pod = target.peer;
  if (hasIdentity(caller)) return { at: "mtls", passes: "yes", words: "it shows an identity of the mesh" };
  const { mode, title } = modeAt(world, pod, target.port);
  const words = `${title ?? "the default of the mesh"} ${mode === "STRICT" ? "refuses" : "takes"} plaintext`;
  return { at: "mtls", passes: when(mode !== "STRICT"), ...(title === undefined ? {} : { object: title }), words };
}

export function hasIdentity(caller: Caller): caller is Caller & { readonly peer: Pod } {
  return caller.peer.kind === "pod" && caller.peer.sidecar && caller.plaintext !== true;
}

interface Mode {
  readonly mode: string;
  readonly title?: string;
}

/** With two policies of one reach the older counts; here the weaker, since which is older may change. */
function modeAt(world: World, pod: Pod, port: number | undefined): Mode {
  const inOrder = [pod.namespace, world.rootNamespace].flatMap((namespace) => {
    const policies = world.peerAuthentications.get(namespace) ?? [];
    const selecting = namespace === pod.namespace ? policies.filter(({ selector }) => selector.length > 0) : [];
    const held = selecting.filter((policy) => holdsAt(world, policy, pod) !== "no");
    const wide = policies.filter(({ selector }) => selector.length === 0);
    return [held.flatMap((policy) => portModes(policy, port)), held, wide];
  });
  for (const level of inOrder) {
    const set = level.filter(({ mode }) => mode !== "UNSET");
    const weakest = set.find(({ mode }) => mode !== "STRICT") ?? set[0];
    if (weakest !== undefined) return { mode: weakest.mode, title: weakest.title };
  }
  return { mode: "PERMISSIVE" };
}

function portModes(policy: PeerAuthentication, port: number | undefined): readonly Required<Mode>[] {
  const entries = Object.entries(policy.ports).filter(([number]) => port === undefined || Number(number) === port);
  // Any port may be meant: one that is stricter than the rest does not protect the rest.
  const counted = port === undefined ? entries.filter(([, mode]) => mode !== "STRICT") : entries;
  return counted.map(([, mode]) => ({ mode, title: policy.title }));
}

export interface Authenticated {
  readonly step?: Step;
  /** The request as the next in line sees it; its token gone where nothing has accepted it. */
  readonly request: HttpRequest;
  /** Whether the token reaches the workload behind. */
  readonly forwarded: Ternary;
}

/** A request without a token passes; one with a token that no rule accepts does not. */
export function authenticate(world: World, pod: Pod, request: HttpRequest): Authenticated {
  const { token, ...bare } = request;
  if (token === undefined) return { request: bare, forwarded: "no" };
  const policies = authenticationsAt(world, pod);
  const reading = policies.flatMap(({ rules }) => rules).filter((rule) => reads(rule, token));
  if (reading.length === 0) return { request: bare, forwarded: "yes" };
  const accepting = reading.filter((rule) => accepts(rule, token));
  const titles = policies.map(({ title }) => title).join(", ");
  const passes = when(accepting.length > 0);
  const step: Step = {
    at: "token",
    passes,
    object: titles,
    words: `${titles} ${passes === "yes" ? "accepts" : "refuses"} the token`,
  };
  const kept = or(...accepting.map(({ forwards }) => when(forwards)));
  // Whether a token is taken out of a cookie is not documented: either way.
  return {
    step,
    request: passes === "yes" ? request : bare,
    forwarded: "cookie" in token.place ? or(kept, "maybe") : kept,
  };
}

export function authenticationsAt(world: World, pod: Pod): readonly RequestAuthentication[] {
  const near = new Set([pod.namespace, world.rootNamespace]);
  return [...near]
    .flatMap((namespace) => world.requestAuthentications.get(namespace) ?? [])
    .filter((policy) => holdsAt(world, policy, pod) !== "no");
}

function reads(rule: JwtRule, { place }: Token): boolean {
  return "cookie" in place ? rule.cookies.includes(place.cookie) : rule.headers.includes(place.header.toLowerCase());
}

function accepts(rule: JwtRule, token: Token): boolean {
  const meant = rule.audiences.length === 0 || token.audiences.some((audience) => rule.audiences.includes(audience));
  return meant && token.expired !== true && rule.issuer === token.issuer && rule.keys === token.keys;
}
