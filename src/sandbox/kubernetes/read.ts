import { Buffer } from "node:buffer";
import type { Json } from "../../support/json.ts";
import { listKindOf } from "./resource.ts";
import { isObject, type JsonObject } from "./schema.ts";
import { fieldMatcher, labelMatcher, type Matcher } from "./selectors.ts";
import { badRequest, fieldForbidden, invalidOptions, StatusError } from "./status.ts";
import { apiVersionOfTarget, keyOf, type Target } from "./target.ts";
import { metadataOf, objectsAt, objectsOf, type World } from "./world.ts";

/** Objects of the target's namespace (or of all) that the selectors choose, by namespace and name. */
export interface Selection {
  readonly matches: Matcher;
  readonly isSelective: boolean;
}

export function readSelection(target: Target, query: URLSearchParams): Selection {
  const labels = query.get("labelSelector") ?? "";
  const fields = query.get("fieldSelector") ?? "";
  const matchers = [labelMatcher(labels), fieldMatcher(fields), inNamespace(target.namespace)];
  return {
    matches: (object) => matchers.every((matches) => matches(object)),
    isSelective: labels !== "" || fields !== "",
  };
}

function inNamespace(namespace: string): Matcher {
  return (object) => namespace === "" || metadataOf(object).namespace === namespace;
}

/** Where a list goes on: the version it was begun at (0: whichever is current) and the last key given out. */
interface Continue {
  readonly revision: number;
  readonly after: string;
}

function encodeContinue({ revision, after }: Continue): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: after })).toString("base64url");
}

function decodeContinue(token: string): Continue {
  try {
    const value = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as Json;
    if (isObject(value) && typeof value.rv === "number" && typeof value.start === "string") {
      return { revision: value.rv, after: value.start };
    }
  } catch {
    throw badRequest(
      "invalid continue token: continue key is not valid: invalid character '\\x00' looking for beginning of value",
    );
  }
  throw badRequest("invalid continue token: continue key is not valid: unrecognized start key");
}

const TOO_OLD =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

function expired(message: string, metadata: JsonObject = {}): StatusError {
  return new StatusError({ code: 410, reason: "Expired", message, metadata });
}

function checkListOptions(query: URLSearchParams): void {
  const match = query.get("resourceVersionMatch");
  if (match !== null && query.get("resourceVersion") === null) {
    const why = "resourceVersionMatch is forbidden unless resourceVersion is provided";
    throw invalidOptions("ListOptions", fieldForbidden("resourceVersionMatch", why));
  }
  if (query.has("sendInitialEvents")) {
    throw invalidOptions("ListOptions", fieldForbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  if (query.has("continue") && query.has("resourceVersion")) {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
}

/** A whole number of the query, or what it is when left out. */
export function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const given = query.get(name) ?? "";
  if (given === "") return otherwise;
  if (!/^-?\d+$/.test(given)) throw badRequest(`${name}: Invalid value: ${JSON.stringify(given)}: invalid syntax`);
  return Number(given);
}

/** From which version, and after which key, to list. */
function startOf(world: World, query: URLSearchParams): Continue {
  const token = query.get("continue") ?? "";
  if (token !== "") {
    const begun = decodeContinue(token);
    if (begun.revision === 0) return { ...begun, revision: world.revision };
    if (begun.revision >= world.compactedAt) return begun;
    throw expired(TOO_OLD, { continue: encodeContinue({ revision: 0, after: begun.after }) });
  }
  const asked = numberOf(query, "resourceVersion", 0);
  if (asked > world.revision) throw tooLarge(asked, world.revision);
  const isExact = query.get("resourceVersionMatch") === "Exact";
  if (isExact && asked < world.compactedAt) throw expired("The resourceVersion for the provided list is too old.");
  return { revision: isExact ? asked : world.revision, after: "" };
}

function tooLarge(asked: number, current: number): StatusError {
  return new StatusError({
    code: 504,
    reason: "Timeout",
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
    headers: { "Retry-After": "1" },
  });
}

/** GET of a collection. */
export function listObjects(world: World, target: Target, query: URLSearchParams): JsonObject {
  checkListOptions(query);
  const selection = readSelection(target, query);
  const { revision, after } = startOf(world, query);
  const key = keyOf(target);
  const objects = revision === world.revision ? objectsOf(world, key) : objectsAt(world, key, revision);
  const chosen = [...objects]
    .filter(([id, object]) => id > after && selection.matches(object))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const limit = Math.max(0, numberOf(query, "limit", 0));
  const page = limit === 0 ? chosen : chosen.slice(0, limit);
  const left = chosen.length - page.length;
  const token = left === 0 ? "" : encodeContinue({ revision, after: page.at(-1)?.[0] ?? "" });
  return {
    kind: listKindOf(target.resource),
    apiVersion: apiVersionOfTarget(target),
    metadata: {
      resourceVersion: String(revision),
      ...(token !== "" || target.resource.isCustom ? { continue: token } : {}),
      ...(left > 0 && !selection.isSelective ? { remainingItemCount: left } : {}),
    },
    items: page.map(([, object]) => listItem(target, object)),
  };
}

/** Items of the server's own kinds do not say what they are. */
function listItem(target: Target, object: JsonObject): JsonObject {
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  return target.resource.isCustom
    ? { ...rest, kind: target.resource.kind, apiVersion: apiVersionOfTarget(target) }
    : rest;
}
