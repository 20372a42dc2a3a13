import { createHash } from "node:crypto";
import { apiVersionOf, type Resource } from "./resource.ts";
import type { JsonObject } from "./schema.ts";

const OWN_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const CUSTOM_VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

function verbsOf(resource: Resource): readonly string[] {
  if (resource.verbs !== undefined) return resource.verbs;
  if (resource.isCustom) return CUSTOM_VERBS;
  return resource.kind === "Namespace" ? OWN_VERBS.filter((verb) => verb !== "deletecollection") : OWN_VERBS;
}

function subVerbs(subresource: string): readonly string[] {
  return subresource === "finalize" ? ["update"] : ["get", "patch", "update"];
}

const named = (resource: Resource): JsonObject => ({
  ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
  ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
});

function byPlural(a: Resource, b: Resource): number {
  return a.plural < b.plural ? -1 : 1;
}

interface Group {
  readonly name: string;
  readonly versions: readonly string[];
}

function groupsOf(resources: readonly Resource[]): readonly Group[] {
  const names = [...new Set(resources.map(({ group }) => group))].filter((name) => name !== "");
  return names.map((name) => {
    const versions = resources.filter(({ group }) => group === name).flatMap((resource) => resource.versions);
    return { name, versions: [...new Set(versions)] };
  });
}

function legacyGroup({ name, versions }: Group): JsonObject {
  const all = versions.map((version) => ({ groupVersion: apiVersionOf(name, version), version }));
  return { name, versions: all, preferredVersion: all[0] ?? {} };
}

export function legacyGroups(resources: readonly Resource[]): JsonObject {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(resources).map(legacyGroup) };
}

export function oneGroup(resources: readonly Resource[], name: string): JsonObject | null {
  const group = groupsOf(resources).find((one) => one.name === name);
  return group === undefined ? null : { kind: "APIGroup", apiVersion: "v1", ...legacyGroup(group) };
}

export function coreVersions(address: string): JsonObject {
  const servers = [{ clientCIDR: "0.0.0.0/0", serverAddress: address }];
  return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: servers };
}

/** The kinds of one group and version, each followed by its subresources. */
export function legacyResources(resources: readonly Resource[], group: string, version: string): JsonObject | null {
  const served = resources.filter((one) => one.group === group && one.versions.includes(version)).toSorted(byPlural);
  if (served.length === 0) return null;
  const list = served.flatMap((resource) => [
    legacyResource(resource),
    ...resource.subresources.map((sub) => legacySub(resource, sub)),
  ]);
  const apiVersion = group === "" ? {} : { apiVersion: "v1" };
  return { kind: "APIResourceList", ...apiVersion, groupVersion: apiVersionOf(group, version), resources: list };
}

function legacyResource(resource: Resource): JsonObject {
  const { plural, singular, namespaced, kind } = resource;
  const hash = createHash("sha256").update(`${resource.group}/${kind}`).digest("base64").slice(0, 12);
  const stored = resource.verbs === undefined ? { storageVersionHash: hash } : {};
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(resource),
    ...named(resource),
    ...stored,
  };
}

function legacySub(resource: Resource, sub: string): JsonObject {
  const isScale = sub === "scale";
  return {
    name: `${resource.plural}/${sub}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(isScale ? { group: "autoscaling", version: "v1" } : {}),
    kind: isScale ? "Scale" : resource.kind,
    verbs: subVerbs(sub),
  };
}

/** Groups, versions and kinds in one answer. */
export function aggregated(resources: readonly Resource[], isCore: boolean): JsonObject {
  const groups = isCore ? [{ name: "", versions: ["v1"] }] : groupsOf(resources);
  const items = groups.map(({ name, versions }) => ({
    metadata: name === "" ? {} : { name },
    versions: versions.map((version) => ({
      version,
      resources: resources
        .filter((one) => one.group === name && one.versions.includes(version))
        .toSorted(byPlural)
        .map((resource) => aggregatedResource(resource, version)),
      freshness: "Current",
    })),
  }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
}

function aggregatedResource(resource: Resource, version: string): JsonObject {
  const kind = resource.isCustom
    ? { group: resource.group, version, kind: resource.kind }
    : { group: "", version: "", kind: resource.kind };
  const scale = { group: "autoscaling", version: "v1", kind: "Scale" };
  const subresources = resource.subresources
    .toSorted()
    .map((sub) => ({ subresource: sub, responseKind: sub === "scale" ? scale : kind, verbs: subVerbs(sub) }));
  return {
    resource: resource.plural,
    responseKind: kind,
    scope: resource.namespaced ? "Namespaced" : "Cluster",
    singularResource: resource.singular,
    verbs: verbsOf(resource),
    ...named(resource),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

export const AGGREGATED_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export function etagOf(body: JsonObject): string {
  return `"${createHash("sha512").update(JSON.stringify(body)).digest("hex").toUpperCase()}"`;
}

export const VERSION: JsonObject = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.0",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2026-01-01T00:00:00Z",
  goVersion: "go",
  compiler: "gc",
  platform: "linux/amd64",
};
