/** What kinds a server has, and at which paths. Pure. */
import { isRecord, type JsonRecord, listAt, recordAt, recordsAt, textAt } from "../render/json-walk.ts";

/** A kind as a server has it. */
export interface ServedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** In paths: `networkpolicies`. */
  readonly plural: string;
  readonly isNamespaced: boolean;
  readonly isListable: boolean;
}

/** Looks a kind up. */
export type ServedKinds = ReadonlyMap<string, ServedKind>;

/** The key of a kind in `ServedKinds`. */
export function kindKey({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  return `${apiVersion} ${kind}`;
}

/** True for discovery in one answer; older servers answer with a list of groups. */
export function isAggregated(body: JsonRecord): boolean {
  return textAt(body, "kind") === "APIGroupDiscoveryList";
}

/** Kinds of `/api` or `/apis`, answered in one piece. */
export function readAggregated(body: JsonRecord): readonly ServedKind[] {
  return recordsAt(body, "items").flatMap((group) => {
    const name = textAt(recordAt(group, "metadata"), "name");
    return recordsAt(group, "versions").flatMap((version) =>
      recordsAt(version, "resources").map((resource) => ({
        apiVersion: apiVersionOf(name, textAt(version, "version")),
        kind: textAt(recordAt(resource, "responseKind"), "kind"),
        plural: textAt(resource, "resource"),
        isNamespaced: textAt(resource, "scope") === "Namespaced",
        isListable: canList(resource),
      })),
    );
  });
}

/** Kinds of one group and version, answered the old way; subresources have a slash. */
export function readResourceList(body: JsonRecord): readonly ServedKind[] {
  const apiVersion = textAt(body, "groupVersion");
  return recordsAt(body, "resources")
    .filter((resource) => !textAt(resource, "name").includes("/"))
    .map((resource) => ({
      apiVersion,
      kind: textAt(resource, "kind"),
      plural: textAt(resource, "name"),
      isNamespaced: resource["namespaced"] === true,
      isListable: canList(resource),
    }));
}

function canList(resource: JsonRecord): boolean {
  return listAt(resource, "verbs").includes("list");
}

function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The group of a version; `""` for the core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** Where a group and version are. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Which objects: all of a kind, those of a namespace, or one. */
export interface Place {
  readonly namespace?: string;
  readonly name?: string;
}

/** The path of objects of a kind. Names keep their case. */
export function pathOf(kind: ServedKind, { namespace, name }: Place): string {
  const scope = namespace !== undefined && kind.isNamespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const one = name === undefined ? "" : `/${encodeURIComponent(name)}`;
  return `${groupPath(kind.apiVersion)}${scope}/${kind.plural}${one}`;
}

/** `networkpolicies ws-alice/default-deny`, as operations are named. */
export function describePlace(kind: ServedKind, { namespace, name }: Place): string {
  const where = [namespace, name].filter((part) => part !== undefined).join("/");
  return where === "" ? kind.plural : `${kind.plural} ${where}`;
}

/** Items of a list as objects: those of built-in kinds come without their kind. */
export function itemsOf(body: JsonRecord, { apiVersion, kind }: ServedKind): readonly JsonRecord[] {
  const items = Array.isArray(body["items"]) ? body["items"] : [];
  return items.filter(isRecord).map((item) => ({ ...item, apiVersion, kind }));
}
