import { canonicalJson, type Json } from "../support/json.ts";
import type { FieldChange } from "./change.ts";

type Members = { readonly [key: string]: Json };

/**
 * The fields in which two normalized objects differ, sorted by path. Objects are compared member by member, lists as
 * whole values: a normalized list is either a sorted set or an order that means something.
 */
export function diffFields(before: Members, after: Members, prefix = ""): readonly FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => diffMember(before[key] ?? null, after[key] ?? null, joinPath(prefix, key)));
}

function diffMember(before: Json, after: Json, path: string): readonly FieldChange[] {
  if (before === after) return [];
  if (isMembers(before) && isMembers(after)) return diffFields(before, after, path);
  if (canonicalJson(before) === canonicalJson(after)) return [];
  return [{ path, before, after }];
}

/** `a.b`, or `a["odd key"]` where the key is not a plain word. */
export function joinPath(prefix: string, key: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(key)) return `${prefix}[${JSON.stringify(key)}]`;
  return prefix === "" ? key : `${prefix}.${key}`;
}

function isMembers(value: Json): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
