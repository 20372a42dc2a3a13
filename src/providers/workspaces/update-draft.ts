/** A change in place: one property a call, each with its wait. Pure. */
import type { Action, Blocked, ChangeDraft, FieldChange } from "../../plan/change.ts";
import type { DesktopView } from "./desktop-view.ts";
import { draftOf } from "./drafts.ts";
import { hardwareBlock } from "./hardware-block.ts";
import type { LiveDesktop } from "./model.ts";
import { conditionOf, isModifying } from "./states.ts";

interface Effect {
  readonly disruption: ChangeDraft["disruption"];
  readonly impact: string | null;
  readonly wait: string | null;
}

const QUIET: Effect = { disruption: "none", impact: null, wait: null };

/** What the person at the desk notices of each field. Times are AWS's own. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  bundle: {
    disruption: "destroys",
    impact:
      "a migration: new id, computer name and address; the root volume is made anew, the user volume comes from its last snapshot",
    wait: "its migration: up to 1 hour",
  },
  compute: {
    disruption: "interrupts",
    impact: "the desktop restarts and its user is cut off",
    wait: "its new hardware: up to 1 hour; AWS takes one change every 6 hours, and a smaller type once in 30 days",
  },
  protocol: {
    disruption: "interrupts",
    impact: "the desktop restarts, and its user needs a client that speaks DCV",
    wait: "its new protocol: up to 20 minutes",
  },
  "volumes.rootGib": {
    disruption: "none",
    impact: "the space shows after the next restart",
    wait: "its root volume: up to 2 hours; AWS takes one change every 6 hours",
  },
  "volumes.userGib": {
    disruption: "none",
    impact: "the space shows after the next restart",
    wait: "its user volume: up to 2 hours; AWS takes one change every 6 hours",
  },
  maintenance: { disruption: "interrupts", impact: "nobody can log in during maintenance", wait: null },
  state: { disruption: "interrupts", impact: "whoever is connected is cut off", wait: "its state" },
};

export function updateDraft(view: DesktopView, live: LiveDesktop, fields: readonly FieldChange[]): ChangeDraft {
  const effects = fields.map(({ path }) => EFFECTS[path] ?? QUIET);
  return draftOf(view, {
    action: actionOf(fields),
    fields,
    reason: `${reasonOf(fields)}${waitsFirst(live)}`,
    disruption: worst(effects),
    impact: [...new Set(effects.flatMap(({ impact }) => (impact === null ? [] : [`${live.user}: ${impact}`])))],
    waitsFor: waitsOf(view, live, fields),
    basis: { id: live.id },
    blocked: handsOff(view, live, fields) ?? hardwareBlock(view, live, fields),
  });
}

/** In the order in which apply takes them (apply/edit-desktop.ts). */
const STEPS = ["bundle", "protocol", "volumes.rootGib", "volumes.userGib", "compute", "state"] as const;

const SMALLEST_LARGE_USER_GIB = 100;

function waitsOf({ facts }: DesktopView, live: LiveDesktop, fields: readonly FieldChange[]): readonly string[] {
  const paths = new Set(fields.map(({ path }) => path));
  const steps = STEPS.filter((path) => paths.has(path));
  const userGib = facts.volumes?.userGib ?? 0;
  const isSmall = live.userGib !== null && live.userGib < SMALLEST_LARGE_USER_GIB;
  if (!paths.has("volumes.rootGib") || !isSmall) return steps.flatMap((path) => EFFECTS[path]?.wait ?? []);
  const first = `its user volume to ${SMALLEST_LARGE_USER_GIB} GiB first, which a larger root volume needs: up to 2 hours`;
  const last = `its user volume to ${userGib} GiB, which AWS takes 6 hours after the first: apply again then`;
  return steps.flatMap((path) => {
    if (path === "volumes.rootGib") return [first, EFFECTS[path]?.wait ?? []].flat();
    if (path !== "volumes.userGib") return EFFECTS[path]?.wait ?? [];
    return userGib > SMALLEST_LARGE_USER_GIB ? [last] : [];
  });
}

/** A word for people, and no part of what is reviewed: what is under way today is over when the change is applied. */
function waitsFirst(live: LiveDesktop): string {
  if (isModifying(live)) return "; the change that is under way is waited for first";
  return live.state === "PENDING" ? "; its provisioning is waited for first" : "";
}

function actionOf(fields: readonly FieldChange[]): Action {
  const [only, second] = fields;
  if (only?.path !== "state" || second !== undefined) return "update";
  return only.after === "stopped" ? "stop" : "start";
}

function reasonOf(fields: readonly FieldChange[]): string {
  const paths = fields.map(({ path }) => path);
  if (paths.includes("protocol")) return "it does not speak DCV, the only protocol that stays";
  const [only] = fields;
  if (only?.path === "state" && paths.length === 1)
    return only.after === "stopped" ? "it is running and should not be" : "it should be running and is not";
  if (paths.length === 1 && paths[0]?.includes("ready-after") === true) return "how long it took is not recorded yet";
  return "it differs from its declaration";
}

function worst(effects: readonly Effect[]): ChangeDraft["disruption"] {
  const all = new Set(effects.map(({ disruption }) => disruption));
  return all.has("destroys") ? "destroys" : all.has("interrupts") ? "interrupts" : "none";
}

/** States in which AWS or an administrator is at work, and words that nobody here knows. */
function handsOff({ facts }: DesktopView, live: LiveDesktop, fields: readonly FieldChange[]): Blocked | null {
  const condition = conditionOf(live);
  if (condition !== "hands-off" && condition !== "degraded") return null;
  const isMaintained = live.state === "ADMIN_MAINTENANCE";
  if (isMaintained && fields.some(({ path }) => path === "maintenance")) return null;
  const isHarmless = condition === "degraded" || (isMaintained && facts.maintenance === true);
  if (isHarmless && fields.every(({ path }) => path.startsWith("tags"))) return null;
  if (condition === "degraded" && live.state === "STOPPED") return null;
  const message = `${live.id} is ${live.state}: Reeve changes nothing on it`;
  const next =
    isMaintained && facts.maintenance === true
      ? "set spec.maintenance to false first"
      : condition === "degraded"
        ? "see to it in the AWS console first; a reboot mends most of it"
        : "somebody or something is at work on it: wait until it is done";
  return { code: "hands-off", message, next };
}
