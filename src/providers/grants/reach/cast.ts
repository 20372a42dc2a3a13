import type { AuthorizationPolicy } from "./authorization-policy.ts";
import type { Labels } from "./labels.ts";
import { authenticationsAt } from "./mesh.ts";
import type { HttpRequest, Pod, Token } from "./model.ts";
import type { World } from "./world.ts";

export interface PortRange {
  readonly protocol: "TCP" | "UDP";
  readonly from: number;
  readonly to: number;
}

/** One desktop, whose it is, and what its person may reach from it. */
export interface Workstation {
  readonly person: string;
  /** Why the person may not come in at present, as `suspended`; null while they may. */
  readonly closed: string | null;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
  /** `<issuer>/<subject>` of the person's tokens. */
  readonly requestPrincipal: string;
  readonly host: string;
  readonly path: string;
  /** The person's own, by the labels of their pods. */
  readonly challenges: readonly { readonly labels: Labels["known"]; readonly ports: readonly PortRange[] }[];
  readonly egress: readonly { readonly cidr: string; readonly ports: readonly PortRange[] }[];
}

/** The pods of something that all desktops need. */
export interface SharedService {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
}

/** What a cluster's document says, as far as the proof needs it. */
export interface Infrastructure {
  readonly token: {
    readonly issuer: string;
    readonly audiences: readonly string[];
    readonly keys: string;
    readonly scopes: readonly string[];
    readonly personClaim: string;
    readonly place: Token["place"];
  };
  /** DNS, the mesh's control plane. */
  readonly shared: readonly SharedService[];
  readonly challenges?: { readonly namespaces: readonly string[]; readonly ownerLabel: string };
  readonly apiServers: readonly string[];
  /** The outside check that every request to a desktop must be asked about. */
  readonly sessionCheck?: SessionCheck;
}

interface SessionCheck {
  readonly provider: string;
  /** The providers that the mesh has; null where nobody could look. */
  readonly known: readonly string[] | null;
}

/** A token and how to speak of it. */
export interface Named<Thing> {
  readonly words: string;
  readonly thing: Thing;
}

/** A name that no policy means: whoever is not named anywhere. */
export const STRANGER = "somebody-else";

export function tokenOf(infra: Infrastructure, subject: string, over: Partial<Token> = {}): Token {
  const { issuer, audiences, keys, scopes, personClaim, place } = infra.token;
  const claims = { iss: issuer, sub: subject, [personClaim]: subject, scope: scopes.join(" ") };
  return { issuer, subject, audiences, claims, open: true, keys, place, ...over };
}

export function ownToken(infra: Infrastructure, workstation: Workstation, over: Partial<Token> = {}): Token {
  return tokenOf(infra, workstation.requestPrincipal.slice(infra.token.issuer.length + 1), over);
}

/**
 * The requests that must not get in, by the gateway or with its identity: without a token, with somebody else's (one for
 * each person that a policy names, and one for all whom none names), with the person's own where it falls short, and with
 * one signed by whoever else the workload would believe.
 */
export function wrongRequests(
  world: World,
  infra: Infrastructure,
  at: { workstation: Workstation; pod: Pod },
): readonly Named<HttpRequest>[] {
  const { workstation, pod } = at;
  const own = ownToken(infra, workstation);
  const others = [...personsNamed(world, infra, pod.namespace)].filter((subject) => subject !== own.subject);
  const tokens: readonly Named<Token>[] = [
    ...[STRANGER, ...others].map((subject) => ({
      words: subject === STRANGER ? "anybody else's token" : `${subject}'s token`,
      thing: tokenOf(infra, subject),
    })),
    { words: "an expired token of the person", thing: { ...own, expired: true } },
    { words: "the person's name in another issuer's token", thing: { ...own, issuer: "https://another-issuer" } },
    { words: "the person's token for another audience", thing: { ...own, audiences: ["another-audience"] } },
    ...(infra.token.scopes.length === 0
      ? []
      : [{ words: "the person's token without the scope", thing: { ...own, claims: { ...own.claims, scope: "" } } }]),
    ...forgeries(world, infra, pod),
  ];
  return [{ words: "no token", thing: {} }, ...tokens.map(({ words, thing }) => ({ words, thing: { token: thing } }))];
}

/** Tokens by issuers or keys which the workload accepts and the cluster's document does not name. */
function forgeries(world: World, infra: Infrastructure, pod: Pod): readonly Named<Token>[] {
  const { issuer, keys, place } = infra.token;
  return authenticationsAt(world, pod)
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.issuer !== issuer || rule.keys !== keys)
    .map((rule) => {
      const cookie = rule.cookies[0];
      const header = rule.headers[0];
      const read = cookie === undefined ? (header === undefined ? place : { header }) : { cookie };
      const audiences = rule.audiences;
      return {
        words: `a token signed with the keys of ${rule.keys}`,
        thing: { issuer: rule.issuer, audiences, claims: {}, open: true, keys: rule.keys, place: read },
      };
    });
}

/** Everybody whom a policy at this namespace names, a wildcard standing for one whom it means. */
function personsNamed(world: World, infra: Infrastructure, namespace: string): ReadonlySet<string> {
  const { issuer, personClaim } = infra.token;
  const claims = new Set(["sub", personClaim].map((name) => `request.auth.claims[${name}]`));
  const principals = valuesOf(world, namespace, new Set(["requestPrincipals", "request.auth.principal"]));
  const subjects = principals.flatMap((value) =>
    value.startsWith(`${issuer}/`) ? [value.slice(issuer.length + 1)] : [],
  );
  return new Set([...subjects, ...valuesOf(world, namespace, claims)].filter((value) => value !== "any"));
}

/** Fields and conditions that compare who calls. */
const CALLERS: ReadonlySet<string> = new Set([
  "principals",
  "serviceAccounts",
  "namespaces",
  "source.principal",
  "source.serviceAccount",
  "source.namespace",
]);

/** The namespaces and accounts that a policy at this namespace names, and the values of it that have a wildcard. */
export function identitiesNamed(
  world: World,
  namespace: string,
): { namespaces: readonly string[]; accounts: readonly string[]; patterns: readonly string[] } {
  const patterns = rawValuesOf(world, namespace, CALLERS).filter((value) => value.includes("*"));
  const principals = valuesOf(world, namespace, new Set(["principals", "source.principal"]));
  const accounts = valuesOf(world, namespace, new Set(["serviceAccounts", "source.serviceAccount"])).map((value) =>
    value.split("/"),
  );
  const named = valuesOf(world, namespace, new Set(["namespaces", "source.namespace"]));
  return {
    patterns: [...new Set(patterns)].toSorted(),
    namespaces: [
      ...principals.flatMap((value) => /(?:^|\/)ns\/([^/]+)/.exec(value)?.[1] ?? []),
      ...accounts.flatMap((parts) => (parts.length > 1 ? [parts[0] ?? ""] : [])),
      ...named,
    ],
    accounts: [
      ...principals.flatMap((value) => /(?:^|\/)sa\/([^/]+)/.exec(value)?.[1] ?? []),
      ...accounts.map((parts) => parts.at(-1) ?? ""),
    ],
  };
}

/** The values, negated or not, of some fields and conditions in the policies that can hold in a namespace. */
function valuesOf(world: World, namespace: string, names: ReadonlySet<string>): readonly string[] {
  return rawValuesOf(world, namespace, names).map((value) => value.replaceAll("*", "any"));
}

function rawValuesOf(world: World, namespace: string, names: ReadonlySet<string>): readonly string[] {
  const policies = [namespace, world.rootNamespace].flatMap((home) => world.authorizationPolicies.get(home) ?? []);
  return policies.flatMap(allValues).flatMap(([name, values]) => (names.has(name) ? values : []));
}

function allValues({ rules }: AuthorizationPolicy): readonly (readonly [string, readonly string[]])[] {
  return rules.flatMap(({ from, to, when }) => [
    ...[...from, ...to]
      .flatMap((lists) => Object.entries(lists))
      .map(([name, values]) => [name.replace(/^not(.)/, (_, letter: string) => letter.toLowerCase()), values] as const),
    ...when.map(({ key, values, notValues }) => [key, [...values, ...notValues]] as const),
  ]);
}
