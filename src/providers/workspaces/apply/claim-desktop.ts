import { ApiTrouble } from "../api/trouble.ts";
import { TAGS } from "../markers.ts";
import type { DesktopOrder, TagMap } from "../model.ts";
import { conditionOf } from "../states.ts";
import { type Job, StepFailure } from "./job.ts";
import { LIMITS, pollUntil } from "./waits.ts";

/**
 * After a lost answer, or where AWS says that the user has a desktop: looks, and takes it only when it carries the marker
 * that this very order would have given it. A new desktop is not visible at once, so this looks more than once.
 */
export async function claimDesktop(job: Job, region: string, order: DesktopOrder): Promise<string> {
  const { writer, session } = job;
  const what = `the desktop of ${order.user} to show`;
  const found = await pollUntil({ session, limitMs: LIMITS.appearance, what }, () =>
    writer.desktopOf(region, order.directoryId, order.user),
  );
  if (found === null) {
    throw new StepFailure({
      failure: "retryable",
      message: `whether a desktop was made for ${order.user} is not known: the answer was lost and none shows`,
      next: "apply again in some minutes: it looks first, and never makes a second one",
    });
  }
  if (conditionOf(found) === "leaving") {
    const message = `${found.id} of ${order.user} is still on its way out`;
    throw new StepFailure({ failure: "retryable", message, next: "apply again in some minutes" });
  }
  const tags = await tagsOf(job, region, found.id);
  if (isOurOrder(tags, order.tags)) return found.id;
  throw new StepFailure({
    failure: "conflict",
    message: `${order.user} has ${found.id} already, without the marker of this document: somebody else made it`,
    next: "plan again: it says how to take it over",
  });
}

function isOurOrder(tags: TagMap, wanted: TagMap): boolean {
  return tags[TAGS.estate] === wanted[TAGS.estate] && tags[TAGS.name] === wanted[TAGS.name];
}

/** Right after a creation AWS may not know the id yet. */
async function tagsOf({ writer, session }: Job, region: string, id: string): Promise<TagMap> {
  const wait = { session, limitMs: LIMITS.appearance, what: `the tags of ${id}` };
  const tags = await pollUntil(wait, async () => {
    try {
      return await writer.tagsOf(region, id);
    } catch (error) {
      if (error instanceof ApiTrouble && error.verdict.failure === "gone") return null;
      throw error;
    }
  });
  return tags ?? {};
}
