import { randomUUID } from "node:crypto";
import { canonicalJson, type Json } from "../../support/json.ts";
import { admit } from "./admission.ts";
import { decode, withDefaults } from "./normalise.ts";
import type { WriteOptions } from "./options.ts";
import { encodeManagers, type Managers } from "./ownership/managers.ts";
import { hasStatus } from "./resource.ts";
import { isObject, type JsonObject, listIn, objectOf } from "./schema.ts";
import { badRequest, type Cause, fieldError, fieldTooLong, invalid } from "./status.ts";
import { keyOf, subjectOf, type Target } from "./target.ts";
import { decodingErrors } from "./typed-errors.ts";
import { schemaCauses } from "./validate-custom.ts";
import { metadataCauses, metadataUpdateCauses } from "./validate-metadata.ts";
import { dropObject, idOfObject, metadataOf, putObject, type World, withMetadata } from "./world.ts";

/** One write on its way. */
export interface Write {
  readonly world: World;
  readonly target: Target;
  readonly options: WriteOptions;
  /** RFC 3339, whole seconds. */
  readonly now: string;
}

export interface Written {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** An object as the server has understood it. */
export interface Understood {
  readonly object: JsonObject;
  readonly hasEmpty: boolean;
  readonly warnings: readonly string[];
}

const MOST_BYTES = 1_048_576;

/** Decodes and completes an object; what is unknown is an error, a warning or nothing. */
export function understand(write: Write, value: JsonObject): Understood {
  const { resource, version } = write.target;
  const [undecodable] = resource.isCustom ? [] : decodingErrors(resource.schema, value);
  if (undecodable !== undefined) {
    throw badRequest(
      `${resource.kind} in version "${version}" cannot be handled as a ${resource.kind}: ${undecodable}`,
    );
  }
  const { value: known, unknown, hasEmpty } = decode(resource.schema, value, resource.isCustom);
  const faults = unknown.map((path) => `unknown field "${path}"`);
  const { fieldValidation } = write.options;
  if (faults.length > 0 && fieldValidation === "Strict") {
    const { kind } = resource;
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${faults.join(", ")}`,
    );
  }
  const filled = withDefaults(resource.schema, known);
  const object = isObject(filled) ? filled : known;
  return {
    object: resource.rules.complete?.(object) ?? object,
    hasEmpty,
    warnings: fieldValidation === "Warn" ? faults : [],
  };
}

/** Puts owners on an object, which says nothing of them when there are none. */
function withManagers(object: JsonObject, managers: Managers): JsonObject {
  return withMetadata(object, { managedFields: managers.size === 0 ? null : encodeManagers(managers) });
}

/** Stores a new object, or says what it would be. */
export function create(write: Write, { object: given, warnings }: Understood, managers: Managers): Written {
  const { world, target, options, now } = write;
  const { resource } = target;
  const uid = randomUUID();
  const status = hasStatus(resource) ? initialStatus(given, resource.zero.status) : given;
  const identified = withMetadata(status, {
    ...(resource.namespaced ? { namespace: target.namespace } : {}),
    name: target.name,
    uid,
    resourceVersion: null,
    creationTimestamp: now,
    deletionTimestamp: null,
    ...(resource.generation === "none" ? {} : { generation: 1 }),
  });
  const allocation = { uid, clusterIp: () => (options.dryRun ? "10.96.0.0" : nextAddress(world)) };
  const object = withManagers(resource.rules.prepare?.(identified, allocation) ?? identified, managers);
  refuse(target, causesOf(target, object));
  const admitted = admit(world, { target, object, operation: "CREATE" });
  checkSize(target, object);
  const stored = options.dryRun ? object : putObject(world, keyOf(target), object);
  return { object: stored, warnings: [...warnings, ...admitted] };
}

function initialStatus({ status: _status, ...object }: JsonObject, zero: Json | undefined): JsonObject {
  return zero === undefined ? object : { ...object, status: zero };
}

function nextAddress(world: World): string {
  world.addresses += 1;
  const at = world.addresses + 10;
  return `10.96.${Math.floor(at / 256)}.${at % 256}`;
}

export interface Update extends Understood {
  readonly live: JsonObject;
  readonly managers: Managers;
  /** Moves the version even when nothing else has changed: apply with an empty list. */
  readonly isTouch: boolean;
}

/** Stores a changed object unless it has not changed, or says what it would be. */
export function update(write: Write, change: Update): Written {
  const { world, target, options } = write;
  const { live, warnings } = change;
  const carried = carryOver(target, change);
  const counted = withGeneration(target, change, carried);
  const object = withManagers(counted, change.managers);
  refuse(target, [...metadataUpdateCauses(change.object, live), ...causesOf(target, object, live)]);
  const admitted = admit(world, { target, object, operation: "UPDATE" });
  checkSize(target, object);
  const done = { warnings: [...warnings, ...admitted] };
  if (isFinished(object)) return { ...done, object: options.dryRun ? object : finish(world, target, object) };
  if (!change.isTouch && isSameObject(object, live)) return { ...done, object: live };
  return { ...done, object: options.dryRun ? object : putObject(world, keyOf(target), object) };
}

const SERVER_OWNED = [
  "uid",
  "creationTimestamp",
  "generation",
  "resourceVersion",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const;

/** What a write cannot change stays as it is. */
function carryOver(target: Target, { object, live }: Update): JsonObject {
  const before = metadataOf(live);
  const server = Object.fromEntries(SERVER_OWNED.map((name) => [name, before[name] ?? null]));
  const identity = { ...server, name: target.name, namespace: before.namespace ?? null };
  const own = withMetadata(object, identity);
  const carried = target.resource.rules.carryOver?.(own, live) ?? own;
  if (target.subresource === "status")
    return { ...carried, spec: live.spec ?? null, metadata: { ...before, ...metadataOf(carried) } };
  if (target.subresource === "finalize" || !hasStatus(target.resource)) return carried;
  const { status: _status, ...rest } = carried;
  return live.status === undefined ? rest : { ...rest, status: live.status };
}

const OUTSIDE_SPEC: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "status"]);

function generatedPart(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !OUTSIDE_SPEC.has(name)));
}

function withGeneration({ resource, subresource }: Target, { live, hasEmpty }: Update, object: JsonObject): JsonObject {
  const { generation } = metadataOf(live);
  if (typeof generation !== "number" || subresource === "status") return object;
  const isChanged = canonicalJson(generatedPart(object)) !== canonicalJson(generatedPart(live));
  const isCounted = isChanged || (hasEmpty && resource.countsEmpty);
  return isCounted ? withMetadata(object, { generation: generation + 1 }) : object;
}

/** Times of ownership apart: they move only with something else. */
function isSameObject(a: JsonObject, b: JsonObject): boolean {
  return canonicalJson(withoutTimes(a)) === canonicalJson(withoutTimes(b));
}

function withoutTimes({ apiVersion: _version, ...object }: JsonObject): JsonObject {
  const entries = listIn(metadataOf(object).managedFields).map(objectOf);
  return withMetadata(object, { managedFields: entries.map(({ time: _time, ...entry }) => entry) });
}

/** On its way out, and nobody holds it any more. */
function isFinished(object: JsonObject): boolean {
  const { deletionTimestamp, finalizers } = metadataOf(object);
  const isFree = listIn(finalizers).length === 0 && listIn(objectOf(object.spec).finalizers).length === 0;
  return deletionTimestamp !== undefined && isFree;
}

function finish(world: World, target: Target, object: JsonObject): JsonObject {
  dropObject(world, keyOf(target), idOfObject(target.namespace, target.name));
  return object;
}

function causesOf({ resource }: Target, object: JsonObject, live?: JsonObject): readonly Cause[] {
  const metadata = metadataCauses(resource.kind, object);
  const custom = resource.isCustom ? schemaCauses(resource.schema, object) : [];
  const skipped = custom.length > 0 && resource.hasRules ? [SKIPPED] : [];
  const own = resource.rules.validate?.(object) ?? [];
  const change = live === undefined ? [] : (resource.rules.validateUpdate?.(object, live) ?? []);
  return [...metadata, ...custom, ...skipped, ...own, ...change];
}

const SKIPPED: Cause = fieldError(
  "<nil>",
  null,
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
);

function refuse(target: Target, causes: readonly Cause[]): void {
  if (causes.length > 0) throw invalid(subjectOf(target), causes);
}

function checkSize(target: Target, object: JsonObject): void {
  if (JSON.stringify(object).length > MOST_BYTES) refuse(target, [fieldTooLong("[]", MOST_BYTES)]);
}
