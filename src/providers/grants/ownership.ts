/** Whose a live object is, and whether Reeve may take it away. Pure. */
import type { KubeObject } from "./kube-object.ts";
import { managedFieldsOf, objectKey } from "./live.ts";
import { type JsonRecord, listAt, recordAt, textAt } from "./render/json-walk.ts";
import { ANNOTATIONS, LABELS } from "./render/markers.ts";
import { DESKTOP_SLOTS, type DesktopSlot } from "./render/slots.ts";

export type Ownership = "ours" | "nobody" | "other";

/** Marks that are gone are made up for by what the server itself keeps: who applied the object. */
export function ownershipOf(live: KubeObject, estate: string, fieldManager: string): Ownership {
  const owner = live.metadata.labels?.[LABELS.estate];
  if (owner !== undefined) return owner === estate ? "ours" : "other";
  return ownEntry(live, fieldManager) === undefined ? "nobody" : "ours";
}

/** What Reeve has applied of an object, in the server's own notation. */
function ownEntry(live: KubeObject, fieldManager: string): JsonRecord | undefined {
  return managedFieldsOf(live).find(
    (entry) => textAt(entry, "manager") === fieldManager && textAt(entry, "operation") === "Apply",
  );
}

/** Who wrote to an object, as the server has it. */
function managersOf(object: KubeObject): ReadonlySet<string> {
  return new Set(managedFieldsOf(object).map((entry) => textAt(entry, "manager")));
}

/** The desktop's object that a live one is; undefined for any other. */
export function slotOf({ apiVersion, kind, metadata }: KubeObject): DesktopSlot | undefined {
  // A namespace, and a route beside the Gateway, have their desktop's name.
  const isNamed = ({ name }: DesktopSlot): boolean => name === metadata.name || name === "" || kind === "HTTPRoute";
  return DESKTOP_SLOTS.find((slot) => slot.apiVersion === apiVersion && slot.kind === kind && isNamed(slot));
}

/** What is asked before anything is taken away, beside the uid, which the server checks. */
export interface PruneBounds {
  readonly estate: string;
  readonly fieldManager: string;
  /** The estate's parent object in the cluster; undefined where somebody has taken it away. */
  readonly parent: KubeObject | undefined;
}

/** Why an object stays though nobody wants it any more; null where it may go. */
export function keptBecause(live: KubeObject, { estate, fieldManager, parent }: PruneBounds): string | null {
  if (isMarkedKeep(live)) return `it says ${ANNOTATIONS.prune}: keep`;
  if (ownershipOf(live, estate, fieldManager) !== "ours") return "it has no mark of this estate";
  if (!managersOf(live).has(fieldManager)) return `nothing in it was written by ${fieldManager}`;
  return parent === undefined || listsKind(parent, live) ? null : "the estate's parent object does not list its kind";
}

/** People keep an object, and what it is in. */
export function isMarkedKeep({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[ANNOTATIONS.prune] === "keep" || metadata.labels?.[ANNOTATIONS.prune] === "keep";
}

function listsKind(parent: KubeObject, { apiVersion, kind }: KubeObject): boolean {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0] ?? ""}` : "";
  const listed = parent.metadata.annotations?.["applyset.kubernetes.io/contains-group-kinds"] ?? "";
  return listed.split(",").includes(`${kind}${group}`);
}

/** The part of an object that Reeve has applied: applied again, it is what it was. Keyed lists go whole. */
export function ownPart(live: KubeObject, fieldManager: string): JsonRecord {
  const fields = recordAt(ownEntry(live, fieldManager) ?? {}, "fieldsV1");
  return pick(live, fields);
}

function pick(from: JsonRecord, fields: JsonRecord): JsonRecord {
  const names = Object.keys(fields).filter((key) => key.startsWith("f:"));
  return Object.fromEntries(
    names.flatMap((key) => {
      const name = key.slice(2);
      const value = from[name];
      if (value === undefined) return [];
      const inner = recordAt(fields, key);
      const isWhole = Array.isArray(value) || !Object.keys(inner).some((one) => one.startsWith("f:"));
      return [[name, isWhole ? value : pick(recordAt(from, name), inner)]];
    }),
  );
}

/** True for what goes when its owner goes. */
export function hasOwner({ metadata }: KubeObject): boolean {
  return listAt(metadata, "ownerReferences").length > 0;
}

/** The same object, at whatever version: two of one name are told apart. */
export function byKey(a: KubeObject, b: KubeObject): number {
  return objectKey(a) < objectKey(b) ? -1 : Number(objectKey(a) > objectKey(b));
}
