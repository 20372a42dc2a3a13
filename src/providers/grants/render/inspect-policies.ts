/** Who may reach whom: policies that could be wider than they look. Pure. */
import type { Json } from "../../../support/json.ts";
import { addsRateLimitsAlone } from "../rate-limit-filter.ts";
import type { Measure } from "./inspect.ts";
import {
  isRecord,
  type JsonRecord,
  listAt,
  type Problem,
  recordAt,
  recordsAt,
  showJson,
  textAt,
  textsOf,
  unless,
} from "./json-walk.ts";

/** Problems of the kinds that decide about access; none for another kind. */
export function inspectPolicy(object: JsonRecord, measure: Measure): readonly Problem[] {
  const spec = recordAt(object, "spec");
  switch (measure.identity.kind) {
    case "NetworkPolicy":
      return networkPolicyProblems(spec, measure);
    case "PeerAuthentication":
      return [
        ...unless(recordAt(spec, "mtls")["mode"] === "STRICT", "mtls.mode must be STRICT"),
        ...unless(!("portLevelMtls" in spec) && !("selector" in spec), "it must hold for every pod and port"),
      ];
    case "RequestAuthentication":
      return [
        ...targetProblems(spec, measure),
        ...recordsAt(spec, "jwtRules").flatMap((rule) => tokenProblems(rule, measure)),
      ];
    case "AuthorizationPolicy":
      return authorizationProblems(spec, measure);
    case "EnvoyFilter":
      return unless(
        addsRateLimitsAlone(spec),
        "an EnvoyFilter adds the rate limit to the desktop's proxy, and does nothing else",
      );
    default:
      return [];
  }
}

function networkPolicyProblems(spec: JsonRecord, { identity }: Measure): readonly Problem[] {
  const types = listAt(spec, "policyTypes");
  const isDeny = identity.name === "default-deny";
  const peers = [...peersOf(spec, "ingress", "from"), ...peersOf(spec, "egress", "to")];
  return [
    ...unless(types.includes("Ingress") && types.includes("Egress"), "policyTypes must name Ingress and Egress"),
    ...unless(!isDeny || peers.length === 0, "default-deny allows nothing"),
    ...unless(!isDeny || isEmpty(spec["podSelector"]), "default-deny is for every pod"),
    ...unless(isDeny || isSelecting(spec["podSelector"]), "it must select the desktop"),
    ...peers.flatMap(peerProblems),
  ];
}

interface Peers {
  readonly path: string;
  readonly peers: readonly JsonRecord[];
  readonly ports: readonly Json[];
  readonly mayBeNetwork: boolean;
}

function peersOf(spec: JsonRecord, direction: "ingress" | "egress", side: "from" | "to"): readonly Peers[] {
  return recordsAt(spec, direction).map((rule, index) => ({
    path: `${direction}[${index}].${side}`,
    peers: recordsAt(rule, side),
    ports: listAt(rule, "ports"),
    mayBeNetwork: direction === "egress",
  }));
}

function peerProblems({ path, peers, ports, mayBeNetwork }: Peers): readonly Problem[] {
  return [
    ...unless(peers.length > 0, `${path} is empty, which means everybody`),
    ...unless(ports.length > 0, `${path} names no ports, which means all of them`),
    ...recordsOf(ports).flatMap((port) =>
      unless(port["port"] !== undefined, `${path}: a port without a number means all`),
    ),
    ...peers.flatMap((peer, index) => {
      const isNetwork = mayBeNetwork && isRecord(peer["ipBlock"]) && Object.keys(peer).length === 1;
      const arePods = isSelecting(peer["namespaceSelector"]) && isSelecting(peer["podSelector"]);
      return unless(isNetwork || arePods, `${path}[${index}] must name a namespace and pods, both in one item`);
    }),
  ];
}

function recordsOf(items: readonly Json[]): readonly JsonRecord[] {
  return items.map((item) => (isRecord(item) ? item : {}));
}

function isSelecting(selector: Json | undefined): boolean {
  return isRecord(selector) && Object.keys(recordAt(selector, "matchLabels")).length > 0;
}

function isEmpty(value: Json | undefined): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}

/** A desktop's policies select the desktop, shared ones the gateway. */
function targetProblems(spec: JsonRecord, { person, identity }: Measure): readonly Problem[] {
  if (person === null) return unless(listAt(spec, "targetRefs").length === 1, "it must target the Gateway alone");
  const isForAll = identity.name === "allow-nothing";
  return unless(
    isForAll ? !("selector" in spec) : isSelecting(spec["selector"]),
    isForAll ? "it must hold for every pod" : "it must select the desktop",
  );
}

function tokenProblems(rule: JsonRecord, { cluster, person }: Measure): readonly Problem[] {
  return [
    ...unless(rule["issuer"] === cluster.token.issuer, "the issuer must be the cluster's"),
    ...unless(listAt(rule, "audiences").length > 0, "a token for any audience would do"),
    ...unless(!("jwks" in rule), "keys come from jwksUri"),
    ...unless(person === null || rule["forwardOriginalToken"] === false, "the desktop must not see the token"),
  ];
}

function authorizationProblems(spec: JsonRecord, measure: Measure): readonly Problem[] {
  const action = textAt(spec, "action");
  const rules = recordsAt(spec, "rules");
  const { name } = measure.identity;
  const wanted = name === "session-check" ? "CUSTOM" : "ALLOW";
  return [
    ...targetProblems(spec, measure),
    ...unless(action === wanted, `action must be ${wanted}, not ${action === "" ? "left out" : action}`),
    ...unless(action !== "CUSTOM" || rules.length > 0, "without rules nothing is asked"),
    ...unless(name !== "allow-nothing" || isNone(spec["rules"]), "allow-nothing has rules: []"),
    ...rules.flatMap((rule, index) => (action === "ALLOW" ? allowProblems : operationsProblems)(rule, index, measure)),
  ];
}

function isNone(rules: Json | undefined): boolean {
  return Array.isArray(rules) && rules.length === 0;
}

function allowProblems(rule: JsonRecord, index: number, measure: Measure): readonly Problem[] {
  const sources = recordsAt(rule, "from").map((from) => recordAt(from, "source"));
  const at = `rules[${index}]`;
  return [
    ...unless(sources.length > 0, `${at} has an empty from, which means everybody`),
    ...sources.flatMap((source) => sourceProblems(source, at, measure)),
    ...operationsProblems(rule, index, measure),
    ...recordsAt(rule, "when").flatMap((condition) => conditionProblems(condition, at)),
    ...personProblems(rule, sources, measure),
  ];
}

function operationsProblems(rule: JsonRecord, index: number, measure: Measure): readonly Problem[] {
  const operations = recordsAt(rule, "to").map((to) => recordAt(to, "operation"));
  return operations.flatMap((operation) => operationProblems(operation, `rules[${index}]`, measure));
}

/** At a desktop, each source is the gateway AND this person. */
function personProblems(
  rule: JsonRecord,
  sources: readonly JsonRecord[],
  { cluster, person }: Measure,
): readonly Problem[] {
  if (person === null) return [];
  const { issuer, personClaim } = cluster.token;
  const isNamed = (source: JsonRecord): boolean => isOnly(source["requestPrincipals"], `${issuer}/${person.id}`);
  const claims = recordsAt(rule, "when").filter(({ key }) => key === `request.auth.claims[${personClaim}]`);
  const isClaimed = claims.some((condition) => isOnly(condition["values"], person.id));
  const isThis = personClaim === "sub" ? sources.every(isNamed) : isClaimed;
  return [
    ...unless(isThis, `it must ask for the token of ${person.id}`),
    ...unless(
      sources.every((source) => listAt(source, "principals").length > 0),
      "each source must name the gateway's identity",
    ),
  ];
}

function isOnly(list: Json | undefined, text: string): boolean {
  return Array.isArray(list) && list.length === 1 && list[0] === text;
}

function sourceProblems(source: JsonRecord, at: string, { cluster, person }: Measure): readonly Problem[] {
  const anyone = `${cluster.token.issuer}/*`;
  const mayBeAnyone = person === null || cluster.token.personClaim !== "sub";
  return [
    ...unless(listAt(source, "requestPrincipals").length > 0, `${at} would let requests without a token in`),
    ...textsOf(source).flatMap(({ key, text }) => [
      ...unless(!key.startsWith("not"), `${at}: ${key} lets in all whom it does not name`),
      ...unless(
        !text.includes("*") || (mayBeAnyone && key === "requestPrincipals" && text === anyone),
        `${at}: * in ${text} stands for anything`,
      ),
      ...unless(text !== "" && !text.startsWith("spiffe://"), `${at}: ${JSON.stringify(text)} names nobody`),
    ]),
  ];
}

function operationProblems(operation: JsonRecord, at: string, { cluster, person }: Measure): readonly Problem[] {
  const { domain, path } = cluster.address;
  const wide = domain === undefined ? `${path?.prefix ?? ""}/*` : `*.${domain}`;
  const allowed = person === null ? [wide] : [];
  return textsOf(operation).flatMap(({ key, text }) => [
    ...unless(!key.startsWith("not"), `${at}: ${key} allows all that it does not name`),
    ...unless(!text.includes("*") || allowed.includes(text), `${at}: * in ${text} stands for anything`),
  ]);
}

function conditionProblems(condition: JsonRecord, at: string): readonly Problem[] {
  const values = listAt(condition, "values").map(showJson);
  return [
    ...unless(values.length > 0 && !("notValues" in condition), `${at}: a condition without values`),
    ...values.flatMap((text) => unless(!text.includes("*"), `${at}: * in ${text} stands for anything`)),
  ];
}
