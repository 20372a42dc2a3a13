/** What says whose an object is. */
import { createHash } from "node:crypto";

/** Labels, by which objects are found. */
export const LABELS = {
  managedBy: "app.kubernetes.io/managed-by",
  partOf: "app.kubernetes.io/part-of",
  estate: "reeve.dev/estate",
  grant: "reeve.dev/grant",
  user: "reeve.dev/user",
  component: "reeve.dev/component",
  applySet: "applyset.kubernetes.io/part-of",
  /** Of the inventory alone: its own id. */
  inventory: "applyset.kubernetes.io/id",
} as const;

/** Annotations, which people and janitors read. */
export const ANNOTATIONS = {
  source: "reeve.dev/source",
  specHash: "reeve.dev/spec-hash",
  expiresAt: "reeve.dev/expires-at",
  retainFor: "reeve.dev/retain-for",
  /** When a grant ended before its time, because its document was gone: retention counts from then. */
  endedAt: "reeve.dev/ended-at",
  userId: "reeve.dev/user-id",
  sessionHash: "reeve.dev/session-hash",
  /** `keep`: never taken away, nor what it is in. */
  prune: "reeve.dev/prune",
  /** In a document: `true` takes over objects that are there without a mark. */
  adopt: "reeve.dev/adopt",
} as const;

/** The ConfigMap that lists what an estate has made in a cluster. */
export interface Inventory {
  readonly name: string;
  readonly namespace: string;
  /** The set's id, which its members carry. */
  readonly id: string;
}

/** The estate's name is part of the id: two repositories with one cluster do not prune each other. */
export function inventoryOf(estate: string, namespace: string): Inventory {
  const name = `reeve-${estate}`;
  const digest = createHash("sha256").update(`${name}.${namespace}.ConfigMap.`).digest("base64url");
  return { name, namespace, id: `applyset-${digest}-v1` };
}
