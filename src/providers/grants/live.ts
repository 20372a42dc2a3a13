/** What is asked of live objects, whoever made them. Pure. */
import type { KubeObject } from "./kube-object.ts";
import { isRecord, type JsonRecord, recordAt, recordsAt, textAt } from "./render/json-walk.ts";

/** The same for a rendered object and its live one. */
export function objectKey({ apiVersion, kind, metadata }: KubeObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

/** `NetworkPolicy ws-alice/default-deny`, as a person reads it. */
export function describeObject({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}

/** A text that the server keeps in an object's metadata; empty where it has none. */
export function serverMark(object: KubeObject, mark: "uid" | "resourceVersion" | "deletionTimestamp"): string {
  return textAt(membersOf(object), mark);
}

function membersOf({ metadata }: KubeObject): JsonRecord {
  return metadata as unknown as JsonRecord;
}

/** Who owns what of an object, in the server's own notation. */
export function managedFieldsOf(object: KubeObject): readonly JsonRecord[] {
  return recordsAt(membersOf(object), "managedFields");
}

/** What an object says beside what the server alone decides. */
export function wishesOf(object: KubeObject): JsonRecord {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, status: _status, ...rest } = object;
  const metadata = membersOf(object);
  const wishes = { labels: recordAt(metadata, "labels"), annotations: recordAt(metadata, "annotations") };
  return { ...(rest as unknown as JsonRecord), metadata: wishes };
}

/** Kinds that decide who gets in: what others add to them widens access, since policies add up. */
export function isExclusive({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): boolean {
  const group = apiVersion.split("/")[0] ?? "";
  return GROUPS.has(group) || kind === "ClusterSPIFFEID";
}

const GROUPS: ReadonlySet<string> = new Set([
  "networking.k8s.io",
  "security.istio.io",
  "networking.istio.io",
  "gateway.networking.k8s.io",
  "admissionregistration.k8s.io",
]);

/** A field that another manager has and Reeve has not. */
export interface ForeignField {
  /** As JSON patches name it: `/spec/egress`. */
  readonly pointer: string;
  readonly manager: string;
}

/**
 * Fields below `spec` that others own alone. Apply leaves these where they are, by force or without. Where Reeve owns
 * nothing of the whole branch, the branch is named: an emptied selector selects everything.
 */
export function foreignFields(object: KubeObject, fieldManager: string): readonly ForeignField[] {
  const entries = managedFieldsOf(object).filter((entry) => textAt(entry, "subresource") === "");
  const isOurs = (entry: JsonRecord): boolean =>
    textAt(entry, "manager") === fieldManager && textAt(entry, "operation") === "Apply";
  const own = entries.filter(isOurs).flatMap((entry) => leavesOf(recordAt(entry, "fieldsV1"), ""));
  const foreign = new Map<string, string>();
  for (const entry of entries.filter((one) => !isOurs(one))) {
    for (const leaf of leavesOf(recordAt(entry, "fieldsV1"), "")) {
      const pointer = leaf.startsWith("/spec/") ? foreignBranch(leaf, own) : null;
      if (pointer !== null) foreign.set(pointer, textAt(entry, "manager"));
    }
  }
  return [...foreign].map(([pointer, manager]) => ({ pointer, manager })).toSorted(byPointer);
}

/** The highest part of a path that has nothing of ours in it or above it; null where the leaf itself is ours. */
function foreignBranch(leaf: string, own: readonly string[]): string | null {
  if (own.some((one) => leaf === one || leaf.startsWith(`${one}/`))) return null;
  const parts = leaf.split("/");
  const branches = parts.map((_, index) => parts.slice(0, index + 1).join("/")).slice(2);
  return branches.find((branch) => !own.some((one) => one.startsWith(`${branch}/`))) ?? leaf;
}

/** Keyed lists end a path: none of the exclusive kinds has one, their lists are atomic. */
function leavesOf(fields: JsonRecord, at: string): readonly string[] {
  const members = Object.entries(fields).filter(([key]) => key.startsWith("f:"));
  if (members.length === 0) return at === "" ? [] : [at];
  return members.flatMap(([key, value]) => {
    const pointer = `${at}/${key.slice(2).replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return leavesOf(isRecord(value) ? value : {}, pointer);
  });
}

function byPointer(a: ForeignField, b: ForeignField): number {
  return a.pointer < b.pointer ? -1 : Number(a.pointer > b.pointer);
}
