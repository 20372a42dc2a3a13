/**
 * `Reeve.json` in an object's folder: whose values are in it and how far the version has to come. It travels with the
 * object, so that nothing beside the domain has to remember. Pure.
 */
import { sortKeys } from "../../../../support/json.ts";
import type { Publisher } from "../compare-bundle.ts";
import type { Place } from "./merge-registry.ts";

export interface ObjectMarker extends Publisher {
  /** The values that are the policy's: those it sets, and those it once set and now takes away. Sorted. */
  readonly values: readonly Place[];
  /** What the machines' version comes to, or more, once the values are in their file. */
  readonly version: number;
}

export function renderMarker(marker: ObjectMarker): Uint8Array {
  const text = JSON.stringify(sortKeys({ formatVersion: 1, ...marker }), null, 2);
  return new Uint8Array(Buffer.from(`${text}\n`, "utf8"));
}

/** Null for what is no marker: nothing is known of whose the values are. */
export function readMarker(file: Uint8Array): ObjectMarker | null {
  const parsed = parse(file);
  if (parsed === null) return null;
  const { estate, policy, version, values } = parsed;
  if (typeof estate !== "string" || typeof policy !== "string") return null;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0 || version > 0xffff) return null;
  const places = Array.isArray(values) ? values.map(readPlace) : [null];
  return places.includes(null) ? null : { estate, policy, version, values: places.filter((one) => one !== null) };
}

function parse(file: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(file).toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function readPlace(place: unknown): Place | null {
  if (typeof place !== "object" || place === null || !("key" in place) || !("value" in place)) return null;
  const { key, value } = place;
  return typeof key === "string" && typeof value === "string" ? { key, value } : null;
}
