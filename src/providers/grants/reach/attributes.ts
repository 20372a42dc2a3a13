import { inBlock } from "./address.ts";
import { fields, text, texts } from "./fields.ts";
import type { HttpRequest, Peer } from "./model.ts";
import { matchesAny, type Seen } from "./seen.ts";
import { type Ternary, when } from "./ternary.ts";

/** What the proxy before a workload knows of a connection; a request's token only once it is accepted. */
export interface Contact {
  readonly peer: Peer;
  readonly trustDomain: string;
  /** Namespace and account that mutual TLS has proven; absent without it. */
  readonly identity?: { readonly namespace: string; readonly account: string };
  readonly port?: number;
  /** Absent: no HTTP. */
  readonly request?: HttpRequest;
}

type Claim = (values: readonly string[], contact: Contact, home: string) => Ternary;

const ANY: Seen = { startsWith: "" };

const seenAs =
  (attribute: (contact: Contact) => Seen): Claim =>
  (values, contact) =>
    matchesAny(values, attribute(contact));

const chosen = (value: string | undefined): Seen => (value === undefined ? ANY : [value]);

const principal = seenAs(({ identity, trustDomain }) =>
  identity === undefined ? [] : [`${trustDomain}/ns/${identity.namespace}/sa/${identity.account}`],
);
const namespace = seenAs(({ identity }) => (identity === undefined ? [] : [identity.namespace]));
const port = seenAs((contact) => chosen(contact.port?.toString()));
const fromBlock: Claim = (values, { peer }) => {
  if (peer.kind !== "address" || peer.address === undefined) return "maybe";
  const { address } = peer;
  return when(values.some((cidr) => inBlock(cidr, address)));
};
const requestPrincipal = seenAs(({ request }) => {
  const token = request?.token;
  if (token === undefined) return [];
  return token.subject === undefined
    ? { startsWith: `${token.issuer}/`, surely: true }
    : [`${token.issuer}/${token.subject}`];
});
const host: Claim = (values, { request }) =>
  matchesAny(
    values.map((value) => value.toLowerCase()),
    chosen(request?.host?.toLowerCase()),
  );
/** The caller says where it comes from, or a plug-in's reading decides. */
const unknown: Claim = () => "maybe";

/** The fields of `source` and `operation`; each has a `not…` beside it. A field that is missing here may match. */
export const FIELDS: Readonly<Record<string, Claim>> = {
  principals: principal,
  namespaces: namespace,
  serviceAccounts: (values, { identity }, home) => {
    const full = values.map((value) => (value.includes("/") ? value : `${home}/${value}`));
    return matchesAny(full, identity === undefined ? [] : [`${identity.namespace}/${identity.account}`]);
  },
  ipBlocks: fromBlock,
  remoteIpBlocks: unknown,
  requestPrincipals: requestPrincipal,
  ports: port,
  hosts: host,
  methods: seenAs(({ request }) => chosen(request?.method)),
  paths: seenAs(({ request }) => chosen(request?.path)),
};

const HTTP_FIELDS: ReadonlySet<string> = new Set(["requestPrincipals", "hosts", "methods", "paths"]);

export function needsHttp(field: string): boolean {
  return HTTP_FIELDS.has(field) || field.startsWith("request.");
}

const KEYS: Readonly<Record<string, Claim>> = {
  "source.principal": principal,
  "source.namespace": namespace,
  "source.serviceAccount": (values, contact, home) => FIELDS.serviceAccounts?.(values, contact, home) ?? "maybe",
  "source.ip": fromBlock,
  "destination.port": port,
  "request.auth.principal": requestPrincipal,
  "request.auth.audiences": seenAs(({ request }) => request?.token?.audiences ?? []),
  "request.auth.presenter": (values, contact) => claim(values, contact, ["azp"]),
};

/** Whether a condition's values match what its key means. */
export function conditionMatches(
  key: string,
  values: readonly string[],
  at: { contact: Contact; home: string },
): Ternary {
  const { contact, home } = at;
  const known = KEYS[key];
  if (known !== undefined) return known(values, contact, home);
  const inBrackets = [...key.matchAll(/\[([^\]]*)\]/g)].map(([, name]) => name ?? "");
  if (key.startsWith("request.auth.claims[")) return claim(values, contact, inBrackets);
  if (key.startsWith("request.headers[")) return matchesAny(values, header(contact, inBrackets[0] ?? ""));
  return "maybe";
}

/** Headers are the caller's to set, unless a request is asked about whose headers are all known. */
function header({ request }: Contact, name: string): Seen {
  if (request?.headers === undefined) return ANY;
  const found = Object.entries(request.headers).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? [] : [found[1]];
}

/** Istio compares strings and lists of strings; numbers and booleans match nothing. */
function claim(values: readonly string[], { request }: Contact, path: readonly string[]): Ternary {
  const token = request?.token;
  if (token === undefined) return "no";
  const [first = ""] = path;
  if (token.open === true && !Object.hasOwn(token.claims, first)) return matchesAny(values, ANY);
  const value = path.reduce<unknown>((inner, name) => fields(inner)[name], token.claims);
  return matchesAny(values, claimTexts(value, path));
}

function claimTexts(value: unknown, path: readonly string[]): readonly string[] {
  const single = text(value);
  if (single === undefined) return texts(value);
  return path.length === 1 && SPACED.has(path[0] ?? "") ? single.split(" ") : [single];
}

const SPACED: ReadonlySet<string> = new Set(["scope", "permission"]);
