import { notFound, violates } from "../api-error.ts";
import { type Call, visibleDesktop } from "../call.ts";
import { checkLength, type Input, optionalTexts, requiredText } from "../input.ts";
import { mergeTags, readTags, retag } from "../tag-rules.ts";
import type { Tags } from "../world.ts";

/** What bears tags: desktops, bundles, directories, IP groups. Pools are not listed as taggable. */
interface Bearer {
  readonly tags: Tags;
  replace(tags: Tags): void;
}

function bearerOf(call: Call, id: string): Bearer {
  const desktop = visibleDesktop(call, id);
  if (desktop !== undefined && desktop.wire.State !== "TERMINATED") {
    return { tags: desktop.tags, replace: (tags) => retag(call, desktop, tags) };
  }
  const { bundles, directories, ipGroups } = call.region;
  const other = bundles[id] ?? directories[id] ?? ipGroups[id];
  if (other === undefined) throw notFound("resource", id);
  return { tags: other.tags, replace: (tags) => void (other.tags = tags) };
}

export function createTags(input: Input, call: Call): object {
  const bearer = bearerOf(call, requiredText(input, "ResourceId"));
  const added = readTags(input);
  if (Object.keys(added).length === 0) throw violates("tags", "Member must have length greater than or equal to 1");
  bearer.replace(mergeTags(bearer.tags, added));
  return {};
}

export function deleteTags(input: Input, call: Call): object {
  const bearer = bearerOf(call, requiredText(input, "ResourceId"));
  const keys = optionalTexts(input, "TagKeys");
  if (keys === undefined) throw violates("tagKeys", "Member must not be null");
  checkLength(keys, "tagKeys", 50);
  bearer.replace(Object.fromEntries(Object.entries(bearer.tags).filter(([key]) => !keys.includes(key))));
  return {};
}

export function describeTags(input: Input, call: Call): object {
  const { tags } = bearerOf(call, requiredText(input, "ResourceId"));
  return { TagList: wireTags(tags) };
}

export function wireTags(tags: Tags): readonly object[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
