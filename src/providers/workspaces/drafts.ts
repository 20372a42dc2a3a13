/** The forms of a desktop's change: what is said of it, to whom, and what is waited for. Pure. */
import { addressOf } from "../../estate/resource.ts";
import type { Action, Blocked, ChangeDraft, FieldChange } from "../../plan/change.ts";
import type { Json } from "../../support/json.ts";
import { type DesktopView, wantedMode, wantsStopped } from "./desktop-view.ts";
import { describeRunning } from "./differences.ts";
import type { Placed } from "./live-index.ts";
import { provisioningSeconds, TAGS } from "./markers.ts";
import type { LiveDesktop } from "./model.ts";
import { describePlacement } from "./placement/choose-placement.ts";
import { quantileWords } from "./standings.ts";

export interface DraftParts {
  readonly action: Action;
  readonly fields: readonly FieldChange[];
  readonly reason: string;
  readonly disruption: ChangeDraft["disruption"];
  readonly impact?: readonly string[];
  readonly waitsFor?: readonly string[];
  readonly basis: Json;
  readonly blocked?: Blocked | null;
}

export function draftOf({ facts, directory }: DesktopView, parts: DraftParts): ChangeDraft {
  const { impact = [], waitsFor = [], blocked = null, ...rest } = parts;
  return {
    address: facts.address,
    kind: "Workspace",
    name: facts.name,
    source: facts.resource.source,
    ...rest,
    impact,
    waitsFor,
    ...(blocked === null ? {} : { blocked }),
    dependsOn: directory === null ? [] : [directory.resource.address],
  };
}

/** Everything of a new desktop, as its create call will say it. */
export function createFields(view: DesktopView): readonly FieldChange[] {
  const { facts, directory, bundle } = view;
  const mode = wantedMode(view);
  const wanted: Readonly<Record<string, Json>> = {
    user: facts.user,
    region: directory?.region ?? null,
    directory: directory?.name ?? null,
    bundle: bundle !== null && "id" in bundle ? bundle.id : null,
    compute: facts.compute,
    "volumes.rootGib": facts.volumes?.rootGib ?? null,
    "volumes.userGib": facts.volumes?.userGib ?? null,
    "volumes.encryption": facts.key,
    running: describeRunning(mode, facts.afterIdleMinutes),
    state: wantsStopped(view) ? "stopped" : null,
    ...Object.fromEntries(Object.entries(facts.tags).map(([key, value]) => [`tags[${JSON.stringify(key)}]`, value])),
  };
  return Object.entries(wanted).flatMap(([path, after]) => (after === null ? [] : [{ path, before: null, after }]));
}

export function createReason(view: DesktopView): string {
  const { facts, placement, isAhead } = view;
  const whose = facts.reserve === null ? `for ${facts.user}` : `ahead for ${facts.user}, of reserve ${facts.reserve}`;
  const when = isAhead ? `, ahead of ${facts.startDate?.toISOString().slice(0, 10) ?? ""}` : "";
  const where = placement === null || "refusal" in placement ? "" : `; in ${describePlacement(placement)}`;
  return `declared ${whose}${when}, and not there yet${where}${expectation(view)}`;
}

/** What was measured is a word for people: it may move between review and apply. What AWS says stands in `waitsFor`. */
function expectation({ directory, reading }: DesktopView): string {
  const here = (reading?.desktops ?? []).filter(({ directoryId }) => directoryId === directory?.id);
  const words = quantileWords(here.flatMap(({ tags }) => provisioningSeconds(tags) ?? []));
  return words === null ? "" : `; desktops in ${directory?.name ?? ""} took ${words} to become ready`;
}

/** How long AWS takes, by its own documentation. */
export function provisioningWait({ facts }: DesktopView): string {
  return facts.key === null
    ? "its provisioning: about 20 minutes"
    : "its provisioning: up to 60 minutes with an encrypted root volume";
}

export function removal(
  { region, desktop }: Placed,
  { reason, blocked }: { readonly reason: string; readonly blocked: Blocked | null },
): ChangeDraft {
  const name = desktop.tags[TAGS.name] ?? desktop.id;
  return {
    address: addressOf("Workspace", name),
    kind: "Workspace",
    name,
    source: null,
    action: "delete",
    fields: [
      { path: "user", before: desktop.user, after: null },
      { path: "region", before: region, after: null },
      { path: "id", before: desktop.id, after: null },
    ],
    reason,
    disruption: "destroys",
    impact: [lossOf(desktop)],
    waitsFor: [],
    basis: { id: desktop.id },
    ...(blocked === null ? {} : { blocked }),
  };
}

export function lossOf({ user, id }: LiveDesktop): string {
  return `${user} loses ${id} and everything on it, for good`;
}
