import { ApiTrouble } from "../api/trouble.ts";
import type { LiveDesktop } from "../model.ts";
import { conditionOf, isLeaving } from "../states.ts";
import type { Editing } from "./edit-desktop.ts";
import { StepFailure } from "./job.ts";
import { endedInError, LIMITS, pollUntil, seeLeave } from "./waits.ts";

/** Gives the new desktop. */
export async function migrateDesktop({ job, region, view }: Editing, live: LiveDesktop): Promise<LiveDesktop> {
  const { bundle } = view;
  if (bundle === null || !("id" in bundle)) throw new Error(`${view.facts.address} has no bundle to migrate to`);
  const { writer, session } = job;
  const target = await beginMigration({ job, region, view }, live, bundle.id);
  const wait = { session, limitMs: LIMITS.encryptedProvisioning, what: `the migration of ${live.id}` };
  const made = await pollUntil(wait, async () => {
    const [desktop] = await writer.desktopsById(region, [target]);
    if (desktop === undefined) return null;
    if (conditionOf(desktop) === "failed") throw endedInError(desktop);
    return conditionOf(desktop) === "ready" && desktop.bundleId === bundle.id ? desktop : null;
  });
  if (made === null) throw new StepFailure(await cameToNothing({ job, region, view }, live, target));
  await seeLeave({ session, reader: writer, region }, [live.id]);
  if (made.user.toLowerCase() === live.user.toLowerCase()) return made;
  const message = `the migration of ${live.id} gave ${made.id}, which is not ${live.user}'s`;
  throw new StepFailure({ failure: "conflict", message, next: "see both in the AWS console" });
}

/** Gives the new desktop's id: AWS's answer, or, where that was lost and the call sent again, what is there. */
async function beginMigration({ job, region }: Editing, live: LiveDesktop, bundleId: string): Promise<string> {
  const { writer, session } = job;
  try {
    return await writer.migrate(region, live.id, bundleId);
  } catch (error) {
    if (!(error instanceof ApiTrouble)) throw error;
    const wait = { session, limitMs: LIMITS.showing, what: `the migration of ${live.id} to show` };
    const target = await pollUntil(wait, async () => {
      const desktops = await writer.desktops(region);
      return desktops.find((desktop) => isTarget(desktop, live, bundleId))?.id ?? null;
    });
    if (target === null) throw error;
    return target;
  }
}

function isTarget(desktop: LiveDesktop, live: LiveDesktop, bundleId: string): boolean {
  const isSamePlace =
    desktop.directoryId === live.directoryId && desktop.user.toLowerCase() === live.user.toLowerCase();
  return isSamePlace && desktop.id !== live.id && desktop.bundleId === bundleId && !isLeaving(desktop);
}

/** A migration may fail and say nothing: then the target never shows, and the source is as it was. */
async function cameToNothing({ job, region }: Editing, { id, bundleId }: LiveDesktop, target: string) {
  const minutes = LIMITS.encryptedProvisioning / 60_000;
  const found = await job.writer.desktopsById(region, [id, target]);
  const source = found.find((desktop) => desktop.id === id);
  const isSilent = source?.bundleId === bundleId && !found.some((desktop) => desktop.id === target);
  const message = isSilent
    ? `the migration of ${id} came to nothing within ${minutes} minutes, and AWS does not say why; it is as it was`
    : `the migration of ${id} to ${target} is not done after ${minutes} minutes`;
  const next = isSilent ? "apply again to try once more; if it fails again, ask AWS" : "plan again in some minutes";
  return { failure: "retryable", message, next } as const;
}
