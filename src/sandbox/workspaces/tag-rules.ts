import { ApiError, invalid, violates } from "./api-error.ts";
import type { Scene } from "./call.ts";
import { asInput, type Input, optionalList, requiredText } from "./input.ts";
import type { Desktop, Tags } from "./world.ts";

const MOST_TAGS = 50;
const CHARACTERS = /^[\p{L}\p{N} +\-=._:/@]*$/u;

/** Reads `Tags`; a bad key or value refuses the whole request. */
export function readTags(input: Input, member = "Tags"): Tags {
  const pairs = (optionalList(input, member) ?? []).map((value) => {
    const tag = asInput(value, member);
    return [requiredText(tag, "Key"), requiredText(tag, "Value")] as const;
  });
  for (const [key, value] of pairs) checkTag(key, value);
  const keys = new Set(pairs.map(([key]) => key));
  if (keys.size < pairs.length) throw invalid("A tag key is given twice.");
  return Object.fromEntries(pairs);
}

function checkTag(key: string, value: string): void {
  if (key.length < 1 || key.length > 127) throw violates("tags.key", "Member must have length between 1 and 127");
  if (value.length > 255) throw violates("tags.value", "Member must have length less than or equal to 255");
  if (key.toLowerCase().startsWith("aws:")) throw invalid(`The tag key ${key} begins with a reserved prefix.`);
  if (!CHARACTERS.test(key) || !CHARACTERS.test(value))
    throw invalid(`The tag ${key} holds a character that is not allowed.`);
}

/** Old and new together; no resource has more than fifty. */
export function mergeTags(before: Tags, added: Tags): Tags {
  const merged = { ...before, ...added };
  if (Object.keys(merged).length <= MOST_TAGS) return merged;
  throw new ApiError("ResourceLimitExceededException", `A resource can have ${MOST_TAGS} tags at most.`);
}

/** Changes a desktop's tags; the tagging API goes on showing the old ones until its index has caught up. */
export function retag(scene: Scene, desktop: Desktop, tags: Tags): void {
  desktop.indexed = { tags: indexedTags(scene, desktop), until: scene.now + scene.rules.taggingLagSeconds * 1000 };
  desktop.tags = tags;
}

/** What the tagging API knows of a desktop's tags; null when it does not know the desktop yet. */
export function indexedTags(scene: Scene, desktop: Desktop): Tags | null {
  return desktop.indexed.until > scene.now ? desktop.indexed.tags : desktop.tags;
}
