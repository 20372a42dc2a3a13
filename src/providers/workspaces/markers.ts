import type { TagMap } from "./model.ts";

/** Tags that Reeve writes for itself; all within AWS's alphabet for tags. */
export const TAGS = {
  /** The estate that a resource belongs to. */
  estate: "reeve.dev/estate",
  /** The document's name. */
  name: "reeve.dev/name",
  /** When CreateWorkspaces was sent: AWS itself does not say how old a desktop is. */
  createdAt: "reeve.dev/created-at",
  /** Seconds from then until Reeve first saw it ready. */
  readyAfter: "reeve.dev/ready-after",
  /** `true` refuses deletion, even when the document is gone. */
  protected: "reeve.dev/protected",
  /** Which creation properties of its directory a desktop was made with. */
  creation: "reeve.dev/creation",
} as const;

/** What people consent to, in a document's annotations. */
export const ANNOTATIONS = {
  adopt: "reeve.dev/adopt",
  /** The id of the desktop that may be destroyed. */
  allowReplace: "reeve.dev/allow-replace",
  /** The id of the desktop that may be migrated. */
  allowMigrate: "reeve.dev/allow-migrate",
} as const;

export type Ownership = "ours" | "nobody" | "other";

export function ownershipOf(tags: TagMap, estate: string): Ownership {
  const owner = tags[TAGS.estate];
  if (owner === undefined) return "nobody";
  return owner === estate ? "ours" : "other";
}

export function createdAt(tags: TagMap): Date | null {
  const at = new Date(tags[TAGS.createdAt] ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** How long the desktop took to become ready; null where nobody saw it. */
export function provisioningSeconds(tags: TagMap): number | null {
  const seconds = Number(tags[TAGS.readyAfter]);
  return tags[TAGS.readyAfter] === undefined || !Number.isInteger(seconds) ? null : seconds;
}
