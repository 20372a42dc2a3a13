/** In what a live desktop differs from its document, and which differences are left alone. Pure. */
import type { FieldChange, Ignored } from "../../plan/change.ts";
import { joinPath } from "../../plan/diff-fields.ts";
import type { Json } from "../../support/json.ts";
import { type DesktopView, wantedMode, wantsStopped } from "./desktop-view.ts";
import { ANNOTATIONS, TAGS } from "./markers.ts";
import type { LiveDesktop } from "./model.ts";
import { wantedTags } from "./topology.ts";

export interface Differences {
  readonly fields: readonly FieldChange[];
  readonly ignored: readonly Ignored[];
}

type Found = FieldChange | { readonly ignoredPath: string; readonly why: string };

/** `live` is at the place where the document wants it. */
export function findDifferences(view: DesktopView, live: LiveDesktop, estate: string): Differences {
  const found: readonly Found[] = [
    ...bundleDifference(view, live),
    ...computeDifference(view, live),
    ...volumeDifferences(view, live),
    ...runningDifference(view, live),
    ...protocolDifference(live),
    ...maintenanceDifference(view, live),
    ...stateDifference(view, live),
    ...keyDifference(view, live),
    ...tagDifferences(view, live, estate),
    ...readyDifference(live),
  ];
  const { address } = view.facts;
  return {
    fields: found.filter((one) => "path" in one),
    ignored: found.flatMap((one) => ("ignoredPath" in one ? [{ address, path: one.ignoredPath, why: one.why }] : [])),
  };
}

function differ(path: string, before: Json, after: Json): readonly Found[] {
  return before === after ? [] : [{ path, before, after }];
}

function ignore(ignoredPath: string, why: string): readonly Found[] {
  return [{ ignoredPath, why }];
}

/** Another bundle is another image: a migration, which costs the root volume and the desktop's id. */
function bundleDifference({ bundle, facts }: DesktopView, live: LiveDesktop): readonly Found[] {
  if (bundle === null || !("id" in bundle) || live.bundleId === bundle.id) return [];
  if (facts.resource.annotations[ANNOTATIONS.allowMigrate] === live.id)
    return differ("bundle", live.bundleId, bundle.id);
  return ignore(
    "bundle",
    `it was made from ${live.bundleId}, not ${bundle.id}; to migrate it, annotate ${ANNOTATIONS.allowMigrate}: ${live.id}`,
  );
}

function computeDifference({ facts, directory }: DesktopView, live: LiveDesktop): readonly Found[] {
  if (facts.compute === null || live.compute === null || facts.compute === live.compute) return [];
  if (directory?.resource.spec.selfService.changeComputeType === true)
    return ignore("compute", `its user may choose it: ${live.compute}`);
  return differ("compute", live.compute, facts.compute);
}

/** A smaller one than there is cannot be had, which is a finding and no difference (view-findings.ts). */
function volumeDifferences({ facts, directory }: DesktopView, live: LiveDesktop): readonly Found[] {
  const { volumes } = facts;
  if (volumes === null) return [];
  const isUsers = directory?.resource.spec.selfService.increaseVolumeSize === true;
  return (["rootGib", "userGib"] as const).flatMap((name) => {
    const [is, wanted] = [live[name], volumes[name]];
    if (is === null || is === wanted) return [];
    if (is < wanted) return differ(`volumes.${name}`, is, wanted);
    return isUsers ? ignore(`volumes.${name}`, `it has ${is} GiB; its user may enlarge it`) : [];
  });
}

function runningDifference(view: DesktopView, live: LiveDesktop): readonly Found[] {
  const mode = wantedMode(view);
  if (live.mode === null) return [];
  if (mayChooseMode(view) && live.mode !== mode) return ignore("running", `its user may choose it: ${live.mode}`);
  return differ(
    "running",
    describeRunning(live.mode, live.afterIdleMinutes),
    describeRunning(mode, view.facts.afterIdleMinutes),
  );
}

/** AWS keeps a time-out where it means nothing; it is no difference. */
export function describeRunning(mode: string, afterIdleMinutes: number | null): string {
  return mode === "auto-stop" ? `auto-stop after ${(afterIdleMinutes ?? 60) / 60}h` : mode;
}

function protocolDifference({ protocols }: LiveDesktop): readonly Found[] {
  return protocols.length === 0 || protocols.includes("WSP") ? [] : differ("protocol", protocols.join(", "), "WSP");
}

function maintenanceDifference({ facts }: DesktopView, { state }: LiveDesktop): readonly Found[] {
  if (facts.maintenance === null) return [];
  const isOn = state === "ADMIN_MAINTENANCE";
  if (isOn === facts.maintenance) return [];
  if (isOn || state === "AVAILABLE") return differ("maintenance", isOn, facts.maintenance);
  return ignore("maintenance", `it is ${state}, and only an AVAILABLE desktop can enter maintenance`);
}

/** What is to be auto-stop sleeps on: its user wakes it. */
function stateDifference(view: DesktopView, { state, mode }: LiveDesktop): readonly Found[] {
  if (wantsStopped(view)) return state === "AVAILABLE" ? differ("state", "running", "stopped") : [];
  const isAlwaysOn = mode === "always-on" && (wantedMode(view) === "always-on" || mayChooseMode(view));
  return state === "STOPPED" && isAlwaysOn ? differ("state", "stopped", "running") : [];
}

function mayChooseMode({ directory }: DesktopView): boolean {
  return directory?.resource.spec.selfService.switchRunningMode === true;
}

/** AWS answers with the key's ARN, so an alias cannot be compared. Missing encryption is a replacement (compare-desktop). */
function keyDifference({ facts }: DesktopView, live: LiveDesktop): readonly Found[] {
  if (facts.key === null) {
    return live.key === null ? [] : ignore("volumes.encryption", "it is encrypted, and stays so");
  }
  return [];
}

function tagDifferences({ facts }: DesktopView, live: LiveDesktop, estate: string): readonly Found[] {
  const wanted = wantedTags(facts, estate);
  const isStillProtected = live.tags[TAGS.protected] === "true" && !facts.lifecycle.isProtected;
  const all = isStillProtected ? { ...wanted, [TAGS.protected]: "false" } : wanted;
  return Object.entries(all).flatMap(([key, value]) => differ(joinPath("tags", key), live.tags[key] ?? null, value));
}

/** Written once, when Reeve first sees it ready. */
function readyDifference({ tags }: LiveDesktop): readonly Found[] {
  if (tags[TAGS.createdAt] === undefined || tags[TAGS.readyAfter] !== undefined) return [];
  return differ(joinPath("tags", TAGS.readyAfter), null, "seconds until it is seen ready");
}

/** Encryption is fixed when a desktop is made. */
export function needsEncryption({ facts }: DesktopView, live: LiveDesktop): boolean {
  if (facts.key === null) return false;
  const isOtherKey = facts.key.startsWith("arn:") && facts.key.includes(":key/") && live.key !== facts.key;
  return !live.isRootEncrypted || !live.isUserEncrypted || isOtherKey;
}
