import { randomBytes } from "node:crypto";
import type { Json } from "../../support/json.ts";
import type { WriteOptions } from "./options.ts";
import { type FieldSet, printPaths } from "./ownership/field-set.ts";
import { ignoredFields } from "./ownership/ignored.ts";
import {
  applyConfig,
  decodeManagers,
  type FieldConflict,
  type Identity,
  type Managers,
  recordUpdate,
} from "./ownership/managers.ts";
import { hasStatus } from "./resource.ts";
import { type JsonObject, textOf } from "./schema.ts";
import { alreadyExists, conflict, MODIFIED, notFound, StatusError } from "./status.ts";
import { apiVersionOfTarget, keyOf, subjectOf, type Target } from "./target.ts";
import { typedErrors } from "./typed-errors.ts";
import { findObject, idOfObject, metadataOf, withMetadata } from "./world.ts";
import { create, type Understood, understand, update, type Write, type Written } from "./write.ts";
import { checkConfig, checkIdentity, checkNamespace } from "./write-body.ts";

export function liveOf({ world, target }: Pick<Write, "world" | "target">): JsonObject | undefined {
  const live = findObject(world, keyOf(target), idOfObject(target.namespace, target.name));
  return live === undefined ? undefined : { ...live, apiVersion: apiVersionOfTarget(target) };
}

/** The object that the path names; 404 when there is none. */
export function mustExist(at: Pick<Write, "world" | "target">): JsonObject {
  const live = liveOf(at);
  if (live === undefined) throw notFound(subjectOf(at.target));
  return live;
}

function unowned(object: JsonObject): JsonObject {
  return withMetadata(object, { managedFields: null });
}

function emptyObject({ target }: Write): JsonObject {
  return { apiVersion: apiVersionOfTarget(target), kind: target.resource.kind, metadata: {}, ...target.resource.zero };
}

function ignoredBy({ resource, subresource }: Target): FieldSet {
  if (subresource === "status") return ignoredFields(["spec"]);
  return ignoredFields(hasStatus(resource) ? ["status"] : []);
}

function identityOf({ target, options }: Write, operation: "Apply" | "Update"): Identity {
  const subresource = target.subresource === "status" || target.subresource === "scale" ? target.subresource : "";
  return { name: options.manager, operation, apiVersion: apiVersionOfTarget(target), subresource };
}

interface Owned {
  readonly live: JsonObject;
  readonly managers: Managers;
}

function changeOf(write: Write, { live, managers }: Owned, operation: "Apply" | "Update") {
  const { target, now } = write;
  const identity = identityOf(write, operation);
  return {
    schema: target.resource.schema,
    live: unowned(live),
    managers,
    identity,
    ignored: ignoredBy(target),
    time: now,
  };
}

/** POST. */
export function postObject(write: Write, body: JsonObject): Written {
  const { name, generateName, namespace } = metadataOf(body);
  checkNamespace(textOf(namespace), write.target);
  const prefix = textOf(generateName);
  const isNamed = textOf(name) !== "" || prefix === "";
  const chosen = isNamed ? textOf(name) : `${prefix}${randomBytes(5).toString("hex").slice(0, 5)}`;
  const named: Write = { ...write, target: { ...write.target, name: chosen } };
  const understood = understand(named, unowned(withMetadata(body, { name: chosen })));
  if (liveOf(named) !== undefined) throw alreadyExists(subjectOf(named.target));
  const owned = { live: emptyObject(named), managers: new Map() };
  return create(named, understood, recordUpdate(changeOf(named, owned, "Update"), understood.object));
}

/** PUT. */
export function putWhole(write: Write, body: JsonObject): Written {
  checkIdentity(body, write.target);
  const live = mustExist(write);
  return changeLive(write, live, body);
}

/** Any write but apply onto what is there: `candidate` is the whole object as it is to be. */
export function changeLive(write: Write, live: JsonObject, candidate: JsonObject): Written {
  const subject = subjectOf(write.target);
  checkVersion(write, live, candidate);
  const { uid } = metadataOf(candidate);
  if (uid !== undefined && uid !== metadataOf(live).uid) {
    throw conflict(
      subject,
      `Precondition failed: UID in precondition: ${textOf(uid)}, UID in object meta: ${textOf(metadataOf(live).uid)}`,
    );
  }
  const understood = understand(write, unowned(candidate));
  const managers = decodeManagers(metadataOf(live).managedFields);
  const after = keptIdentity(understood.object, live);
  const isTracked = write.target.subresource === "scale" ? ownsReplicas(managers) : managers.size > 0;
  const owners = isTracked ? recordUpdate(changeOf(write, { live, managers }, "Update"), after) : managers;
  return update(write, { ...understood, live, managers: owners, isTouch: false });
}

/** A scale whose replicas nobody owns is an object without owners, and stays one. */
function ownsReplicas(managers: Managers): boolean {
  return [...managers.values()].some(({ fields }) => fields.children.get("f:spec")?.members.has("f:replicas") === true);
}

/** Deletion is not something that a write can take back or own. */
function keptIdentity(object: JsonObject, live: JsonObject): JsonObject {
  const { deletionTimestamp = null, deletionGracePeriodSeconds = null } = metadataOf(live);
  return withMetadata(object, { deletionTimestamp, deletionGracePeriodSeconds });
}

function checkVersion({ target }: Write, live: JsonObject, given: JsonObject): void {
  const { resourceVersion } = metadataOf(given);
  const isStale =
    resourceVersion !== undefined && resourceVersion !== "" && resourceVersion !== metadataOf(live).resourceVersion;
  if (isStale) throw conflict(subjectOf(target), MODIFIED);
}

/** PATCH with an apply configuration. */
export function applyObject(write: Write, value: Json): Written {
  const { target, options } = write;
  const config = checkConfig(value, target);
  checkTypes(target, config);
  const live = liveOf(write);
  const { uid } = metadataOf(config);
  if (live === undefined && uid !== undefined) {
    throw conflict(
      subjectOf(target),
      `uid mismatch: the provided object specified uid ${textOf(uid)}, and no existing object was found`,
    );
  }
  if (live !== undefined) checkVersion(write, live, config);
  const owned = live === undefined ? { live: emptyObject(write), managers: new Map() } : ownersOf(write, live);
  const applied = applyConfig(
    changeOf(write, owned, "Apply"),
    withMetadata(config, { resourceVersion: null }),
    options.force,
  );
  if (!("object" in applied)) throw fieldConflict(applied);
  const understood = understandMerged(write, applied.object, config);
  if (live === undefined) return create(write, understood, applied.managers);
  const isTouch = !applied.isSame && understood.hasEmpty;
  return update(write, { ...understood, live, managers: applied.managers, isTouch });
}

/** What has been merged is understood as a whole; whether something empty was asked for, only the configuration says. */
function understandMerged(write: Write, merged: JsonObject, config: JsonObject): Understood {
  const { hasEmpty } = understand(write, config);
  return { ...understand({ ...write, options: { ...write.options, fieldValidation: "Ignore" } }, merged), hasEmpty };
}

/** An object that nobody has owned so far belongs to whoever was there before. */
function ownersOf(write: Write, live: JsonObject): Owned {
  const managers = decodeManagers(metadataOf(live).managedFields);
  if (managers.size > 0) return { live, managers };
  const options: WriteOptions = { ...write.options, manager: "before-first-apply" };
  const before: Write = { ...write, options };
  const owned = { live: emptyObject(write), managers };
  return { live, managers: recordUpdate(changeOf(before, owned, "Update"), unowned(live)) };
}

function checkTypes({ resource, version }: Target, config: JsonObject): void {
  const errors = typedErrors(resource.schema, config);
  if (errors.length === 0) return;
  const { name, namespace } = metadataOf(config);
  const kind = `${resource.group}/${version}, Kind=${resource.kind}`;
  const said = errors.length === 1 ? errors.join("") : `errors:${errors.map((error) => `\n  ${error}`).join("")}`;
  const message = `failed to create typed patch object (${textOf(namespace)}/${textOf(name)}; ${kind}): ${said}`;
  throw new StatusError({ code: 500, message });
}

function fieldConflict(conflicts: readonly FieldConflict[]): StatusError {
  const causes = conflicts.flatMap(({ manager, fields }) => {
    const using = manager.operation === "Update" ? ` using ${manager.apiVersion}` : "";
    const status = manager.subresource === "" ? "" : ` with subresource "${manager.subresource}"`;
    const who = `"${manager.name}"${status}${using}`;
    return printPaths(fields).map((field) => ({ who, field }));
  });
  const message = `Apply failed with ${causes.length} conflict${causes.length === 1 ? "" : "s"}: ${conflictList(causes)}`;
  return new StatusError({
    code: 409,
    reason: "Conflict",
    message,
    details: {
      causes: causes.map(({ who, field }) => ({
        reason: "FieldManagerConflict",
        message: `conflict with ${who}`,
        field,
      })),
    },
  });
}

function conflictList(causes: readonly { readonly who: string; readonly field: string }[]): string {
  const [only] = causes;
  if (only !== undefined && causes.length === 1) return `conflict with ${only.who}: ${only.field}`;
  const managers = [...new Set(causes.map(({ who }) => who))].toSorted();
  return managers
    .map((one) => {
      const fields = causes.filter(({ who }) => who === one).map(({ field }) => `\n- ${field}`);
      return `conflicts with ${one}:${fields.join("")}`;
    })
    .join("\n");
}
