import { canonicalJson } from "../../support/json.ts";
import { writeAs } from "./ownership/write-as.ts";
import { type Resource, resourceKey } from "./resource.ts";
import { type JsonObject, objectOf, textOf } from "./schema.ts";
import { metadataOf, objectsOf, type Revision, type World, withMetadata } from "./world.ts";

/** Claims are bound and grown, workloads have rolled out, as soon as somebody has asked for it. No pods appear. */
export function makeProgress(world: World, resources: readonly Resource[], { changes, now }: Progress): void {
  for (const { key, id } of changes) {
    const object = objectsOf(world, key).get(id);
    const resource = resources.find((one) => resourceKey(one) === key);
    if (object === undefined || resource === undefined || metadataOf(object).deletionTimestamp !== undefined) continue;
    const bound = resource.kind === "PersistentVolumeClaim" ? bind(object) : object;
    put(world, { resource, before: object, after: bound }, { subresource: "", now });
    const current = objectsOf(world, key).get(id) ?? bound;
    const status = statusOf(resource.kind, current);
    if (status === undefined) continue;
    put(world, { resource, before: current, after: { ...current, status } }, { subresource: "status", now });
  }
}

interface Progress {
  readonly changes: readonly Revision[];
  readonly now: string;
}

type Change = Parameters<typeof writeAs>[1];

function put(world: World, change: Change, at: { readonly subresource: "" | "status"; readonly now: string }): void {
  if (canonicalJson(change.before) === canonicalJson(change.after)) return;
  writeAs(world, change, { name: "kube-controller-manager", ...at });
}

const BOUND = { "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes" };

function bind(claim: JsonObject): JsonObject {
  const { uid, annotations } = metadataOf(claim);
  const spec = objectOf(claim.spec);
  if (spec.volumeName !== undefined) return claim;
  const marked = withMetadata(claim, { annotations: { ...objectOf(annotations), ...BOUND } });
  return { ...marked, spec: { ...spec, volumeName: `pvc-${textOf(uid)}` } };
}

/** What the status of an object comes to, for the kinds whose status moves. */
function statusOf(kind: string, object: JsonObject): JsonObject | undefined {
  const { generation } = metadataOf(object);
  const { replicas = 1, accessModes = [], resources } = objectOf(object.spec);
  const ready = { readyReplicas: replicas, availableReplicas: replicas, updatedReplicas: replicas };
  const old = objectOf(object.status);
  if (kind === "PersistentVolumeClaim") {
    return { ...old, phase: "Bound", accessModes, capacity: objectOf(objectOf(resources).requests) };
  }
  if (kind === "Deployment") return known({ ...old, observedGeneration: generation, replicas, ...ready });
  if (kind === "StatefulSet") {
    return known({ ...old, observedGeneration: generation, replicas, currentReplicas: replicas, ...ready });
  }
  return undefined;
}

/** Without counts of nothing, which the server leaves out. */
function known(status: { readonly [field: string]: JsonObject[string] | undefined }): JsonObject {
  const kept = ["replicas", "availableReplicas"];
  return Object.fromEntries(
    Object.entries(status).flatMap(([name, value]) =>
      value === undefined || (value === 0 && !kept.includes(name)) ? [] : [[name, value]],
    ),
  );
}
