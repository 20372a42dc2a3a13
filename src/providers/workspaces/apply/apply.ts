import pLimit from "p-limit";
import type { Change } from "../../../plan/change.ts";
import type { Outcome } from "../../../plan/outcome.ts";
import type { Session, Work } from "../../provider.ts";
import { BATCH } from "../api/reader.ts";
import { ApiTrouble } from "../api/trouble.ts";
import { type DesktopView, viewWorld } from "../desktop-view.ts";
import { endNoteKey } from "../endings.ts";
import type { WorkspacesObservation, WorkspacesWriteDoors, WorkspacesWriter } from "../model.ts";
import { isLeaving } from "../states.ts";
import { resolveTopology } from "../topology.ts";
import { applyPolicies } from "./apply-policies.ts";
import type { Target } from "./batches.ts";
import { changeDesktop } from "./change-desktop.ts";
import { changeDirectory } from "./change-directory.ts";
import { type Failure, failed, type Job, reasonOf, settleChange } from "./job.ts";
import { type Making, makeDesktops } from "./make-desktops.ts";
import { allToTheEnd, type OutcomeQueue, queueOutcomes } from "./outcome-queue.ts";
import { type Removal, removeDesktops } from "./remove-desktops.ts";
import { shareLooks } from "./share-looks.ts";
import { switchTargets } from "./switch-power.ts";

/** Desktops changed in place at the same time: as many as share a look. The limiter sets the pace all the same. */
const AT_ONCE = BATCH;

/** Directories first; then what goes, what comes and what changes, side by side; last what waits for one of these. */
export async function* applyWorkspaces(
  work: Work<WorkspacesObservation>,
  opener: WorkspacesWriteDoors,
  session: Session,
): AsyncIterable<Outcome> {
  const topology = resolveTopology(work.desired);
  const world = viewWorld(topology, work.observation, work.now);
  yield* applyPolicies(work, opener.domains, session);
  const changes = work.changes.filter(({ kind }) => kind !== "WorkspaceSecurityPolicy");
  if (changes.length === 0 || topology.settings === null) return;
  const writer = shareLooks(opener.open(topology.settings));
  const refusal = await refuseAccount(writer, topology.regions[0] ?? "", topology.settings.accountId);
  if (refusal !== null) yield* changes.map((change) => failed(change, refusal));
  else yield* queueOutcomes((queue) => carryOut({ writer, session, world, queue }, changes));
}

/** Once more before the first write: planning may have had other credentials. Null where the account is the right one. */
async function refuseAccount(writer: WorkspacesWriter, region: string, wanted: string): Promise<Failure | null> {
  try {
    const accountId = await writer.accountId(region);
    if (accountId === wanted) return null;
    const message = `the credentials for applying are of account ${accountId}, not ${wanted}: nothing was begun`;
    const next = "correct AWS_PROFILE, or spec.providers.workspaces.role.apply";
    return { failure: "denied", message, next };
  } catch (error) {
    if (error instanceof ApiTrouble) return reasonOf(error.verdict);
    throw error;
  }
}

async function carryOut(job: Job, changes: readonly Change[]): Promise<void> {
  const broken = new Set<string>();
  const watched = { ...job, queue: noteBroken(job.queue, broken) };
  const desktops = changes.filter(({ kind }) => kind === "Workspace");
  const addresses = new Set<string>(desktops.map(({ address }) => address));
  const isLate = ({ dependsOn }: Change): boolean => dependsOn.some((address) => addresses.has(address));
  await changeDirectories(watched, changes);
  await carryOutDesktops(
    watched,
    skipBroken(
      watched,
      desktops.filter((change) => !isLate(change)),
      broken,
    ),
  );
  // What only a saving of the same plan pays for: begun once that saving is certain.
  await carryOutDesktops(watched, skipBroken(watched, desktops.filter(isLate), broken));
}

/** Collects the addresses of what was not done. */
function noteBroken(queue: OutcomeQueue, broken: Set<string>): OutcomeQueue {
  return {
    ...queue,
    push: (outcome) => {
      if (outcome.status !== "done") broken.add(outcome.address);
      queue.push(outcome);
    },
  };
}

/** Leaves out what depends on something that was not done, and says so. */
function skipBroken(job: Job, changes: readonly Change[], broken: ReadonlySet<string>): readonly Change[] {
  return changes.filter(({ address, dependsOn }) => {
    const failedOne = dependsOn.find((one) => broken.has(one));
    if (failedOne === undefined) return true;
    const message = `depends on ${failedOne}, which was not done`;
    job.queue.push({ status: "skipped", address, message, next: "apply again: it carries on from here" });
    return false;
  });
}

async function carryOutDesktops(job: Job, changes: readonly Change[]): Promise<void> {
  const views = new Map(job.world.desktops.map((view) => [view.facts.address as string, view]));
  await allToTheEnd([
    removeDesktops(job, removals(job, changes, views)),
    ...makings(changes, views).map(([region, group]) => makeDesktops(job, region, group)),
    switchTargets(job, powerTargets(changes, "stop", views), "STOPPED"),
    switchTargets(job, powerTargets(changes, "start", views), "AVAILABLE"),
    changeDesktops(job, changes, views),
  ]);
}

async function changeDirectories(job: Job, changes: readonly Change[]): Promise<void> {
  for (const change of changes.filter(({ kind }) => kind === "WorkspaceDirectory")) {
    const facts = job.world.topology.directories.get(change.name);
    if (facts === undefined) throw new Error(`${change.address} is not declared`);
    await settleChange(job, change, () => changeDirectory(job, change, facts));
  }
}

type Views = ReadonlyMap<string, DesktopView>;

function removals(job: Job, changes: readonly Change[], views: Views): readonly Removal[] {
  return changes
    .filter(({ action }) => action === "delete")
    .flatMap((change) => {
      const id = change.fields.find(({ path }) => path === "id")?.before;
      const placed = job.world.index.all.find(({ desktop }) => desktop.id === id);
      const region = placed?.region ?? views.get(change.address)?.directory?.region;
      return typeof id !== "string" || region === undefined
        ? []
        : [{ change, region, id, note: noteFor(views.get(change.address)) }];
    });
}

/** A document that stays would have the next plan make its desktop anew, but where it says itself when its time is over. */
function noteFor(view: DesktopView | undefined): Removal["note"] {
  if (view?.live === undefined || view.live === null || view.end === null || view.end.isCertain) return null;
  return { directoryId: view.live.directoryId, key: endNoteKey(view.facts.name) };
}

/** New desktops by region; a replacement's old desktop may be in another region than its new one. */
function makings(changes: readonly Change[], views: Views): readonly (readonly [string, readonly Making[]])[] {
  const all = changes
    .filter(({ action }) => action === "create" || action === "replace")
    .flatMap((change) => {
      const view = views.get(change.address);
      const region = view?.directory?.region;
      return view === undefined || region === undefined
        ? []
        : [{ change, view, region, before: beforeOf(change, view, region) }];
    });
  return [...Map.groupBy(all, ({ region }) => region)];
}

function beforeOf({ action }: Change, { live, elsewhere }: DesktopView, region: string): Making["before"] {
  if (action === "replace") {
    if (elsewhere !== null) return { id: elsewhere.desktop.id, region: elsewhere.region, isToBeEnded: true };
    return live === null ? null : { id: live.id, region, isToBeEnded: true };
  }
  return live !== null && isLeaving(live) ? { id: live.id, region, isToBeEnded: false } : null;
}

/** Changes that only stop or start, 25 a call. */
function powerTargets(changes: readonly Change[], action: "stop" | "start", views: Views): readonly Target[] {
  return changes
    .filter((change) => change.action === action)
    .map((change) => {
      const { live = null, directory = null } = views.get(change.address) ?? {};
      if (live === null || directory === null) throw new Error(`${change.address} is not there to be changed`);
      return { change, region: directory.region, id: live.id };
    });
}

const ELSEWHERE: ReadonlySet<Change["action"]> = new Set(["create", "replace", "delete", "stop", "start"]);

async function changeDesktops(job: Job, changes: readonly Change[], views: Views): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const inPlace = changes.filter(({ action }) => !ELSEWHERE.has(action));
  await allToTheEnd(
    inPlace.map((change) =>
      limit(async () => {
        const view = views.get(change.address);
        if (view === undefined) throw new Error(`${change.address} is not declared`);
        job.session.signal.throwIfAborted();
        await settleChange(job, change, () => changeDesktop(job, change, view));
      }),
    ),
  );
}
