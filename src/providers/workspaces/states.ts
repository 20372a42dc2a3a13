import type { LiveDesktop } from "./model.ts";

/** What a desktop's state allows. An unknown word is kept away from. */
export type Condition = "ready" | "progressing" | "degraded" | "failed" | "leaving" | "hands-off";

const CONDITIONS: Readonly<Record<string, Condition>> = {
  AVAILABLE: "ready",
  PENDING: "progressing",
  STARTING: "progressing",
  STOPPING: "progressing",
  REBOOTING: "progressing",
  REBUILDING: "progressing",
  RESTORING: "progressing",
  UPDATING: "progressing",
  MAINTENANCE: "progressing",
  UNHEALTHY: "degraded",
  IMPAIRED: "degraded",
  ERROR: "failed",
  TERMINATING: "leaving",
  TERMINATED: "leaving",
};

/** Ready is AVAILABLE, or STOPPED where the desktop stops by itself and wakes for its user. */
export function conditionOf({ state, mode }: Pick<LiveDesktop, "state" | "mode">): Condition {
  if (state === "STOPPED") return mode === "always-on" ? "degraded" : "ready";
  return CONDITIONS[state] ?? "hands-off";
}

export function isLeaving(desktop: LiveDesktop): boolean {
  return conditionOf(desktop) === "leaving";
}

/** A change of a property is under way: the state may stay AVAILABLE meanwhile. */
export function isModifying({ modifications }: LiveDesktop): boolean {
  return modifications.some(({ state }) => state !== "UPDATE_FAILED");
}

/** One word for `reeve list`. */
export function stateWord(desktop: LiveDesktop): string {
  const { state } = desktop;
  if (state === "PENDING") return "Provisioning";
  if (isModifying(desktop)) return "Modifying";
  return `${state.slice(0, 1)}${state.slice(1).toLowerCase().replaceAll("_", "-")}`;
}
