import { isRecord, type JsonRecord, recordAt, recordsAt } from "./render/json-walk.ts";

const NAME = "envoy.filters.http.local_ratelimit";
const STRUCT = "type.googleapis.com/udpa.type.v1.TypedStruct";
const LIMIT = "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit";

/**
 * True for the spec of an EnvoyFilter that adds rate limits to selected proxies and does nothing else. Such a filter turns
 * requests away and never lets one in; any other can undo every policy.
 */
export function addsRateLimitsAlone(spec: unknown): boolean {
  if (!isRecord(spec)) return false;
  const patches = recordsAt(spec, "configPatches");
  const isSelecting = Object.keys(recordAt(recordAt(spec, "workloadSelector"), "labels")).length > 0;
  const isBound = Object.keys(spec).every((key) => key === "workloadSelector" || key === "configPatches");
  return isSelecting && isBound && patches.length > 0 && patches.every(addsRateLimit);
}

function addsRateLimit(patch: JsonRecord): boolean {
  const change = recordAt(patch, "patch");
  const value = recordAt(change, "value");
  const config = recordAt(value, "typed_config");
  return (
    patch["applyTo"] === "HTTP_FILTER" &&
    change["operation"] === "INSERT_BEFORE" &&
    value["name"] === NAME &&
    config["@type"] === STRUCT &&
    config["type_url"] === LIMIT
  );
}
