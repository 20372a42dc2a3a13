/** One desktop changed in place: one property a call, each waited for and read back before the next. */
import type { Change } from "../../../plan/change.ts";
import type { DesktopView } from "../desktop-view.ts";
import { wantsStopped } from "../desktop-view.ts";
import { createdAt, TAGS } from "../markers.ts";
import type { LiveDesktop } from "../model.ts";
import { conditionOf, isModifying } from "../states.ts";
import { wantedTags } from "../topology.ts";
import { editsOf, isEdited, makeEdit, restOf } from "./edit-desktop.ts";
import { recordReady } from "./follow-desktops.ts";
import { type Job, StepFailure } from "./job.ts";
import { migrateDesktop } from "./migrate-desktop.ts";
import { type Power, switchPower } from "./switch-power.ts";
import { LIMITS, type Outlook, waitForDesktop } from "./waits.ts";

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
  const { region } = directory;
  const paths = new Set(change.fields.map(({ path }) => path));
  const changing: Changing = { job, view, region, paths };
  await writeTags(changing, live);
  if (paths.has("maintenance") && view.facts.maintenance === false) await setMaintenance(changing, live.id, false);
  const settled = needsRest(live, paths) ? await waitForDesktop(outlookOf(changing), live.id, restOf(live.id)) : live;
  await timeFirst(changing, live);
  const present = paths.has("bundle") ? await migrateDesktop({ job, region, view }, settled) : settled;
  const { id } = present;
  const hasWoken = await makeEdits(changing, present);
  if (paths.has("maintenance") && view.facts.maintenance === true) await setMaintenance(changing, id, true);
  await setPower(changing, id, hasWoken);
  return id === live.id ? `${id} is as declared` : `${live.id} has become ${id}`;
}

/** Before anything else keeps the desktop busy: what is counted is how long it took to be ready. */
async function timeFirst({ job, region, paths }: Changing, { id, tags }: LiveDesktop): Promise<void> {
  const from = createdAt(tags);
  if (isPathOf(paths, TAGS.readyAfter) && from !== null) {
    await recordReady(job, { region, id, from, seenAt: job.session.clock.now() });
  }
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

/**
 * What a migration has brought is not asked for again. True when the desktop was woken for its edits: a stopped one keeps its
 * protocol.
 */
async function makeEdits({ job, region, view, paths }: Changing, live: LiveDesktop): Promise<boolean> {
  const { id } = live;
  const edits = editsOf({ view, paths }, live).filter((edit) => !isEdited(live, edit));
  const isToWake = live.state === "STOPPED" && edits.some(({ property }) => property === "protocol");
  if (isToWake) await switchOne(job, { region, ids: [id], to: "AVAILABLE" });
  for (const edit of edits) await makeEdit({ job, region, view }, id, edit);
  return isToWake;
}

async function setMaintenance({ job, region }: Changing, id: string, isOn: boolean): Promise<void> {
  await job.writer.setMaintenance(region, id, isOn);
  const isThere = ({ state }: LiveDesktop) => (state === "ADMIN_MAINTENANCE") === isOn;
  const wait = { what: `${id}: maintenance`, limitMs: LIMITS.power, isThere };
  await waitForDesktop(outlookOf({ job, region }), id, wait);
}

function outlookOf({ job, region }: Pick<Changing, "job" | "region">): Outlook {
  return { session: job.session, reader: job.writer, region };
}

async function setPower({ job, region, paths, view }: Changing, id: string, hasWoken: boolean): Promise<void> {
  const isStop = wantsStopped(view);
  if (!paths.has("state") && !(hasWoken && isStop)) return;
  await switchOne(job, { region, ids: [id], to: isStop ? "STOPPED" : "AVAILABLE" });
}

async function switchOne(job: Job, power: Power): Promise<void> {
  const [failure] = (await switchPower(job, power)).values();
  if (failure !== undefined) throw new StepFailure(failure);
}
