/** One declared desktop, to at most one change. Pure. */
import type { Finding } from "../../estate/resource.ts";
import type { Blocked, ChangeDraft, Ignored } from "../../plan/change.ts";
import { type DesktopView, wantsStopped } from "./desktop-view.ts";
import { findDifferences, needsEncryption } from "./differences.ts";
import { createFields, createReason, draftOf, lossOf, provisioningWait } from "./drafts.ts";
import { hasRoomForNote } from "./endings.ts";
import { ANNOTATIONS, ownershipOf, TAGS } from "./markers.ts";
import type { LiveDesktop } from "./model.ts";
import { conditionOf, isLeaving } from "./states.ts";
import { updateDraft } from "./update-draft.ts";
import { viewFindings } from "./view-findings.ts";

export interface DesktopComparison {
  readonly change: ChangeDraft | null;
  readonly findings: readonly Finding[];
  readonly ignored: readonly Ignored[];
}

const NOTHING: DesktopComparison = { change: null, findings: [], ignored: [] };

export function compareDesktop(view: DesktopView, estate: string): DesktopComparison {
  const findings = viewFindings(view, estate);
  if (view.directory === null || view.reading === null) return { ...NOTHING, findings };
  const { live, elsewhere } = view;
  if (live === null || isLeaving(live)) {
    if (view.phase !== "active" && view.end?.isCertain === true) return { ...NOTHING, findings };
    if (view.endedAt !== null && elsewhere === null) return { ...NOTHING, findings };
    const change = elsewhere === null ? creation(view, live) : moving(view, elsewhere.desktop);
    return { change, findings, ignored: [] };
  }
  const ownership = ownershipOf(live.tags, estate);
  if (ownership === "other") return { ...NOTHING, findings };
  const { fields, ignored } = findDifferences(view, live, estate);
  if (ownership === "nobody") return { change: adoption(view, live, fields), findings, ignored };
  const drastic = drasticChange(view, live);
  if (drastic !== null) {
    return { change: isStillProtected(view, live) ? unprotection(view, live, fields) : drastic, findings, ignored };
  }
  return { change: fields.length === 0 ? null : updateDraft(view, live, fields), findings, ignored };
}

function drasticChange(view: DesktopView, live: LiveDesktop): ChangeDraft | null {
  if (view.phase === "over") return ending(view, live);
  const broken = brokenReason(view, live);
  return broken === null ? null : replacement(view, live, broken);
}

function isStillProtected({ facts }: DesktopView, old: LiveDesktop): boolean {
  return !facts.lifecycle.isProtected && old.tags[TAGS.protected] === "true";
}

/** What protection held back is a change of its own, reviewed when protection has gone. */
function unprotection(view: DesktopView, live: LiveDesktop, fields: ChangeDraft["fields"]): ChangeDraft {
  const tags = fields.filter(({ path }) => path.startsWith("tags") && !path.includes(TAGS.readyAfter));
  const reason = "its protection ends; the next plan shows what that held back";
  return { ...updateDraft(view, live, tags), reason };
}

function creation(view: DesktopView, leaving: LiveDesktop | null): ChangeDraft {
  const { directory, bundle, facts } = view;
  const bundleId = bundle !== null && "id" in bundle ? bundle.id : null;
  return draftOf(view, {
    action: "create",
    fields: createFields(view),
    reason: `${createReason(view)}${leaving === null ? "" : `; ${facts.user}'s earlier desktop is on its way out and is waited for`}`,
    disruption: "none",
    waitsFor: [provisioningWait(view), ...(wantsStopped(view) ? ["its stop"] : [])],
    basis: { directoryId: directory?.id ?? null, bundleId },
    blocked: bundleBlock(view),
  });
}

function bundleBlock({ bundle }: DesktopView): Blocked | null {
  if (bundle === null) {
    return { code: "no-bundle", message: "no bundle is named", next: "set spec.bundle, or a blueprint" };
  }
  return "id" in bundle ? null : { code: bundle.code, message: bundle.message, next: bundle.hint };
}

function adoption(view: DesktopView, live: LiveDesktop, fields: ChangeDraft["fields"]): ChangeDraft {
  const mayAdopt = view.facts.resource.annotations[ANNOTATIONS.adopt] === "true";
  const draft = updateDraft(view, live, fields);
  const message = `${live.id} of ${live.user} is there already, without Reeve's marker`;
  const next = `to take it over, annotate the document ${ANNOTATIONS.adopt}: "true" (nothing is lost by it)`;
  const { blocked, ...rest } = draft;
  const held = mayAdopt ? blocked : { code: "exists-unmarked", message, next };
  return {
    ...rest,
    action: "adopt",
    reason: `declared, and already there as ${live.id} without Reeve's marker: it becomes Reeve's`,
    ...(held === undefined ? {} : { blocked: held }),
  };
}

/** Where the end is counted from what goes with the desktop, its directory keeps a note (endings.ts). */
function ending(view: DesktopView, live: LiveDesktop): ChangeDraft {
  const { end, facts } = view;
  const why = `${end?.why ?? ""}, and the grace period is over`;
  return draftOf(view, {
    action: "delete",
    fields: [{ path: "id", before: live.id, after: null }],
    reason: why,
    disruption: "destroys",
    impact: [lossOf(live)],
    basis: { id: live.id },
    blocked: endingBlock(view, facts.lifecycle.isProtected),
  });
}

function endingBlock({ end, facts, directory, reading }: DesktopView, isProtected: boolean): Blocked | null {
  if (isProtected) {
    const next = "set spec.lifecycle.protection to false in a reviewed change first, or move its end";
    return { code: "protected", message: "it is protected", next };
  }
  const registration = reading?.directories.find(({ id }) => id === directory?.id);
  if (end?.isCertain === true || registration === undefined || hasRoomForNote(registration)) return null;
  return {
    code: "still-declared",
    message: `${end?.why ?? "its time is over"}, and ${directory?.name ?? "its directory"} holds too many notes of ended desktops to take one more`,
    next: `remove the documents of desktops that have ended; ${facts.address} is deleted once there is room, or with its document`,
  };
}

function brokenReason(view: DesktopView, live: LiveDesktop): string | null {
  if (conditionOf(live) === "failed") {
    return `${live.id} ended in ERROR${live.error === null ? "" : ` (${live.error})`} and still holds its user's place`;
  }
  return needsEncryption(view, live)
    ? "its volumes are not encrypted as declared, which only a new desktop can be"
    : null;
}

function moving(view: DesktopView, old: LiveDesktop): ChangeDraft {
  const moved = `its document asks for ${view.facts.user} in ${view.directory?.name ?? ""}; it is ${old.user}'s in ${old.directoryId}`;
  return replacement(view, old, `${moved}: a desktop moves neither to another directory nor to another user`);
}

/** Destroys data, so it is done only where an annotation names the very desktop. */
function replacement(view: DesktopView, old: LiveDesktop, reason: string): ChangeDraft {
  const isAllowed = view.facts.resource.annotations[ANNOTATIONS.allowReplace] === old.id;
  const next = `to destroy it and make a new one, annotate the document ${ANNOTATIONS.allowReplace}: ${old.id}`;
  const refusal: Blocked = { code: "replace-not-allowed", message: reason, next };
  return draftOf(view, {
    action: "replace",
    fields: [{ path: "id", before: old.id, after: "a new desktop" }, ...createFields(view)],
    reason,
    disruption: "destroys",
    impact: [lossOf(old)],
    waitsFor: [`the end of ${old.id}: about 5 minutes`, provisioningWait(view)],
    basis: { id: old.id, directoryId: view.directory?.id ?? null },
    blocked: isAllowed ? (protectedBlock(view, old) ?? bundleBlock(view)) : refusal,
  });
}

function protectedBlock(view: DesktopView, old: LiveDesktop): Blocked | null {
  const off = "set spec.lifecycle.protection to false in a reviewed change first";
  if (view.facts.lifecycle.isProtected) return { code: "protected", message: "it is protected", next: off };
  if (!isStillProtected(view, old)) return null;
  const next =
    "leave it where and whose it is, and apply with spec.lifecycle.protection: false; then ask for this again";
  return { code: "protected", message: `${old.id} is protected`, next };
}
