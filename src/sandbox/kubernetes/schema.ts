import type { Json } from "../../support/json.ts";

interface Common {
  /** What the server writes where the field is absent and its parent is not. */
  readonly default?: Json;
  /** Survives a round trip when empty or zero: a pointer, or a field without `omitempty`, of the server's own types. */
  readonly keep?: boolean;
}

export interface Scalar extends Common {
  readonly is: "string" | "integer" | "number" | "boolean" | "quantity" | "intOrString";
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Struct extends Common {
  readonly is: "struct";
  readonly fields: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Owned as a whole. */
  readonly atomic?: boolean;
}

export interface MapOf extends Common {
  readonly is: "map";
  readonly of: Schema;
  readonly atomic?: boolean;
}

export interface ListOf extends Common {
  readonly is: "list";
  readonly of: Schema;
  /** `atomic`, `set`, or the fields that tell items apart. */
  readonly merge: "atomic" | "set" | readonly string[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Anything: kept as it came, owned as a whole. */
export interface Anything extends Common {
  readonly is: "any";
}

/** The shape of a value: what server-side apply, strict decoding and defaults need to know of it. */
export type Schema = Scalar | Struct | MapOf | ListOf | Anything;

type Rest<Of extends Schema> = Omit<Of, "is" | "fields" | "of" | "merge">;

const scalar =
  (is: Scalar["is"]) =>
  (rest: Rest<Scalar> = {}): Scalar => ({ is, ...rest });

export const str = scalar("string");
export const int = scalar("integer");
export const num = scalar("number");
export const bool = scalar("boolean");
export const quantity = scalar("quantity");
export const intOrString = scalar("intOrString");
export const any = (rest: Rest<Anything> = {}): Anything => ({ is: "any", ...rest });
/** A scalar that is kept when it is zero. */
export const text = str({ keep: true });
export const count = int({ keep: true });
export const flag = bool({ keep: true });

export function oneOf(...values: readonly string[]): Scalar {
  return str({ enum: values });
}

export function struct(fields: Struct["fields"], rest: Rest<Struct> = {}): Struct {
  return { is: "struct", fields, ...rest };
}

export function mapOf(of: Schema, rest: Rest<MapOf> = {}): MapOf {
  return { is: "map", of, ...rest };
}

export function listOf(of: Schema, rest: Rest<ListOf> = {}): ListOf {
  return { is: "list", of, merge: "atomic", ...rest };
}

export function setOf(of: Schema, rest: Rest<ListOf> = {}): ListOf {
  return { is: "list", of, merge: "set", ...rest };
}

export function keyedBy(keys: readonly string[], of: Schema, rest: Rest<ListOf> = {}): ListOf {
  return { is: "list", of, merge: keys, ...rest };
}

export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function listIn(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}
