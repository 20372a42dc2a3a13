import { type JsonObject, objectOf, textOf } from "./schema.ts";

/** One change of one object, for watches and for lists at an older version. */
export interface Revision {
  readonly revision: number;
  /** The kind's key, as `resourceKey` gives it. */
  readonly key: string;
  readonly id: string;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/** All that a cluster keeps. Objects are values: a change puts another one in its place. */
export interface World {
  revision: number;
  /** Service addresses handed out. */
  addresses: number;
  readonly objects: Map<string, Map<string, JsonObject>>;
  /** Where the objects of a namespace (empty: of none) are found: kind's key and id, as one text. */
  readonly places: Map<string, Map<string, Place>>;
  /** Changes in order, since the start of this process or the last compaction. */
  history: Revision[];
  /** What is older than this is forgotten. */
  compactedAt: number;
}

interface Place {
  readonly key: string;
  readonly id: string;
}

const FIRST_REVISION = 1000;

export function emptyWorld(): World {
  return {
    revision: FIRST_REVISION,
    addresses: 0,
    objects: new Map(),
    places: new Map(),
    history: [],
    compactedAt: FIRST_REVISION,
  };
}

export function idOfObject(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

export function idOf(object: JsonObject): string {
  const { namespace, name } = metadataOf(object);
  return idOfObject(textOf(namespace), textOf(name));
}

export function metadataOf(object: JsonObject): JsonObject {
  return objectOf(object.metadata);
}

export function withMetadata(object: JsonObject, change: JsonObject): JsonObject {
  const metadata = Object.entries({ ...metadataOf(object), ...change }).filter(([, value]) => value !== null);
  return { ...object, metadata: Object.fromEntries(metadata) };
}

export function versionOf(object: JsonObject): string {
  return textOf(metadataOf(object).resourceVersion);
}

export function objectsOf(world: World, key: string): ReadonlyMap<string, JsonObject> {
  return world.objects.get(key) ?? new Map();
}

/** The kind's objects as a list of their own: the world may change while it is gone through. */
export function allObjects(world: World, key: string): readonly JsonObject[] {
  return [...objectsOf(world, key).values()];
}

export function findObject(world: World, key: string, id: string): JsonObject | undefined {
  return world.objects.get(key)?.get(id);
}

/** Keeps the object under a new version, which it carries from now on. */
export function putObject(world: World, key: string, object: JsonObject): JsonObject {
  const id = idOf(object);
  world.revision += 1;
  const stored = withMetadata(object, { resourceVersion: String(world.revision) });
  const before = findObject(world, key, id);
  placeObject(world, key, stored);
  remember(world, { revision: world.revision, key, id, before, after: stored });
  return stored;
}

/** Keeps an object as it is. */
export function placeObject(world: World, key: string, object: JsonObject): void {
  const id = idOf(object);
  const objects = world.objects.get(key) ?? new Map<string, JsonObject>();
  world.objects.set(key, objects.set(id, object));
  const namespace = namespaceOf(id);
  const places = world.places.get(namespace) ?? new Map<string, Place>();
  world.places.set(namespace, places.set(`${key} ${id}`, { key, id }));
}

export function namespaceOf(id: string): string {
  return id.slice(0, id.indexOf("/"));
}

/** All that is in a namespace, or in none. */
export function contentsOf(
  world: World,
  namespace: string,
): readonly { readonly key: string; readonly object: JsonObject }[] {
  const places = [...(world.places.get(namespace)?.values() ?? [])];
  return places.flatMap(({ key, id }) => {
    const object = findObject(world, key, id);
    return object === undefined ? [] : [{ key, object }];
  });
}

/** The object as it last was, under the version of its removal. */
export function dropObject(world: World, key: string, id: string): JsonObject {
  const before = findObject(world, key, id);
  if (before === undefined) return {};
  world.revision += 1;
  world.objects.get(key)?.delete(id);
  world.places.get(namespaceOf(id))?.delete(`${key} ${id}`);
  remember(world, { revision: world.revision, key, id, before, after: undefined });
  return withMetadata(before, { resourceVersion: String(world.revision) });
}

const MOST_KEPT = 50_000;

function remember(world: World, revision: Revision): void {
  world.history.push(revision);
  if (world.history.length <= MOST_KEPT) return;
  const kept = world.history.slice(MOST_KEPT / 2);
  world.compactedAt = (kept[0]?.revision ?? world.revision) - 1;
  world.history = kept;
}

/** Forgets all older versions: what a client still holds of them has expired. */
export function compact(world: World): void {
  world.history = [];
  world.compactedAt = world.revision;
}

/** The kind's objects as they were at a version that is not forgotten. */
export function objectsAt(world: World, key: string, revision: number): ReadonlyMap<string, JsonObject> {
  const objects = new Map(objectsOf(world, key));
  for (const change of world.history.toReversed()) {
    if (change.revision <= revision) break;
    if (change.key !== key) continue;
    if (change.before === undefined) objects.delete(change.id);
    else objects.set(change.id, change.before);
  }
  return objects;
}

/** In order, newest last. */
export function changesSince(world: World, revision: number): readonly Revision[] {
  let from = world.history.length;
  while (from > 0 && (world.history[from - 1]?.revision ?? 0) > revision) from -= 1;
  return world.history.slice(from);
}
