import { createHash } from "node:crypto";
import type { Json } from "../../support/json.ts";
import { apiVersionOf, type Resource } from "./resource.ts";
import type { JsonObject, Schema } from "./schema.ts";

/** `/openapi/v3`: where the description of each group and version is found. */
export function openApiIndex(resources: readonly Resource[]): JsonObject {
  const places = new Set(
    resources.flatMap(({ group, versions }) => versions.map((version) => placeOf(group, version))),
  );
  const paths = [...places].map((place) => {
    const hash = createHash("sha256").update(place).digest("hex").slice(0, 32).toUpperCase();
    return [place, { serverRelativeURL: `/openapi/v3/${place}?hash=${hash}` }] as const;
  });
  return { paths: Object.fromEntries(paths) };
}

function placeOf(group: string, version: string): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

/** One group and version: its kinds' schemas, and that their patches can be validated and tried. */
export function openApiDocument(resources: readonly Resource[], place: string): JsonObject | null {
  const served = resources.flatMap((resource) =>
    resource.versions
      .filter((version) => placeOf(resource.group, version) === place)
      .map((version) => ({ resource, version })),
  );
  if (served.length === 0) return null;
  const schemas = served.map(
    ({ resource, version }) => [nameOf(resource, version), schemaOf(resource, version)] as const,
  );
  const paths = served.map(
    ({ resource, version }) => [pathOf(resource, version), operationsOf(resource, version)] as const,
  );
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.36.0" },
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function nameOf({ group, kind }: Resource, version: string): string {
  const parts = group === "" ? ["core"] : group.split(".").toReversed();
  return ["io.k8s.api", ...parts, version, kind].join(".");
}

function pathOf({ group, namespaced, plural }: Resource, version: string): string {
  return `/${placeOf(group, version)}/${namespaced ? "namespaces/{namespace}/" : ""}${plural}/{name}`;
}

function gvkOf({ group, kind }: Resource, version: string): JsonObject {
  return { group, version, kind };
}

const PARAMETERS: readonly Json[] = ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({
  name,
  in: "query",
  schema: { type: name === "force" ? "boolean" : "string", uniqueItems: true },
}));

const PATCHES = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
] as const;

function operationsOf(resource: Resource, version: string): JsonObject {
  const kind = gvkOf(resource, version);
  const types = PATCHES.filter((type) => !resource.isCustom || !type.includes("strategic"));
  const content = Object.fromEntries(types.map((type) => [type, { schema: { type: "object" } }]));
  const operation = (action: string): JsonObject => ({
    parameters: PARAMETERS,
    responses: { "200": { description: "OK" } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": kind,
  });
  return { get: operation("get"), put: operation("put"), patch: { ...operation("patch"), requestBody: { content } } };
}

function schemaOf(resource: Resource, version: string): JsonObject {
  const kind = { "x-kubernetes-group-version-kind": [gvkOf(resource, version)] };
  return { ...openApiOf(resource.schema), description: apiVersionOf(resource.group, version), ...kind };
}

/** A schema in OpenAPI's words, with how its lists and maps merge. */
function openApiOf(schema: Schema): JsonObject {
  if (schema.is === "any") return { "x-kubernetes-preserve-unknown-fields": true };
  if (schema.is === "struct") {
    const fields = Object.entries(schema.fields).map(([name, field]) => [name, openApiOf(field)] as const);
    return { type: "object", properties: Object.fromEntries(fields), ...mapType(schema.atomic) };
  }
  if (schema.is === "map")
    return { type: "object", additionalProperties: openApiOf(schema.of), ...mapType(schema.atomic) };
  if (schema.is === "list") return { type: "array", items: openApiOf(schema.of), ...listType(schema.merge) };
  const isEither = schema.is === "intOrString" || schema.is === "quantity";
  return isEither ? { oneOf: [{ type: "string" }, { type: "number" }] } : { type: schema.is };
}

function mapType(atomic: boolean | undefined): JsonObject {
  return atomic === true ? { "x-kubernetes-map-type": "atomic" } : {};
}

function listType(merge: "atomic" | "set" | readonly string[]): JsonObject {
  if (merge === "atomic" || merge === "set") {
    return { "x-kubernetes-list-type": merge, ...(merge === "set" ? { "x-kubernetes-patch-strategy": "merge" } : {}) };
  }
  return {
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": merge,
    "x-kubernetes-patch-merge-key": merge[0] ?? "",
    "x-kubernetes-patch-strategy": "merge",
  };
}
