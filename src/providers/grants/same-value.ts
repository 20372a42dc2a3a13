/** Whether a value that was written is the one that is read, the server's spelling apart. Pure. */
import type { Json } from "../../support/json.ts";
import type { KubeObject } from "./kube-object.ts";
import { amountOf } from "./quantity.ts";
import { isRecord } from "./render/json-walk.ts";

/** Where in what kind of object a value is. */
export interface Where {
  readonly kind: string;
  /** The server's own kinds lose empty lists, and spell amounts their own way; others keep what they get. */
  readonly isBuiltIn: boolean;
  /** No spelling but the one that was written will do. */
  readonly isExact: boolean;
  /** The member that it is, or that the list is whose item it is. */
  readonly at: string;
}

const GROUPS: ReadonlySet<string> = new Set([
  "v1",
  "apps/v1",
  "batch/v1",
  "networking.k8s.io/v1",
  "admissionregistration.k8s.io/v1",
]);

/** The object itself. */
export function rootOf({ apiVersion, kind }: KubeObject): Where {
  return { kind, isBuiltIn: GROUPS.has(apiVersion), isExact: false, at: "" };
}

/** Maps of amounts: `500m` and `0.5` are one there, and two texts anywhere else. */
const AMOUNTS: ReadonlySet<string> = new Set(["requests", "limits", "hard", "default", "defaultRequest", "min", "max"]);

/** What the server adds: kind, the member that it adds to, and what. */
const DEFAULTS: readonly (readonly [kind: string, at: string, name: string, value: Json])[] = [
  ["NetworkPolicy", "ports", "protocol", "TCP"],
  ["ValidatingAdmissionPolicy", "spec", "failurePolicy", "Fail"],
  ["ValidatingAdmissionPolicy", "matchConstraints", "matchPolicy", "Equivalent"],
  ["ValidatingAdmissionPolicy", "matchConstraints", "namespaceSelector", {}],
  ["ValidatingAdmissionPolicy", "matchConstraints", "objectSelector", {}],
  ["ValidatingAdmissionPolicy", "resourceRules", "scope", "*"],
  ["HTTPRoute", "parentRefs", "group", "gateway.networking.k8s.io"],
  ["HTTPRoute", "parentRefs", "kind", "Gateway"],
  ["HTTPRoute", "backendRefs", "group", ""],
  ["HTTPRoute", "backendRefs", "kind", "Service"],
  ["HTTPRoute", "backendRefs", "weight", 1],
  ["HTTPRoute", "path", "type", "PathPrefix"],
];

/** True for a member that the server may have added by itself. */
export function isDefault(name: string, value: Json | undefined, { kind, at }: Where): boolean {
  return DEFAULTS.some((row) => row[0] === kind && row[1] === at && row[2] === name && isEqual(row[3], value));
}

function isEqual(a: Json, b: Json | undefined): boolean {
  return a === b || (isRecord(a) && isRecord(b) && Object.keys(a).length + Object.keys(b).length === 0);
}

/** False where it is not sure. */
export function isSameValue(written: Json, read: Json | undefined, where: Where): boolean {
  if (written === read) return true;
  if (Array.isArray(written)) return isSameList(written, read, where);
  if (isRecord(written)) return isRecord(read) && isSameRecord(written, read, where);
  if (where.isExact || !where.isBuiltIn || !AMOUNTS.has(where.at) || read === undefined) return false;
  const amount = amountOf(written);
  return amount !== null && amount === amountOf(read);
}

function isSameList(written: readonly Json[], read: Json | undefined, where: Where): boolean {
  if (read === undefined) return where.isBuiltIn && written.length === 0;
  if (!Array.isArray(read) || read.length !== written.length) return false;
  return written.every((item, index) => isSameValue(item, read[index] as Json, where));
}

type Members = Readonly<Record<string, Json>>;

function isSameRecord(written: Members, read: Members, where: Where): boolean {
  const added = Object.keys(read).filter((name) => !Object.hasOwn(written, name));
  return (
    (!where.isExact || added.length === 0) &&
    added.every((name) => isDefault(name, read[name], where)) &&
    Object.entries(written).every(([name, value]) => isSameValue(value, read[name], below(where, name)))
  );
}

/** One member down; amounts stay amounts. */
export function below(where: Where, name: string): Where {
  return AMOUNTS.has(where.at) ? where : { ...where, at: name };
}
