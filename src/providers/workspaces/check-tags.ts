import type { Finding, Resource } from "../../estate/resource.ts";
import { refuse, refuseIf } from "../refusal.ts";
import { MOST_TAGS, tagKeyRefusal, tagValueRefusal } from "./check-text.ts";
import type { TagMap } from "./model.ts";

/** Tags where they are written. */
export function* checkTags(resource: Resource, tags: TagMap): Generator<Finding> {
  for (const [key, value] of Object.entries(tags)) {
    const path = ["spec", "tags", key];
    yield* refuseIf({ resource, path, atKey: true }, tagKeyRefusal(key));
    yield* refuseIf({ resource, path }, tagValueRefusal(value));
  }
}

/** A document's tags with its blueprint's: each list alone is short enough for the schema. */
export function* checkTagCount(
  resource: Resource,
  own: TagMap,
  inherited: Resource<{ readonly tags: TagMap }> | null,
): Generator<Finding> {
  if (inherited === null || Object.keys(own).length === 0) return;
  const count = Object.keys({ ...inherited.spec.tags, ...own }).length;
  if (count <= MOST_TAGS) return;
  yield refuse(
    { resource, path: ["spec", "tags"] },
    {
      code: "too-many-tags",
      message: `with those of ${inherited.address} these are ${count} tags, and a desktop takes ${MOST_TAGS} beside Reeve's own`,
      hint: `remove ${count - MOST_TAGS} here or there`,
    },
  );
}
