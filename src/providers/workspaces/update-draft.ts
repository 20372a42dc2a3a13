/** A change in place: one property a call, each with its wait. Pure. */
import type { Action, Blocked, ChangeDraft, FieldChange } from "../../plan/change.ts";
import type { DesktopView } from "./desktop-view.ts";
import { draftOf } from "./drafts.ts";
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
    waitsFor: effects.flatMap(({ wait }) => wait ?? []),
    basis: { id: live.id },
    blocked: handsOff(view, live, fields),
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
  if (paths.every((path) => path === "state")) return "it should not be running, or should be";
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
