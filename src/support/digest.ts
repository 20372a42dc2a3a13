import { createHash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** `sha256:<64 hex>` over the canonical JSON of `value`. Equal values, equal digests; key order does not matter. */
export function digestOf(value: unknown): string {
  return `sha256:${createHash("sha256").update(canonicalJson(value)).digest("hex")}`;
}
