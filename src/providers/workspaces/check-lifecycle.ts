/** How long desktops live, as one document says it. Pure. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { DesktopLifecycle } from "../../generated/documents.ts";
import { durationSeconds } from "../../support/duration.ts";
import { type Refusal, refuse, refuseIf, warn } from "../refusal.ts";
import { instantRefusal } from "./check-text.ts";

/** Less would take a desktop away overnight. */
const LEAST_UNUSED = "1d";

const PATH: Path = ["spec", "lifecycle"];

/** What is wrong with a lifecycle by itself, where it is written. */
export function* checkLifecycle(resource: Resource, lifecycle: DesktopLifecycle, now: Date): Generator<Finding> {
  const { expiresAt, maxLifetime, terminateAfterUnused, protection } = lifecycle;
  const at = (field: keyof DesktopLifecycle) => ({ resource, path: [...PATH, field] });
  if (expiresAt !== undefined) yield* checkExpiry(resource, expiresAt, now);
  if (maxLifetime !== undefined && durationSeconds(maxLifetime) === 0) {
    yield refuse(at("maxLifetime"), {
      code: "lifetime-zero",
      message: `a lifetime of ${maxLifetime} is over before the desktop is made`,
      hint: "write how long it may live, for example 180d, or leave maxLifetime out",
    });
  }
  if (terminateAfterUnused !== undefined)
    yield* refuseIf(at("terminateAfterUnused"), unusedRefusal(terminateAfterUnused));
  if (protection === true && terminateAfterUnused !== undefined) {
    yield warn(at("terminateAfterUnused"), {
      code: "protected-end",
      message: "protection refuses every deletion, so this end is announced and never comes",
      hint: "remove terminateAfterUnused, or set protection to false",
    });
  }
}

function* checkExpiry(resource: Resource, expiresAt: string, now: Date): Generator<Finding> {
  const place = { resource, path: [...PATH, "expiresAt"] };
  const unreadable = instantRefusal(expiresAt);
  if (unreadable !== null) yield refuse(place, unreadable);
  else if (new Date(expiresAt) <= now) {
    yield warn(place, {
      code: "expired",
      message: `the end, ${expiresAt}, has passed: after the grace period the desktop is deleted, and none is made`,
      hint: "write a later instant to keep it, or remove the document",
    });
  }
}

function unusedRefusal(text: string): Refusal | null {
  if (durationSeconds(text) >= durationSeconds(LEAST_UNUSED)) return null;
  return {
    code: "unused-too-short",
    message: `${text} without a connection is shorter than a night: the desktop would be gone by morning`,
    hint: `write ${LEAST_UNUSED} or more; to save money while nobody is there, use running: { mode: auto-stop }`,
  };
}

/** A grace period that outlasts the life it follows. `lifecycle` is what holds in the end, its blueprint's part included. */
export function graceRefusal({ gracePeriod, maxLifetime }: DesktopLifecycle): Refusal | null {
  if (gracePeriod === undefined || maxLifetime === undefined) return null;
  if (durationSeconds(gracePeriod) <= durationSeconds(maxLifetime)) return null;
  return {
    code: "grace-too-long",
    message: `a grace period of ${gracePeriod} is longer than the whole lifetime of ${maxLifetime}`,
    hint: "shorten gracePeriod, or lengthen maxLifetime",
  };
}
