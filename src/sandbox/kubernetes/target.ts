import { apiVersionOf, type Resource, resourceKey } from "./resource.ts";
import { badRequest, noSuchResource, PageNotFound, type Subject } from "./status.ts";

/** What a request's path names. */
export interface Target {
  readonly resource: Resource;
  readonly version: string;
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  readonly subresource: string;
}

interface Place {
  readonly group: string;
  readonly version: string;
  readonly rest: readonly string[];
}

function decodeStep(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(step)}`);
  }
}

function placeOf(path: string): Place {
  const [root = "", first = "", second = "", ...rest] = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeStep);
  if (root === "api" && first === "v1")
    return { group: "", version: first, rest: second === "" ? [] : [second, ...rest] };
  if (root === "apis" && second !== "") return { group: first, version: second, rest };
  throw new PageNotFound();
}

/** The kind, and which of its objects, that a path speaks of. */
export function readTarget(path: string, resources: readonly Resource[]): Target {
  const { group, version, rest } = placeOf(path);
  const served = resources.filter((resource) => resource.group === group && resource.versions.includes(version));
  if (served.length === 0) throw new PageNotFound();
  const [first, scope = "", plural, ...below] = rest;
  const isScoped = first === "namespaces" && plural !== undefined && !["status", "finalize"].includes(plural);
  const namespace = isScoped ? scope : "";
  const [wanted = "", name = "", subresource = ""] = isScoped ? [plural, ...below] : rest;
  const resource = served.find((one) => one.plural === wanted);
  if (resource === undefined) throw noSuchResource();
  const isKnown = subresource === "" || resource.subresources.some((one) => one === subresource);
  if (!isKnown || (isScoped && !resource.namespaced)) throw noSuchResource();
  return { resource, version, namespace, name, subresource };
}

export function subjectOf({ resource, name }: Pick<Target, "resource" | "name">): Subject {
  return { group: resource.group, plural: resource.plural, kind: resource.kind, name };
}

export function keyOf(target: Target): string {
  return resourceKey(target.resource);
}

export function apiVersionOfTarget({ resource, version }: Target): string {
  return apiVersionOf(resource.group, version);
}
