import {
  any,
  flag,
  int,
  keyedBy,
  listOf,
  mapOf,
  oneOf,
  type Schema,
  type Struct,
  setOf,
  str,
  struct,
  text,
} from "../schema.ts";

const OWNER_REFERENCE = struct(
  { apiVersion: text, kind: text, name: text, uid: text, controller: flag, blockOwnerDeletion: flag },
  { atomic: true },
);

export const OBJECT_META: Struct = struct({
  name: str(),
  generateName: str(),
  namespace: str(),
  selfLink: str(),
  uid: str(),
  resourceVersion: str(),
  generation: int(),
  creationTimestamp: str(),
  deletionTimestamp: str(),
  deletionGracePeriodSeconds: int({ keep: true }),
  labels: mapOf(text),
  annotations: mapOf(text),
  ownerReferences: keyedBy(["uid"], OWNER_REFERENCE),
  finalizers: setOf(text),
  managedFields: listOf(any()),
});

/** A whole object: its type, its metadata, and fields of its own. */
export function objectSchema(fields: Readonly<Record<string, Schema>>, rest: Partial<Struct> = {}): Struct {
  return struct({ apiVersion: str(), kind: str(), metadata: OBJECT_META, ...fields }, rest);
}

const REQUIREMENT = struct({
  key: text,
  operator: oneOf("In", "NotIn", "Exists", "DoesNotExist"),
  values: listOf(text),
});

/** Owned as a whole, as the server's own kinds have it. */
export const LABEL_SELECTOR = struct(
  { matchLabels: mapOf(text), matchExpressions: listOf(REQUIREMENT) },
  { atomic: true },
);

export const LOCAL_REFERENCE = struct({ name: str() }, { atomic: true });

export const OBJECT_REFERENCE = struct(
  {
    kind: str(),
    namespace: str(),
    name: str(),
    uid: str(),
    apiVersion: str(),
    resourceVersion: str(),
    fieldPath: str(),
  },
  { atomic: true },
);

const CONDITION = struct({
  type: text,
  status: text,
  observedGeneration: int(),
  lastProbeTime: str(),
  lastUpdateTime: str(),
  lastTransitionTime: str(),
  reason: str({ keep: true }),
  message: str({ keep: true }),
});

export const CONDITIONS = keyedBy(["type"], CONDITION);
