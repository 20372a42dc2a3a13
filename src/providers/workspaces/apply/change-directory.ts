import type { Change } from "../../../plan/change.ts";
import { diffFields } from "../../../plan/diff-fields.ts";
import { ApiTrouble, isUncertain } from "../api/trouble.ts";
import { presentShape, wantedCreation, wantedDirectoryTags, wantedShape } from "../directory-shape.ts";
import { staleNotes } from "../endings.ts";
import { isReadable } from "../live-index.ts";
import { TAGS } from "../markers.ts";
import type { LiveDirectory, TagMap } from "../model.ts";
import type { DirectoryFacts } from "../topology.ts";
import { type Job, StepFailure } from "./job.ts";
import { LIMITS, pollUntil } from "./waits.ts";

/** Registers where needed, marks it, then sets each part that was reviewed, and reads all of it back. */
export async function changeDirectory(job: Job, change: Change, facts: DirectoryFacts): Promise<string> {
  const { writer, world } = job;
  const { region, id, resource } = facts;
  const tags = wantedDirectoryTags(facts, world.topology.estate);
  if (change.action === "create") await register(job, facts, tags);
  const live = await waitRegistered(job, facts);
  const touches = (part: string) => change.fields.some(({ path }) => path === part || path.startsWith(`${part}.`));
  if (change.fields.some(({ path }) => path.startsWith("tags")) && change.action !== "create")
    await writer.tag(region, id, tags);
  await removeNotes(job, facts);
  if (touches("selfService")) await writer.setSelfService(region, id, { ...resource.spec.selfService });
  if (touches("devices")) await writer.setDevices(region, id, { ...resource.spec.devices });
  if (touches("creation")) await writer.setCreation(region, id, wantedCreation(facts, live));
  if (touches("streaming") && resource.spec.streaming !== undefined)
    await writer.setTransport(region, id, resource.spec.streaming.transport);
  if (touches("ipGroups")) await setIpGroups(job, facts, live);
  await waitAsDeclared(job, facts);
  return `${id} is as declared`;
}

/** Where an answer was lost, the call that is sent again meets its own success: known by the marker that it gave. */
async function register({ writer }: Job, { region, id, resource }: DirectoryFacts, tags: TagMap): Promise<void> {
  try {
    await writer.register(region, { directoryId: id, subnetIds: resource.spec.subnetIds ?? null, tags });
  } catch (error) {
    if (!(error instanceof ApiTrouble) || !(error.verdict.failure === "conflict" || isUncertain(error.verdict)))
      throw error;
    const present = await writer.tagsOf(region, id);
    if (present[TAGS.estate] !== tags[TAGS.estate] || present[TAGS.name] !== tags[TAGS.name]) throw error;
  }
}

/** Notes of ended desktops whose documents are gone or ask for new ones. */
async function removeNotes({ writer, world }: Job, { region, id }: DirectoryFacts): Promise<void> {
  const reading = world.observation.regions.get(region);
  const seen = isReadable(reading) ? reading.directories.find((one) => one.id === id) : undefined;
  const outdated = staleNotes(seen?.tags ?? {}, world.topology);
  if (outdated.length > 0) await writer.untag(region, id, outdated);
}

async function waitRegistered({ writer, session }: Job, { region, id }: DirectoryFacts): Promise<LiveDirectory> {
  const wait = { session, limitMs: LIMITS.registration, what: `the registration of ${id}` };
  const live = await pollUntil(wait, async () => {
    const found = (await writer.directories(region)).find((one) => one.id === id);
    if (found?.state === "ERROR") {
      const message = `the registration of ${id} ended in ERROR`;
      throw new StepFailure({ failure: "denied", message, next: "see the WorkSpaces console for its reason" });
    }
    return found?.state === "REGISTERED" ? found : null;
  });
  if (live !== null) return live;
  const message = `${id} is not registered after ${LIMITS.registration / 60_000} minutes`;
  throw new StepFailure({ failure: "retryable", message, next: "apply again: it waits on from there" });
}

async function setIpGroups(
  { writer }: Job,
  { region, id, resource }: DirectoryFacts,
  live: LiveDirectory,
): Promise<void> {
  const wanted = resource.spec.ipGroups ?? [];
  const add = wanted.filter((group) => !live.ipGroups.includes(group));
  const remove = live.ipGroups.filter((group) => !wanted.includes(group));
  await writer.setIpGroups(region, id, { add, remove });
}

/** Tags are left out: they were just written, and describes never show them. */
async function waitAsDeclared({ writer, session, world }: Job, facts: DirectoryFacts): Promise<void> {
  const wait = { session, limitMs: LIMITS.appearance, what: `${facts.id} to show its settings` };
  const isThere = await pollUntil(wait, async () => {
    const live = (await writer.directories(facts.region)).find(({ id }) => id === facts.id);
    if (live === undefined) return null;
    const wanted = wantedShape(facts, live, world.topology.estate);
    const rest = diffFields(presentShape(facts, live, { wanted }), wanted).filter(
      ({ path }) => !path.startsWith("tags"),
    );
    return rest.length === 0 ? true : null;
  });
  if (isThere !== null) return;
  const message = `${facts.id}, read back, is not as it was set`;
  throw new StepFailure({ failure: "retryable", message, next: "plan again: it shows what is different" });
}
