import { canonicalJson, type Json } from "../../../support/json.ts";
import type { KindRules } from "../resource.ts";
import { type JsonObject, listIn, objectOf, textOf } from "../schema.ts";
import { type Cause, fieldError, fieldNotSupported, fieldRequired } from "../status.ts";
import { inSpec } from "./workloads.ts";

const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

function portCauses(port: Json, path: string): readonly Cause[] {
  const { protocol, port: number, endPort } = objectOf(port);
  const wrong = PROTOCOLS.some((one) => one === protocol)
    ? []
    : [fieldNotSupported(`${path}.protocol`, protocol, PROTOCOLS)];
  const isOff = typeof number === "number" && (number < 1 || number > 65_535);
  const off = isOff ? [fieldError(`${path}.port`, number, "must be between 1 and 65535, inclusive")] : [];
  const isReversed = typeof endPort === "number" && typeof number === "number" && endPort < number;
  const reversed = isReversed
    ? [fieldError(`${path}.endPort`, endPort, "must be greater than or equal to `port`")]
    : [];
  const lonely = endPort !== undefined && number === undefined ? [fieldRequired(`${path}.port`)] : [];
  return [...wrong, ...off, ...reversed, ...lonely];
}

function peerCauses(peer: Json, path: string): readonly Cause[] {
  const { podSelector, namespaceSelector, ipBlock } = objectOf(peer);
  const hasSelector = podSelector !== undefined || namespaceSelector !== undefined;
  if (!hasSelector && ipBlock === undefined) return [fieldRequired(path, "must specify a peer")];
  if (!hasSelector || ipBlock === undefined) return [];
  return [
    { reason: "FieldValueForbidden", message: "Forbidden: may not specify both ipBlock and another peer", field: path },
  ];
}

const PEERS = { ingress: "from", egress: "to" } as const;

function ruleCauses(spec: JsonObject, direction: keyof typeof PEERS): readonly Cause[] {
  const peers = PEERS[direction];
  return listIn(spec[direction]).flatMap((rule, index) => {
    const path = `spec.${direction}[${index}]`;
    return [
      ...listIn(objectOf(rule).ports).flatMap((port, at) => portCauses(port, `${path}.ports[${at}]`)),
      ...listIn(objectOf(rule)[peers]).flatMap((peer, at) => peerCauses(peer, `${path}.${peers}[${at}]`)),
    ];
  });
}

export const networkPolicy: KindRules = {
  complete: (object) =>
    inSpec(object, (spec) => {
      if (listIn(spec.policyTypes).length > 0) return spec;
      const hasEgress = listIn(spec.egress).length > 0;
      return { podSelector: {}, ...spec, policyTypes: hasEgress ? ["Ingress", "Egress"] : ["Ingress"] };
    }),
  validate: (object) => {
    const spec = objectOf(object.spec);
    return [...ruleCauses(spec, "ingress"), ...ruleCauses(spec, "egress")];
  },
};

export const binding: KindRules = {
  complete: (object) => ({
    ...object,
    ...(object.subjects === undefined ? {} : { subjects: listIn(object.subjects).map(completeSubject) }),
  }),
  validateUpdate: (object, live) => {
    if (canonicalJson(object.roleRef ?? null) === canonicalJson(live.roleRef ?? null)) return [];
    const { apiGroup = "", kind = "", name = "" } = objectOf(object.roleRef);
    return [fieldError("roleRef", { APIGroup: apiGroup, Kind: kind, Name: name }, "cannot change roleRef")];
  },
};

function completeSubject(subject: Json): Json {
  const fields = objectOf(subject);
  if (fields.kind === "ServiceAccount" || textOf(fields.apiGroup) !== "") return fields;
  return { ...fields, apiGroup: "rbac.authorization.k8s.io" };
}

export const webhooks: KindRules = {
  validate: (object) =>
    listIn(object.webhooks).flatMap((webhook, index) => {
      const { sideEffects } = objectOf(webhook);
      const known = ["None", "NoneOnDryRun"];
      const isKnown = known.some((one) => one === sideEffects);
      return isKnown ? [] : [fieldNotSupported(`webhooks[${index}].sideEffects`, sideEffects, known)];
    }),
};

export const customResourceDefinition: KindRules = {
  complete: (object) =>
    inSpec(object, (spec) => {
      const names = objectOf(spec.names);
      const kind = textOf(names.kind);
      return { ...spec, names: { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names } };
    }),
  prepare: (object) => {
    const versions = listIn(objectOf(object.spec).versions).map(objectOf);
    const stored = versions.filter(({ storage }) => storage === true).map(({ name }) => textOf(name));
    return { ...object, status: { conditions: null, acceptedNames: { plural: "", kind: "" }, storedVersions: stored } };
  },
  validate: (object) => {
    const { group, names } = objectOf(object.spec);
    const wanted = `${textOf(objectOf(names).plural)}.${textOf(group)}`;
    const { name } = objectOf(object.metadata);
    return name === wanted ? [] : [fieldError("metadata.name", name, `must be spec.names.plural+"."+spec.group`)];
  },
};
