import { makeProgress } from "./progress.ts";
import { fillQuotas } from "./quota.ts";
import type { Resource } from "./resource.ts";
import { type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import {
  allObjects,
  changesSince,
  contentsOf,
  dropObject,
  idOf,
  metadataOf,
  namespaceOf,
  objectsOf,
  putObject,
  type World,
  withMetadata,
} from "./world.ts";

/**
 * What a cluster's controllers do between two requests: empty and remove namespaces that are going away, let go of
 * claims and of what was deleted in the foreground, bind claims, roll out workloads, count quotas. Each runs to its end
 * at once, and looks only at what has changed since it last ran.
 */
export function runControllers(world: World, resources: readonly Resource[], { since, now }: Since): void {
  const changes = changesSince(world, since);
  if (changes.length === 0) return;
  for (const { key, after } of changes) if (after !== undefined) letGo(world, key, after);
  for (const namespace of allObjects(world, "namespaces")) {
    if (metadataOf(namespace).deletionTimestamp !== undefined) emptyNamespace(world, namespace);
  }
  makeProgress(world, resources, { changes, now });
  fillQuotas(world, resources, new Set(changesSince(world, since).map(({ id }) => namespaceOf(id))));
}

interface Since {
  readonly since: number;
  readonly now: string;
}

/** Finalizers that a controller of the cluster takes off by itself. */
const OURS: ReadonlySet<string> = new Set(["foregroundDeletion", "orphan", "kubernetes.io/pvc-protection"]);

function letGo(world: World, key: string, changed: JsonObject): void {
  const object = objectsOf(world, key).get(idOf(changed));
  if (object === undefined || metadataOf(object).deletionTimestamp === undefined) return;
  const finalizers = listIn(metadataOf(object).finalizers);
  const left = finalizers.filter((finalizer) => !OURS.has(textOf(finalizer)));
  if (left.length === finalizers.length) return;
  if (left.length === 0) dropObject(world, key, idOf(object));
  else putObject(world, key, withMetadata(object, { finalizers: left }));
}

function emptyNamespace(world: World, namespace: JsonObject): void {
  const { name, deletionTimestamp } = metadataOf(namespace);
  const contents = contentsOf(world, textOf(name));
  for (const { key, object } of contents) {
    const { finalizers, deletionTimestamp: since } = metadataOf(object);
    const holds = listIn(finalizers).filter((finalizer) => !OURS.has(textOf(finalizer)));
    if (holds.length === 0) dropObject(world, key, idOf(object));
    else if (since === undefined)
      putObject(world, key, withMetadata(object, { deletionTimestamp: deletionTimestamp ?? "" }));
  }
  const isEmpty = contents.every(({ key, object }) => objectsOf(world, key).get(idOf(object)) === undefined);
  const isHeld = listIn(metadataOf(namespace).finalizers).length > 0;
  if (isEmpty && !isHeld) dropObject(world, "namespaces", idOf(namespace));
  else if (isEmpty && listIn(objectOf(namespace.spec).finalizers).length > 0)
    putObject(world, "namespaces", { ...namespace, spec: {} });
}
