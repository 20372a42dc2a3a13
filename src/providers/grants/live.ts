/** What is asked of live objects, whoever made them. Pure. */
import type { KubeObject } from "./kube-object.ts";
import { type JsonRecord, recordAt, recordsAt, textAt } from "./render/json-walk.ts";

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
  return textAt(object.metadata, mark);
}

/** Who owns what of an object, in the server's own notation. */
export function managedFieldsOf(object: KubeObject): readonly JsonRecord[] {
  return recordsAt(object.metadata, "managedFields");
}

/** What an object says beside what the server alone decides. */
export function wishesOf(object: KubeObject): JsonRecord {
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...rest } = object;
  const wishes = { labels: recordAt(metadata, "labels"), annotations: recordAt(metadata, "annotations") };
  return { ...rest, metadata: wishes };
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
