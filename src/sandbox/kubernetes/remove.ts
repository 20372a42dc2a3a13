import type { Json } from "../../support/json.ts";
import { liveOf, mustExist } from "./change.ts";
import { readDryRun } from "./options.ts";
import { isObject, type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import { conflict, fieldNotSupported, forbidden, invalidOptions } from "./status.ts";
import { keyOf, subjectOf, type Target } from "./target.ts";
import { dropObject, idOfObject, metadataOf, putObject, versionOf, type World, withMetadata } from "./world.ts";

/** How a delete is to be made: its body and its query, checked. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly propagation: string;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

const POLICIES = ["Foreground", "Background", "Orphan", "nil"] as const;

export function readDeleteOptions(body: Json, query: URLSearchParams): DeleteOptions {
  const given = isObject(body) ? body : {};
  const { uid, resourceVersion } = objectOf(given.preconditions);
  const propagation = textOf(given.propagationPolicy) || (query.get("propagationPolicy") ?? "Background");
  if (!POLICIES.some((one) => one === propagation)) {
    throw invalidOptions("DeleteOptions", fieldNotSupported("propagationPolicy", propagation, POLICIES));
  }
  return {
    dryRun: readDryRun([...listIn(given.dryRun), ...query.getAll("dryRun")], "DeleteOptions"),
    propagation,
    uid: uid === undefined || uid === null ? undefined : textOf(uid),
    resourceVersion: resourceVersion === undefined || resourceVersion === null ? undefined : textOf(resourceVersion),
  };
}

interface Removal {
  readonly world: World;
  readonly target: Target;
  readonly options: DeleteOptions;
  readonly now: string;
}

const IMMORTAL: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public"]);
const ADDED: Readonly<Record<string, string>> = { Foreground: "foregroundDeletion", Orphan: "orphan" };

/** DELETE: the object goes, or is marked where somebody has to let it go first. */
export function removeObject(removal: Removal): JsonObject {
  const { world, target, options } = removal;
  const live = mustExist(removal);
  checkPreconditions(target, live, options);
  if (target.resource.kind === "Namespace") return removeNamespace(removal, live);
  if (metadataOf(live).deletionTimestamp !== undefined) return live;
  const marked = withFinalizers(target, live, options);
  if (listIn(metadataOf(marked).finalizers).length > 0) return markDeleted(removal, marked);
  const gone = options.dryRun ? live : dropObject(world, keyOf(target), idOfObject(target.namespace, target.name));
  return target.resource.deleteAnswersObject ? gone : success(target, live);
}

function withFinalizers({ resource }: Target, live: JsonObject, { propagation }: DeleteOptions): JsonObject {
  const cleanup =
    resource.kind === "CustomResourceDefinition" ? "customresourcecleanup.apiextensions.k8s.io" : ADDED[propagation];
  if (cleanup === undefined) return live;
  const finalizers = [...new Set([...listIn(metadataOf(live).finalizers), cleanup])];
  return withMetadata(live, { finalizers });
}

function markDeleted({ world, target, options, now }: Removal, live: JsonObject): JsonObject {
  const { generation } = metadataOf(live);
  const isCounted = typeof generation === "number" && target.resource.kind !== "CustomResourceDefinition";
  const grace = target.resource.kind === "CustomResourceDefinition" ? null : 0;
  const told = target.resource.kind === "CustomResourceDefinition" ? withTerminating(live, now) : live;
  const marked = withMetadata(told, {
    deletionTimestamp: now,
    deletionGracePeriodSeconds: grace,
    ...(isCounted ? { generation: generation + 1 } : {}),
  });
  return options.dryRun ? marked : putObject(world, keyOf(target), marked);
}

function withTerminating(live: JsonObject, now: string): JsonObject {
  const status = objectOf(live.status);
  const condition = {
    type: "Terminating",
    status: "True",
    lastTransitionTime: now,
    reason: "InstanceDeletionPending",
    message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
  };
  return { ...live, status: { ...status, conditions: [...listIn(status.conditions), condition] } };
}

/** A namespace stays until it is empty and its own finalizer is gone. */
function removeNamespace({ world, target, options, now }: Removal, live: JsonObject): JsonObject {
  if (IMMORTAL.has(target.name)) throw forbidden(subjectOf(target), "this namespace may not be deleted");
  if (metadataOf(live).deletionTimestamp !== undefined) return live;
  const marked = withMetadata({ ...live, status: { phase: "Terminating" } }, { deletionTimestamp: now });
  return options.dryRun ? marked : putObject(world, keyOf(target), marked);
}

function checkPreconditions(
  { resource, name }: Target,
  live: JsonObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  const subject = subjectOf({ resource, name });
  const record = textOf(metadataOf(live).uid);
  if (uid !== undefined && uid !== record) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${record}). The object might have been deleted and then recreated`;
    throw conflict(subject, why, resource.kind);
  }
  if (resourceVersion !== undefined && resourceVersion !== versionOf(live)) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${versionOf(live)}). The object might have been modified`;
    throw conflict(subject, why, resource.kind);
  }
}

function success({ resource, name }: Target, live: JsonObject): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name,
      ...(resource.group === "" ? {} : { group: resource.group }),
      kind: resource.plural,
      uid: textOf(metadataOf(live).uid),
    },
  };
}

/** Writes into a namespace that is missing, or new objects in one that is going away. */
export function checkNamespaceOpen(world: World, target: Target): void {
  if (!target.resource.namespaced) return;
  const namespace = world.objects.get("namespaces")?.get(idOfObject("", target.namespace));
  if (namespace === undefined) {
    mustExist({ world, target: namespaceTarget(target) });
    return;
  }
  if (metadataOf(namespace).deletionTimestamp === undefined || liveOf({ world, target }) !== undefined) return;
  throw forbidden(
    subjectOf(target),
    `unable to create new content in namespace ${target.namespace} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${target.namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
}

function namespaceTarget(target: Target): Target {
  const resource = { ...target.resource, group: "", plural: "namespaces", kind: "Namespace" };
  return { resource, version: "v1", namespace: "", name: target.namespace, subresource: "" };
}
