import { isAllowed } from "./access.ts";
import { type Answer, type ApiRequest, checkReadable, json, plainText, verbOf } from "./api-request.ts";
import { runControllers } from "./controllers.ts";
import { definedResources, settleDefinitions } from "./definitions.ts";
import {
  AGGREGATED_TYPE,
  aggregated,
  coreVersions,
  etagOf,
  legacyGroups,
  legacyResources,
  oneGroup,
  VERSION,
} from "./discovery.ts";
import { openApiDocument, openApiIndex } from "./openapi-document.ts";
import type { Resource } from "./resource.ts";
import { BUILT_IN } from "./resources.ts";
import { type JsonObject, objectOf, textOf } from "./schema.ts";
import { serveObject } from "./serve-object.ts";
import { PageNotFound, StatusError } from "./status.ts";
import { readTarget, type Target } from "./target.ts";
import type { World } from "./world.ts";
import { readJson } from "./write-body.ts";

export interface EngineOptions {
  readonly world: World;
  /** Custom kinds that are there from the beginning, beside the server's own. */
  readonly installed: readonly Resource[];
  readonly hasControllers: boolean;
  readonly hasLegacyDiscovery?: boolean;
  readonly address: () => string;
}

export interface Engine {
  readonly world: World;
  answer(request: ApiRequest, now: Date): Answer;
  /** Verb and plural, for the log and for faults. */
  nameOf(request: ApiRequest): { readonly verb: string; readonly plural: string };
}

export function createEngine(options: EngineOptions): Engine {
  const { world, installed } = options;
  const resources = (): readonly Resource[] => [...BUILT_IN, ...installed, ...definedResources(world)];
  let settled = 0;
  const settle = (now: string): void => {
    if (options.hasControllers) runControllers(world, resources(), { since: settled, now });
    settled = world.revision;
  };
  const targetOf = (request: ApiRequest): Target => readTarget(request.path, resources());
  return {
    world,
    nameOf: (request) => {
      try {
        const { resource, name } = targetOf(request);
        return { verb: verbOf(request, name), plural: resource.plural };
      } catch {
        return { verb: "read", plural: "" };
      }
    },
    answer: (request, now) => {
      const time = `${now.toISOString().slice(0, 19)}Z`;
      settle(time);
      const before = world.revision;
      const answer = caught(() => {
        const page = describe(request, resources(), options) ?? reviewAccess(world, request, now);
        return page ?? serveObject({ world, target: targetOf(request), request, now });
      });
      settleDefinitions(world, { before, now: time });
      return answer;
    },
  };
}

/** Refusals are answers; anything else is a bug of the stand-in. */
function caught(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof StatusError) return json(error.code, error.body, error.headers);
    if (error instanceof PageNotFound) return plainText(404, "404 page not found\n");
    throw error;
  }
}

/** What a server says of itself: health, version, discovery, schemas. Null: something else was asked. */
function describe(request: ApiRequest, resources: readonly Resource[], options: EngineOptions): Answer | null {
  const { path, headers } = request;
  if (["/healthz", "/readyz", "/livez"].includes(path)) return plainText(200, "ok");
  if (path === "/version") return json(200, VERSION);
  const isAsked = (headers.accept ?? "").includes("as=APIGroupDiscoveryList");
  const isAggregated = isAsked && options.hasLegacyDiscovery !== true;
  if (path === "/api")
    return isAggregated ? discovery(request, aggregated(resources, true)) : json(200, coreVersions(options.address()));
  if (path === "/apis")
    return isAggregated ? discovery(request, aggregated(resources, false)) : json(200, legacyGroups(resources));
  const parts = path.split("/").filter((part) => part !== "");
  if (path.startsWith("/openapi/v3")) return openApi(parts.slice(2).join("/"), resources);
  return legacyPage(parts, resources);
}

function openApi(place: string, resources: readonly Resource[]): Answer | null {
  const document = place === "" ? openApiIndex(resources) : openApiDocument(resources, place);
  return document === null ? null : json(200, document);
}

function legacyPage(parts: readonly string[], resources: readonly Resource[]): Answer | null {
  const [root, first = "", second = "", more] = parts;
  const isGroup = root === "apis" && second === "";
  const isVersion = (root === "apis" && second !== "" && more === undefined) || (root === "api" && second === "");
  if (!isGroup && !isVersion) return null;
  const group = root === "api" ? "" : first;
  const page = isGroup
    ? oneGroup(resources, group)
    : legacyResources(resources, group, root === "api" ? first : second);
  return page === null ? null : json(200, page);
}

function discovery({ headers }: ApiRequest, body: JsonObject): Answer {
  const tag = etagOf(body);
  if (headers["if-none-match"] === tag) return { status: 304, headers: { ETag: tag }, body: undefined };
  return { status: 200, headers: { "Content-Type": AGGREGATED_TYPE, ETag: tag }, body };
}

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** "May I?" */
function reviewAccess(world: World, { method, path, body, user, headers }: ApiRequest, now: Date): Answer | null {
  if (method !== "POST" || path !== REVIEWS) return null;
  checkReadable(headers);
  const review = objectOf(readJson(body));
  const { verb, group, resource, namespace, name } = objectOf(objectOf(review.spec).resourceAttributes);
  const asked = {
    verb: textOf(verb),
    group: textOf(group),
    resource: textOf(resource),
    namespace: textOf(namespace),
    name: textOf(name),
  };
  const manager = (headers["user-agent"] ?? "").split("/")[0] ?? "";
  return json(201, reviewAnswer(review, { allowed: isAllowed(world, user, asked), manager, now }));
}

interface Review {
  readonly allowed: boolean;
  readonly manager: string;
  readonly now: Date;
}

function reviewAnswer(review: JsonObject, { allowed, manager, now }: Review): JsonObject {
  const attributes = Object.keys(objectOf(objectOf(review.spec).resourceAttributes)).map(
    (name) => [`f:${name}`, {}] as const,
  );
  const entry = {
    manager,
    operation: "Update",
    apiVersion: "authorization.k8s.io/v1",
    time: `${now.toISOString().slice(0, 19)}Z`,
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": { "f:resourceAttributes": { ".": {}, ...Object.fromEntries(attributes) } } },
  };
  return { ...review, metadata: { managedFields: [entry] }, status: { allowed } };
}
