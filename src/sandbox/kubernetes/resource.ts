import type { JsonObject, Struct } from "./schema.ts";
import type { Cause } from "./status.ts";

/** What a create may draw on: an address is only taken when the object is really stored. */
export interface Allocation {
  readonly uid: string;
  readonly clusterIp: () => string;
}

/** What a kind does beyond its schema. All pure. */
export interface KindRules {
  /** Defaults that depend on other fields. */
  complete?(object: JsonObject): JsonObject;
  /** What the server adds to a new object; nobody owns it. */
  prepare?(object: JsonObject, allocation: Allocation): JsonObject;
  /** What the object carries over from the live one when a write leaves it out. */
  carryOver?(object: JsonObject, live: JsonObject): JsonObject;
  validate?(object: JsonObject): readonly Cause[];
  validateUpdate?(object: JsonObject, live: JsonObject): readonly Cause[];
}

/** One kind that the server knows. */
export interface Resource {
  readonly group: string;
  /** Served versions; objects are the same in all. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly isCustom: boolean;
  /** Carries CEL rules, of which the server says that it has skipped them when the schema already refuses. */
  readonly hasRules: boolean;
  readonly schema: Struct;
  readonly subresources: readonly ("status" | "scale" | "finalize")[];
  readonly generation: "none" | "spec" | "always";
  /** Its generation counts a list that is empty rather than absent as a change. */
  readonly countsEmpty: boolean;
  /** What a new object of the type looks like before anything is set. */
  readonly zero: JsonObject;
  /** What can be asked of it; everything when left out. */
  readonly verbs?: readonly string[];
  /** DELETE answers the object, not a Status. */
  readonly deleteAnswersObject: boolean;
  readonly rules: KindRules;
}

export function apiVersionOf(group: string, version: string): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Where objects of a kind are kept. */
export function resourceKey({ group, plural }: Pick<Resource, "group" | "plural">): string {
  return group === "" ? plural : `${plural}.${group}`;
}

export function listKindOf(resource: Resource): string {
  return `${resource.kind}List`;
}

export function hasStatus(resource: Resource): boolean {
  return resource.subresources.includes("status");
}
