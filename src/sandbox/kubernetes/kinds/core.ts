import { Buffer } from "node:buffer";
import { canonicalJson, type Json } from "../../../support/json.ts";
import { quantityValue } from "../quantity.ts";
import type { KindRules } from "../resource.ts";
import { type JsonObject, listIn, objectOf, textOf } from "../schema.ts";
import { type Cause, fieldError, fieldForbidden, fieldNotSupported, fieldRequired } from "../status.ts";
import { inSpec } from "./workloads.ts";

const differs = (a: Json | undefined, b: Json | undefined): boolean =>
  canonicalJson(a ?? null) !== canonicalJson(b ?? null);

export const namespace: KindRules = {
  complete: (object) => {
    const metadata = objectOf(object.metadata);
    const labels = { ...objectOf(metadata.labels), "kubernetes.io/metadata.name": textOf(metadata.name) };
    return { ...object, metadata: { ...metadata, ...(metadata.name === undefined ? {} : { labels }) } };
  },
  prepare: (object) => ({ ...object, spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } }),
};

function completePort(port: Json): Json {
  const fields = objectOf(port);
  return { ...fields, targetPort: fields.targetPort ?? fields.port ?? 0 };
}

function serviceCauses(object: JsonObject): readonly Cause[] {
  const ports = listIn(objectOf(object.spec).ports).map(objectOf);
  const { type } = objectOf(object.spec);
  const types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
  const wrongType = types.some((one) => one === type) ? [] : [fieldNotSupported("spec.type", type, types)];
  const none = ports.length === 0 && type !== "ExternalName" && objectOf(object.spec).clusterIP !== "None";
  if (none) return [...wrongType, fieldRequired("spec.ports")];
  const nameless = ports.flatMap(({ name }, index) =>
    ports.length > 1 && textOf(name) === "" ? [fieldRequired(`spec.ports[${index}].name`)] : [],
  );
  return [...wrongType, ...nameless];
}

export const service: KindRules = {
  complete: (object) =>
    inSpec(object, (spec) => ({
      ...spec,
      ...(spec.ports === undefined ? {} : { ports: listIn(spec.ports).map(completePort) }),
      ...(spec.type === "ExternalName" ? {} : { internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster" }),
    })),
  prepare: (object, { clusterIp }) => {
    const prepared = inSpec(object, (spec) => {
      if (spec.type === "ExternalName") return spec;
      const address = textOf(spec.clusterIP) === "" ? clusterIp() : textOf(spec.clusterIP);
      return {
        ...spec,
        clusterIP: address,
        clusterIPs: [address],
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
      };
    });
    return { ...prepared, status: { loadBalancer: {} } };
  },
  carryOver: (object, live) =>
    inSpec(object, (spec) => {
      const kept = ["clusterIPs", "clusterIP", "ipFamilies", "ipFamilyPolicy"] as const;
      const old = objectOf(live.spec);
      const missing = kept.flatMap((name) =>
        spec[name] === undefined && old[name] !== undefined ? [[name, old[name]]] : [],
      );
      const carried = { ...spec, ...Object.fromEntries(missing) };
      return carried.clusterIP === undefined ? carried : { ...carried, clusterIPs: [carried.clusterIP] };
    }),
  validate: serviceCauses,
  validateUpdate: (object, live) => {
    const { clusterIPs } = objectOf(object.spec);
    const isChanged = differs(clusterIPs, objectOf(live.spec).clusterIPs);
    return isChanged ? [fieldError("spec.clusterIPs[0]", clusterIPs, "may not change once set")] : [];
  },
};

const CLAIM_WHY =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

const storageOf = (object: JsonObject): string => {
  const requests = objectOf(objectOf(objectOf(object.spec).resources).requests);
  return textOf(requests.storage);
};

function claimUpdateCauses(object: JsonObject, live: JsonObject): readonly Cause[] {
  const fixed = ({ spec }: JsonObject): JsonObject => ({ ...objectOf(spec), resources: {}, volumeName: "" });
  const isBound = objectOf(live.status).phase === "Bound";
  const resized = storageOf(object) !== storageOf(live);
  if (differs(fixed(object), fixed(live)) || (resized && !isBound)) return [fieldForbidden("spec", CLAIM_WHY)];
  const isLess = quantityValue(storageOf(object)) < quantityValue(storageOf(live));
  return isLess ? [fieldForbidden("spec.resources.requests.storage", "field can not be less than previous value")] : [];
}

export const persistentVolumeClaim: KindRules = {
  prepare: (object) => {
    const metadata = objectOf(object.metadata);
    const finalizers = [...new Set([...listIn(metadata.finalizers), "kubernetes.io/pvc-protection"])];
    return { ...object, metadata: { ...metadata, finalizers }, status: { phase: "Pending" } };
  },
  carryOver: (object, live) =>
    inSpec(object, (spec) => {
      const { volumeName } = objectOf(live.spec);
      return spec.volumeName === undefined && volumeName !== undefined ? { ...spec, volumeName } : spec;
    }),
  validate: (object) => {
    const { accessModes } = objectOf(object.spec);
    const modes =
      listIn(accessModes).length === 0 ? [fieldRequired("spec.accessModes", "at least 1 access mode is required")] : [];
    return [...modes, ...(storageOf(object) === "" ? [fieldRequired("spec.resources[storage]")] : [])];
  },
  validateUpdate: claimUpdateCauses,
};

const FROZEN = "field is immutable when `immutable` is set";

function frozenCauses(object: JsonObject, live: JsonObject): readonly Cause[] {
  if (live.immutable !== true) return [];
  const flag = object.immutable === true ? [] : [fieldForbidden("immutable", FROZEN)];
  const fields = ["data", "binaryData"].filter((name) => differs(object[name], live[name]));
  return [...flag, ...fields.map((name) => fieldForbidden(name, FROZEN))];
}

export const configMap: KindRules = { validateUpdate: frozenCauses };

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const secret: KindRules = {
  complete: ({ stringData, ...object }) => {
    const written = Object.entries(objectOf(stringData)).map(
      ([key, value]) => [key, Buffer.from(textOf(value)).toString("base64")] as const,
    );
    return written.length === 0
      ? object
      : { ...object, data: { ...objectOf(object.data), ...Object.fromEntries(written) } };
  },
  validate: ({ data }) =>
    Object.entries(objectOf(data)).flatMap(([key, value]) =>
      BASE64.test(textOf(value))
        ? []
        : [fieldError(`data[${key}]`, "<secret contents redacted>", "must be base64 encoded")],
    ),
  validateUpdate: (object, live) => [
    ...frozenCauses(object, live),
    ...(object.type === live.type ? [] : [fieldError("type", object.type, "field is immutable")]),
  ],
};

/** A limit's defaults: what has a default limit has it as its default request too. */
function completeLimit(limit: Json): Json {
  const fields = objectOf(limit);
  if (fields.type !== "Container") return fields;
  const max = objectOf(fields.max);
  const limits = { ...max, ...objectOf(fields.default) };
  const requests = { ...objectOf(fields.min), ...limits, ...objectOf(fields.defaultRequest) };
  return {
    ...fields,
    ...(Object.keys(limits).length === 0 ? {} : { default: limits }),
    ...(Object.keys(requests).length === 0 ? {} : { defaultRequest: requests }),
  };
}

export const limitRange: KindRules = {
  complete: (object) =>
    inSpec(object, (spec) => ({
      ...spec,
      ...(spec.limits === undefined ? {} : { limits: listIn(spec.limits).map(completeLimit) }),
    })),
};
