/** What there is to say of a desktop beside its change. Pure. */
import type { Finding, Path } from "../../estate/resource.ts";
import type { DesktopView } from "./desktop-view.ts";
import { deletionAt } from "./lifecycle.ts";
import { ownershipOf, TAGS } from "./markers.ts";
import type { LiveDesktop } from "./model.ts";
import { conditionOf } from "./states.ts";

export function viewFindings(view: DesktopView, estate: string): readonly Finding[] {
  return [
    ...placeFindings(view),
    ...bundleFindings(view),
    ...endedFindings(view),
    ...(view.live === null ? [] : liveFindings(view, view.live, estate)),
  ];
}

type Words = Pick<Finding, "severity" | "code" | "message"> & { readonly hint: string };

function about({ facts }: DesktopView, path: Path, words: Words): Finding {
  return { ...words, resource: facts.resource, path };
}

/** Reeve ended it, and its document is still there. */
function endedFindings(view: DesktopView): readonly Finding[] {
  const { endedAt, live } = view;
  if (endedAt === null || live !== null) return [];
  const message = `its desktop was ended at ${endedAt.toISOString()}, by its lifecycle`;
  const hint = `remove its document; for a new desktop, set spec.startDate after ${endedAt.toISOString().slice(0, 10)}`;
  return [about(view, ["spec"], { severity: "warning", code: "ended", message, hint })];
}

function placeFindings(view: DesktopView): readonly Finding[] {
  const { placement } = view;
  if (placement === null || !("refusal" in placement)) return [];
  const { code, message, hint } = placement.refusal;
  return [about(view, ["spec", "placement", "near"], { severity: "error", code, message, hint })];
}

function bundleFindings(view: DesktopView): readonly Finding[] {
  const { bundle, facts, live } = view;
  if (bundle === null || "id" in bundle) return [];
  const severity = live === null ? "error" : "warning";
  const path = facts.reserve === null ? ["spec", "bundle"] : ["spec", "blueprint"];
  return [about(view, path, { severity, code: bundle.code, message: bundle.message, hint: bundle.hint })];
}

function liveFindings(view: DesktopView, live: LiveDesktop, estate: string): readonly Finding[] {
  if (ownershipOf(live.tags, estate) === "other") {
    const message = `${live.id} of ${live.user} belongs to the estate "${live.tags[TAGS.estate] ?? ""}"`;
    const hint = "remove its document there first, or name another user or directory here";
    return [about(view, ["spec", "user"], { severity: "error", code: "foreign-marker", message, hint })];
  }
  return [
    ...endFindings(view, live),
    ...shrinkFindings(view, live),
    ...protocolFindings(view, live),
    ...healthFindings(view, live),
  ];
}

/** A new desktop would be smaller, and lose what is on this one: nobody asks for that by a number. */
function shrinkFindings(view: DesktopView, live: LiveDesktop): readonly Finding[] {
  const { volumes } = view.facts;
  if (volumes === null || view.directory?.resource.spec.selfService.increaseVolumeSize === true) return [];
  return (["rootGib", "userGib"] as const).flatMap((name) => {
    const is = live[name];
    if (is === null || is <= volumes[name]) return [];
    const word = name === "rootGib" ? "root" : "user";
    const message = `${live.id} of ${live.user} has a ${word} volume of ${is} GiB, and volumes never shrink to ${volumes[name]}`;
    const hint = `write ${name}: ${is}`;
    return [about(view, ["spec", "volumes", name], { severity: "held", code: "volume-shrink", message, hint })];
  });
}

function endFindings(view: DesktopView, live: LiveDesktop): readonly Finding[] {
  const { end, phase, facts } = view;
  if (end === null || phase === "active") return [];
  const when = deletionAt(end, facts).toISOString();
  const message =
    phase === "over"
      ? `${live.id} of ${live.user}: ${end.why}`
      : `${live.id} of ${live.user}: ${end.why}; it is to be deleted at ${when}`;
  const hint = "its user should save what matters; to keep the desktop, change spec.lifecycle";
  return [about(view, ["spec"], { severity: "warning", code: "lifetime-over", message, hint })];
}

function protocolFindings(view: DesktopView, live: LiveDesktop): readonly Finding[] {
  if (live.protocols.length === 0 || live.protocols.includes("WSP")) return [];
  const message = `${live.id} speaks ${live.protocols.join(", ")}, which ends on 2027-10-31`;
  const hint = "applying this plan turns it to DCV; it cannot be turned back";
  return [about(view, [], { severity: "warning", code: "protocol-pcoip", message, hint })];
}

const UNWELL_HINTS = {
  stopped: "an always-on desktop does not stop by itself: find out who stopped it",
  failed: "mend what it says; only a new desktop works again",
  "hands-off": "somebody is at work on it: Reeve leaves it alone",
  degraded: "a reboot mends most of it",
} as const;

function healthFindings(view: DesktopView, live: LiveDesktop): readonly Finding[] {
  const failed = live.modifications.filter(({ state }) => state === "UPDATE_FAILED");
  const changes = failed.map(({ resource }) =>
    about(view, [], {
      severity: "warning",
      code: "modification-failed",
      message: `${live.id}: AWS could not change its ${resource.toLowerCase().replaceAll("_", " ")}`,
      hint: "apply again; if it fails again, ask AWS",
    }),
  );
  const condition = conditionOf(live);
  if (condition === "ready" || condition === "progressing" || condition === "leaving") return changes;
  if (live.state === "ADMIN_MAINTENANCE" && view.facts.maintenance === true) return changes;
  const detail = live.error === null ? "" : ` (${live.error})`;
  const message = `${live.id} of ${live.user} is ${live.state}${detail}`;
  const hint = UNWELL_HINTS[live.state === "STOPPED" ? "stopped" : condition];
  return [...changes, about(view, [], { severity: "warning", code: "desktop-unwell", message, hint })];
}
