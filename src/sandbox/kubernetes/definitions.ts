import { schemaFromOpenApi } from "./openapi-schema.ts";
import { writeAs } from "./ownership/write-as.ts";
import type { Resource } from "./resource.ts";
import { resourceKey } from "./resource.ts";
import { BUILT_IN, customResource } from "./resources.ts";
import { isObject, type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import { objectSchema } from "./schemas/meta.ts";
import { allObjects, dropObject, idOf, metadataOf, versionOf, type World } from "./world.ts";

const KEY = "customresourcedefinitions.apiextensions.k8s.io";

function conditionsOf({ status }: JsonObject): readonly JsonObject[] {
  return listIn(objectOf(status).conditions).filter(isObject);
}

function isEstablished(definition: JsonObject): boolean {
  const isNamed = conditionsOf(definition).some(({ type, status }) => type === "Established" && status === "True");
  return isNamed && metadataOf(definition).deletionTimestamp === undefined;
}

/** The kinds that established definitions bring. */
export function definedResources(world: World): readonly Resource[] {
  return allObjects(world, KEY).filter(isEstablished).map(resourceOf);
}

function resourceOf({ spec }: JsonObject): Resource {
  const { group, names, scope, versions } = objectOf(spec);
  const { kind, plural, singular, shortNames, categories } = objectOf(names);
  const served = listIn(versions)
    .map(objectOf)
    .filter((version) => version.served === true);
  const stored = served.find((version) => version.storage === true) ?? served[0] ?? {};
  const schema = schemaFromOpenApi(objectOf(objectOf(stored.schema).openAPIV3Schema));
  return customResource({
    group: textOf(group),
    versions: served.map(({ name }) => textOf(name)),
    kind: textOf(kind),
    plural: textOf(plural),
    singular: textOf(singular),
    shortNames: listIn(shortNames).map(textOf),
    categories: listIn(categories).map(textOf),
    namespaced: scope === "Namespaced",
    subresources: isObject(objectOf(stored.subresources).status) ? ["status"] : [],
    schema: objectSchema(
      schema.is === "struct" ? schema.fields : {},
      schema.is === "struct" ? { required: schema.required ?? [] } : {},
    ),
  });
}

interface Settling {
  /** Only what is older is settled: a new kind is served a moment after it was defined, not at once. */
  readonly before: number;
  readonly now: string;
}

/** What the server itself does about definitions between two requests: serve new ones, clean up after deleted ones. */
export function settleDefinitions(world: World, { before, now }: Settling): void {
  for (const definition of allObjects(world, KEY)) {
    if (Number(versionOf(definition)) > before) continue;
    if (metadataOf(definition).deletionTimestamp !== undefined) cleanUp(world, definition);
    else if (!isEstablished(definition)) establish(world, definition, now);
  }
}

function cleanUp(world: World, definition: JsonObject): void {
  const key = resourceKey(resourceOf(definition));
  for (const object of allObjects(world, key)) dropObject(world, key, idOf(object));
  dropObject(world, KEY, idOf(definition));
}

const CONDITIONS = [
  { type: "NamesAccepted", reason: "NoConflicts", message: "no conflicts found" },
  { type: "Established", reason: "InitialNamesAccepted", message: "the initial names have been accepted" },
] as const;

function establish(world: World, definition: JsonObject, now: string): void {
  const { names } = objectOf(definition.spec);
  const conditions = CONDITIONS.map((condition) => ({ ...condition, status: "True", lastTransitionTime: now }));
  const status = { ...objectOf(definition.status), conditions, acceptedNames: objectOf(names) };
  const resource = BUILT_IN.find((one) => resourceKey(one) === KEY);
  if (resource === undefined) return;
  const before = { ...definition, status: { ...objectOf(definition.status), conditions: [] } };
  const author = { name: "kube-apiserver", subresource: "status", now } as const;
  writeAs(world, { resource, before, after: { ...definition, status } }, author);
}
