import { unreachable } from "../../support/unreachable.ts";
import { checkAccess, checkEscalation } from "./access.ts";
import {
  type Answer,
  type ApiRequest,
  checkReadable,
  json,
  mediaType,
  type Verb,
  verbOf,
  warningHeaders,
} from "./api-request.ts";
import { applyObject, changeLive, liveOf, mustExist, postObject, putWhole } from "./change.ts";
import { readWriteOptions } from "./options.ts";
import { jsonPatch, mergePatch, strategicMerge } from "./patches.ts";
import { listObjects, readSelection } from "./read.ts";
import { checkNamespaceOpen, readDeleteOptions, removeObject } from "./remove.ts";
import { changeScale, scaleOf } from "./scale.ts";
import { isObject, type JsonObject, objectOf, textOf } from "./schema.ts";
import { badRequest, StatusError, unsupportedType } from "./status.ts";
import { asMetadata, asMetadataList, asTable } from "./table.ts";
import { apiVersionOfTarget, keyOf, type Target } from "./target.ts";
import { openWatch } from "./watch.ts";
import { allObjects, metadataOf, type World } from "./world.ts";
import type { Write, Written } from "./write.ts";
import { readJson, readObject, readYaml } from "./write-body.ts";

export interface Serving {
  readonly world: World;
  readonly target: Target;
  readonly request: ApiRequest;
  readonly now: Date;
}

const MOST_BYTES = 3_145_728;

/** Answers a request for objects. */
export function serveObject(serving: Serving): Answer {
  const { world, target, request } = serving;
  checkSize(request.body);
  const verb = verbOf(request, target.name);
  if (!isOffered(target, verb)) throw notAllowed();
  checkAccess(world, request.user, { target, verb: verb === "apply" ? "patch" : verb });
  switch (verb) {
    case "get":
      return show(
        serving,
        target.subresource === "scale" ? scaleOf(mustExist(serving)) : typed(target, mustExist(serving)),
      );
    case "list":
      return show(serving, listObjects(world, target, request.query));
    case "watch":
      return { status: 200, headers: {}, body: undefined, watch: openWatch(world, target, request.query) };
    case "create":
      return createOne(serving);
    case "update":
      return updateOne(serving);
    case "apply":
    case "patch":
      return patchOne(serving);
    case "delete":
      return deleteOne(serving);
    case "deletecollection":
      return deleteAll(serving);
    default:
      return unreachable(verb);
  }
}

/** Objects are created in their collection, and namespaces removed one by one. */
function isOffered({ resource, name }: Target, verb: Verb): boolean {
  if (resource.verbs?.includes(verb) === false || (verb === "create" && name !== "")) return false;
  return verb !== "deletecollection" || resource.kind !== "Namespace";
}

function notAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError({ code: 405, reason: "MethodNotAllowed", message, details: {} });
}

function checkSize(body: string): void {
  if (body.length <= MOST_BYTES) return;
  const message = `Request entity too large: limit is ${MOST_BYTES}`;
  throw new StatusError({ code: 413, reason: "RequestEntityTooLarge", message });
}

function typed(target: Target, object: JsonObject): JsonObject {
  return { ...object, kind: target.resource.kind, apiVersion: apiVersionOfTarget(target) };
}

/** In the form that the client asked for: whole, as a table, or its metadata alone. */
function show({ request, target, now }: Serving, body: JsonObject, status = 200): Answer {
  const accept = request.headers.accept ?? "";
  if (accept.includes("as=Table")) return json(status, asTable(body, target.resource.kind, now.getTime()));
  if (accept.includes("as=PartialObjectMetadataList")) return json(status, asMetadataList(body));
  return json(status, accept.includes("as=PartialObjectMetadata;") ? asMetadata(body) : body);
}

function writeOf(
  { world, target, request, now }: Serving,
  kind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
): Write {
  const isApply = mediaType(request.headers) === "application/apply-patch+yaml";
  const userAgent = request.headers["user-agent"] ?? "unknown";
  const options = readWriteOptions({ query: request.query, userAgent, kind, isApply });
  return { world, target, options, now: `${now.toISOString().slice(0, 19)}Z` };
}

function written(serving: Serving, status: number, { object, warnings }: Written): Answer {
  return json(status, typed(serving.target, object), warningHeaders(warnings));
}

function warned({ object, warnings }: Written, before: readonly string[]): Written {
  return { object, warnings: [...before, ...warnings] };
}

function createOne(serving: Serving): Answer {
  checkReadable(serving.request.headers);
  const write = writeOf(serving, "CreateOptions");
  const { object: body, warnings } = readObject(serving.request.body, serving.target, write.options.fieldValidation);
  checkNamespaceOpen(serving.world, { ...serving.target, name: textOf(metadataOf(body).name) });
  checkEscalation(serving.world, serving.request.user, { target: serving.target, object: body });
  return written(serving, 201, warned(postObject(write, body), warnings));
}

function updateOne(serving: Serving): Answer {
  checkReadable(serving.request.headers);
  const write = writeOf(serving, "UpdateOptions");
  if (serving.target.subresource === "scale") return json(200, changeScale(write, readJson(serving.request.body)));
  const { object: body, warnings } = readObject(serving.request.body, serving.target, write.options.fieldValidation);
  checkEscalation(serving.world, serving.request.user, { target: serving.target, object: body });
  return written(serving, 200, warned(putWhole(write, body), warnings));
}

const CUSTOM_TYPES = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";

function patchOne(serving: Serving): Answer {
  const { target, request } = serving;
  const type = mediaType(request.headers);
  const known = ["json-patch+json", "merge-patch+json", "apply-patch+yaml", "strategic-merge-patch+json"];
  if (!known.some((one) => type === `application/${one}`)) throw unsupportedType("415: Unsupported Media Type", {});
  if (target.resource.isCustom && type.includes("strategic")) {
    throw unsupportedType(
      `the body of the request was in an unknown format - accepted media types include: ${CUSTOM_TYPES}`,
    );
  }
  const write = writeOf(serving, "PatchOptions");
  if (type === "application/apply-patch+yaml") return applyOne(serving, write);
  const patch = readJson(request.body);
  if (target.subresource === "scale")
    return json(200, changeScale(write, mergePatch(scaleOf(mustExist(write)), patch)));
  const live = mustExist(write);
  const candidate = patched(target, live, { type, patch });
  checkEscalation(serving.world, request.user, { target, object: candidate });
  return written(serving, 200, changeLive(write, live, candidate));
}

interface Patch {
  readonly type: string;
  readonly patch: ReturnType<typeof readJson>;
}

function patched({ resource }: Target, live: JsonObject, { type, patch }: Patch): JsonObject {
  if (type === "application/json-patch+json") return jsonPatch(live, patch);
  if (!isObject(patch))
    throw badRequest("error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}");
  const merged = type.includes("strategic") ? strategicMerge(resource.schema, live, patch) : mergePatch(live, patch);
  return objectOf(merged);
}

function applyOne(serving: Serving, write: Write): Answer {
  const { world, target, request } = serving;
  const { value, warnings } = readYaml(request.body, write.options.fieldValidation);
  const isNew = liveOf(write) === undefined;
  if (isNew) {
    checkAccess(world, request.user, { target, verb: "create" });
    checkNamespaceOpen(world, target);
  }
  if (isObject(value)) checkEscalation(world, request.user, { target, object: value });
  return written(serving, isNew ? 201 : 200, warned(applyObject(write, value), warnings));
}

function deleteOne(serving: Serving): Answer {
  const { world, target, request, now } = serving;
  const body = request.body === "" ? null : readJson(request.body);
  const options = readDeleteOptions(body, request.query);
  const removed = removeObject({ world, target, options, now: `${now.toISOString().slice(0, 19)}Z` });
  return json(200, removed.kind === "Status" ? removed : typed(target, removed));
}

function deleteAll(serving: Serving): Answer {
  const { world, target, request } = serving;
  const { matches } = readSelection(target, request.query);
  const list = listObjects(world, target, request.query);
  for (const object of allObjects(world, keyOf(target)).filter(matches)) {
    const { name, namespace } = metadataOf(object);
    deleteOne({ ...serving, target: { ...target, name: textOf(name), namespace: textOf(namespace) } });
  }
  return json(200, list);
}
