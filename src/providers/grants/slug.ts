/** At most so many characters, so that `ws-<slug>` and all that is named after it stay labels. */
const SLUG = /^[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?$/;

/** True for what may name a person in objects and addresses. */
export function isSlug(text: string): boolean {
  return SLUG.test(text);
}

/**
 * The slug of an id: the part before the last @, in lower case, every run of other characters a dash. Null where that
 * leaves nothing, or more than a slug may have: cutting it short would let two people have one.
 */
export function slugOf(id: string): string | null {
  const at = id.lastIndexOf("@");
  const local = at > 0 ? id.slice(0, at) : id;
  const slug = local
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return isSlug(slug) ? slug : null;
}
