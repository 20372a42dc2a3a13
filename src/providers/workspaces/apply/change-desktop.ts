/** One desktop changed in place: one property a call, each waited for and read back before the next. */
import type { Change } from "../../../plan/change.ts";
import { unreachable } from "../../../support/unreachable.ts";
import { ApiTrouble } from "../api/trouble.ts";
import { type DesktopView, wantedMode } from "../desktop-view.ts";
import { describeRunning } from "../differences.ts";
import { createdAt, TAGS } from "../markers.ts";
import type { LiveDesktop, PropertyEdit } from "../model.ts";
import { conditionOf, isModifying } from "../states.ts";
import { wantedTags } from "../topology.ts";
import { recordReady, stopOne } from "./follow-desktops.ts";
import { type Job, StepFailure } from "./job.ts";
import { LIMITS, waitForDesktop } from "./waits.ts";

interface Changing {
  readonly job: Job;
  readonly view: DesktopView;
  readonly region: string;
  /** Fields that were reviewed. */
  readonly paths: ReadonlySet<string>;
}

/** Tags come first: they mark the desktop as ours before anything else is done to it. */
export async function changeDesktop(job: Job, change: Change, view: DesktopView): Promise<string> {
  const { live, directory } = view;
  if (live === null || directory === null) throw new Error(`${change.address} is not there to be changed`);
  const paths = new Set(change.fields.map(({ path }) => path));
  const changing: Changing = { job, view, region: directory.region, paths };
  await writeTags(changing, live);
  if (paths.has("maintenance") && view.facts.maintenance === false) await setMaintenance(changing, live.id, false);
  const settled = needsRest(live, paths) ? await rest(changing, live.id) : live;
  const id = paths.has("bundle") ? await migrate(changing, settled) : settled.id;
  for (const edit of editsOf(changing, settled)) await makeEdit(changing, id, edit);
  if (paths.has("maintenance") && view.facts.maintenance === true) await setMaintenance(changing, id, true);
  await setPower(changing, id);
  const from = createdAt(live.tags);
  if (isPathOf(paths, TAGS.readyAfter) && from !== null) await recordReady(job, { region: directory.region, id, from });
  return id === live.id ? `${id} is as declared` : `${live.id} has become ${id}`;
}

function isPathOf(paths: ReadonlySet<string>, tag: string): boolean {
  return [...paths].some((path) => path === `tags[${JSON.stringify(tag)}]`);
}

async function writeTags({ job, view, region, paths }: Changing, live: LiveDesktop): Promise<void> {
  const wanted = wantedTags(view.facts, job.world.topology.estate);
  const unprotected = view.facts.lifecycle.isProtected ? {} : { [TAGS.protected]: "false" };
  const all = live.tags[TAGS.protected] === undefined ? wanted : { ...unprotected, ...wanted };
  const changed = Object.entries(all).filter(([key, value]) => live.tags[key] !== value);
  const isReviewed = [...paths].some((path) => path.startsWith("tags"));
  if (isReviewed && changed.length > 0) await job.writer.tag(region, live.id, Object.fromEntries(changed));
}

function needsRest(live: LiveDesktop, paths: ReadonlySet<string>): boolean {
  const onlyTags = [...paths].every((path) => path.startsWith("tags") && !path.includes(TAGS.readyAfter));
  return !onlyTags && (isModifying(live) || conditionOf(live) === "progressing");
}

/** What is under way comes to its end first: AWS takes one change at a time. */
function rest({ job, region }: Changing, id: string): Promise<LiveDesktop> {
  const isThere = (desktop: LiveDesktop) => !isModifying(desktop) && conditionOf(desktop) === "ready";
  const wait = { what: `${id} to come to rest`, limitMs: LIMITS.modification, isThere };
  return waitForDesktop({ session: job.session, reader: job.writer, region }, id, wait);
}

/** In the order that AWS's rules of volumes ask for: a root volume of 175 GiB needs a user volume of 100 first. */
export function editsOf({ view, paths }: Pick<Changing, "view" | "paths">, live: LiveDesktop): readonly PropertyEdit[] {
  const { facts } = view;
  const running: PropertyEdit = {
    property: "running",
    mode: wantedMode(view),
    afterIdleMinutes: facts.afterIdleMinutes,
  };
  return [
    ...(paths.has("running") ? [running] : []),
    ...(paths.has("protocol") ? [{ property: "protocol" } as const] : []),
    ...volumeEdits(view, paths, live),
    ...(paths.has("compute") && facts.compute !== null ? [{ property: "compute", value: facts.compute } as const] : []),
  ];
}

const SMALLEST_LARGE_USER_GIB = 100;

function volumeEdits({ facts }: DesktopView, paths: ReadonlySet<string>, live: LiveDesktop): readonly PropertyEdit[] {
  const { volumes } = facts;
  if (volumes === null) return [];
  const root = paths.has("volumes.rootGib") ? [{ property: "rootGib", value: volumes.rootGib } as const] : [];
  const user = paths.has("volumes.userGib") ? [{ property: "userGib", value: volumes.userGib } as const] : [];
  const isSmall = (live.userGib ?? SMALLEST_LARGE_USER_GIB) < SMALLEST_LARGE_USER_GIB;
  if (root.length === 0 || !isSmall) return [...root, ...user];
  const step = { property: "userGib", value: SMALLEST_LARGE_USER_GIB } as const;
  return [step, ...root, ...(volumes.userGib > SMALLEST_LARGE_USER_GIB ? user : [])];
}

/** Done is when nothing is under way and the value reads back: the state may say AVAILABLE all the while. */
async function makeEdit({ job, region }: Changing, id: string, edit: PropertyEdit): Promise<void> {
  try {
    await job.writer.modify(region, id, edit);
  } catch (error) {
    if (!(error instanceof ApiTrouble) || error.verdict.failure !== "retryable") throw error;
    // A lost answer: the same call again meets its own success as "in progress".
    const [desktop] = await job.writer.desktopsById(region, [id]);
    if (desktop === undefined || !(isModifying(desktop) || isEdited(desktop, edit))) throw error;
  }
  const isThere = (desktop: LiveDesktop) => !isModifying(desktop) && isEdited(desktop, edit);
  const wait = { what: `${id}: its ${edit.property}`, limitMs: LIMITS.modification, isThere };
  await waitForDesktop({ session: job.session, reader: job.writer, region }, id, wait);
}

function isEdited(desktop: LiveDesktop, edit: PropertyEdit): boolean {
  switch (edit.property) {
    case "rootGib":
    case "userGib":
      return desktop[edit.property] === edit.value;
    case "compute":
      return desktop.compute === edit.value;
    case "protocol":
      return desktop.protocols.includes("WSP");
    case "running":
      return (
        describeRunning(desktop.mode ?? "", desktop.afterIdleMinutes) ===
        describeRunning(edit.mode, edit.afterIdleMinutes)
      );
    default:
      return unreachable(edit);
  }
}

async function setMaintenance({ job, region }: Changing, id: string, isOn: boolean): Promise<void> {
  await job.writer.setMaintenance(region, id, isOn);
  const isThere = ({ state }: LiveDesktop) => (state === "ADMIN_MAINTENANCE") === isOn;
  const wait = { what: `${id}: maintenance`, limitMs: LIMITS.power, isThere };
  await waitForDesktop({ session: job.session, reader: job.writer, region }, id, wait);
}

async function setPower({ job, region, paths, view }: Changing, id: string): Promise<void> {
  if (!paths.has("state")) return;
  if (view.facts.staysStopped || view.isAhead) return stopOne(job, region, id);
  await job.writer.start(region, [id]);
  const isThere = ({ state }: LiveDesktop) => state === "AVAILABLE";
  const wait = { what: `${id} to start`, limitMs: LIMITS.power, isThere };
  await waitForDesktop({ session: job.session, reader: job.writer, region }, id, wait);
}

/** A migration may fail and say nothing: then the target never shows, or the bundle is the old one. */
async function migrate({ job, view, region }: Changing, live: LiveDesktop): Promise<string> {
  const { bundle } = view;
  if (bundle === null || !("id" in bundle)) throw new Error(`${view.facts.address} has no bundle to migrate to`);
  const target = await job.writer.migrate(region, live.id, bundle.id);
  const isThere = (desktop: LiveDesktop) => conditionOf(desktop) === "ready" && desktop.bundleId === bundle.id;
  const wait = { what: `the migration of ${live.id}`, limitMs: LIMITS.encryptedProvisioning, isThere };
  const made = await waitForDesktop({ session: job.session, reader: job.writer, region }, target, wait);
  if (made.user.toLowerCase() === live.user.toLowerCase()) return made.id;
  const message = `the migration of ${live.id} gave ${made.id}, which is not ${live.user}'s`;
  throw new StepFailure({ failure: "conflict", message, next: "see both in the AWS console" });
}
