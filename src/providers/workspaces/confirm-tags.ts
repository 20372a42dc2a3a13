import type { Session } from "../provider.ts";
import { BATCH } from "./api/reader.ts";
import type { Verdict } from "./api/trouble.ts";
import { ApiTrouble } from "./api/trouble.ts";
import { wantedDirectoryTags } from "./directory-shape.ts";
import { leavesNote, staleNotes } from "./endings.ts";
import { placeKey } from "./live-index.ts";
import { createdAt, ownershipOf, TAGS } from "./markers.ts";
import type { LiveDesktop, LiveDirectory, ReadingGap, TagMap, WorkspacesReader } from "./model.ts";
import { type DirectoryFacts, type Topology, wantedTags } from "./topology.ts";

type Index = { readonly value: ReadonlyMap<string, TagMap> } | { readonly trouble: Verdict };

/** A region that is being read. */
export interface Place {
  readonly reader: WorkspacesReader;
  readonly region: string;
  readonly topology: Topology;
  readonly session: Pick<Session, "clock" | "progress" | "signal">;
  /** Each resource is asked once, however often its tags are needed. */
  readonly ownTags: OwnTags;
}

/** The tags of one resource, asked of WorkSpaces itself; `indexed` where it does not know the id. */
type OwnTags = (id: string, indexed: TagMap) => Promise<TagMap>;

export function placeOf(parts: Omit<Place, "ownTags">): Place {
  const known = new Map<string, Promise<TagMap>>();
  const ownTags: OwnTags = (id, indexed) => {
    const tags = known.get(id) ?? askTags(parts, id, indexed);
    known.set(id, tags);
    return tags;
  };
  return { ...parts, ownTags };
}

interface Resources {
  readonly desktops: readonly LiveDesktop[];
  readonly directories: readonly LiveDirectory[];
}

type Tagged = Resources & { readonly gaps: readonly ReadingGap[] };

/**
 * Puts the tags to the resources. The tagging API's index lags behind, so what it says is asked again, resource by
 * resource, wherever something would be done because of it: the calls grow with what changes. Where the index does not
 * answer, or turns out not to know desktops, every resource is asked, and a gap says so.
 */
export async function confirmTags(place: Place, resources: Resources, index: Index): Promise<Tagged> {
  if ("trouble" in index) return askAll(place, resources, index.trouble);
  const tagged = await tagAll(place, resources, (id, isSettled) => {
    const indexed = index.value.get(id) ?? {};
    return isSettled(indexed) ? Promise.resolve(indexed) : place.ownTags(id, indexed);
  });
  if (!isBlind(place, tagged, index.value)) return { ...tagged, gaps: [] };
  return askAll(place, resources, null);
}

async function askAll(place: Place, resources: Resources, trouble: Verdict | null): Promise<Tagged> {
  const calls = resources.desktops.length + resources.directories.length;
  let done = 0;
  const tagged = await tagAll(place, resources, async (id) => {
    if (done % BATCH === 0)
      place.session.progress.step(`reading tags one by one in ${place.region}`, { done, of: calls });
    done += 1;
    return place.ownTags(id, {});
  });
  return { ...tagged, gaps: [{ what: "tag-index", trouble, calls }] };
}

/**
 * Desktops that documents would have ended: whatever the index says of them is asked again, since nothing brings them back.
 */
export async function confirmEnds(
  place: Place,
  desktops: readonly LiveDesktop[],
  ending: ReadonlySet<string>,
): Promise<readonly LiveDesktop[]> {
  const confirmed: LiveDesktop[] = [];
  for (const desktop of desktops) {
    const { id, tags } = desktop;
    confirmed.push(ending.has(id) ? { ...desktop, tags: await place.ownTags(id, tags) } : desktop);
  }
  return confirmed;
}

type TagsOf = (id: string, isSettled: (tags: TagMap) => boolean) => Promise<TagMap>;

async function tagAll({ region, topology }: Place, resources: Resources, tagsOf: TagsOf): Promise<Resources> {
  const wanted = wantedByPlace(topology);
  const desktops: LiveDesktop[] = [];
  for (const desktop of resources.desktops) {
    const want = wanted.get(placeKey(region, desktop.directoryId, desktop.user));
    const tags = await tagsOf(desktop.id, (indexed) => isSettledDesktop(indexed, want, topology.estate));
    desktops.push({ ...desktop, tags });
  }
  const declared = new Map([...topology.directories.values()].map((one) => [`${one.region} ${one.id}`, one]));
  const awaited = directoriesWithNotes(region, resources.desktops, topology);
  const directories: LiveDirectory[] = [];
  for (const directory of resources.directories) {
    const facts = declared.get(`${region} ${directory.id}`);
    const isSettled = (indexed: TagMap): boolean =>
      facts === undefined || (!awaited.has(directory.id) && isSettledDirectory(indexed, facts, topology));
    directories.push({ ...directory, tags: await tagsOf(directory.id, isSettled) });
  }
  return { desktops, directories };
}

/** Longer than any index lags, so that what it does not show by then it will not show at all. */
const SURELY_INDEXED_MS = 3_600_000;

/** The index knows not one desktop, though there is one of ours that was marked long ago. */
function isBlind({ topology, session }: Place, { desktops }: Resources, index: ReadonlyMap<string, TagMap>): boolean {
  if (desktops.some(({ id }) => index.has(id))) return false;
  const before = session.clock.now().getTime() - SURELY_INDEXED_MS;
  return desktops.some(({ tags }) => {
    const made = createdAt(tags);
    return ownershipOf(tags, topology.estate) === "ours" && made !== null && made.getTime() < before;
  });
}

/** Directories whose notes decide whether a declared desktop that is not there is made (again). */
function directoriesWithNotes(
  region: string,
  desktops: readonly LiveDesktop[],
  topology: Topology,
): ReadonlySet<string> {
  const there = new Set(desktops.map(({ directoryId, user }) => placeKey(region, directoryId, user)));
  const here = [...topology.directories.values()].filter((one) => one.region === region);
  const ids = topology.desktops.filter(leavesNote).flatMap(({ directory, user }) => {
    const places = directory === null ? here : here.filter(({ id }) => id === directory.id);
    return places.some(({ id }) => there.has(placeKey(region, id, user))) ? [] : places.map(({ id }) => id);
  });
  return new Set(ids);
}

function wantedByPlace(topology: Topology): ReadonlyMap<string, TagMap> {
  const directories = [...topology.directories.values()];
  const pairs = topology.desktops.flatMap((facts) => {
    const places = facts.directory === null ? directories : [facts.directory];
    const tags = wantedTags(facts, topology.estate);
    return places.map((place) => [placeKey(place.region, place.id, facts.user), tags] as const);
  });
  return new Map(pairs);
}

/** Nothing would be done because of these tags: declared and as wanted, or undeclared and nobody's. */
function isSettledDesktop(tags: TagMap, want: TagMap | undefined, estate: string): boolean {
  if (want === undefined) return ownershipOf(tags, estate) !== "ours";
  const isStillProtected = tags[TAGS.protected] === "true" && want[TAGS.protected] === undefined;
  const isTimed = tags[TAGS.createdAt] === undefined || tags[TAGS.readyAfter] !== undefined;
  return holds(tags, want) && isTimed && !isStillProtected;
}

function isSettledDirectory(tags: TagMap, facts: DirectoryFacts, topology: Topology): boolean {
  return holds(tags, wantedDirectoryTags(facts, topology.estate)) && staleNotes(tags, topology).length === 0;
}

function holds(tags: TagMap, want: TagMap): boolean {
  return Object.entries(want).every(([key, value]) => tags[key] === value);
}

/** How often, and after how many milliseconds, a new desktop that lists show already is asked for its tags again. */
const PAUSES_MS = [1000, 2000, 4000];

/** One that is listed and still unknown was just made, or is just gone; the index may know its tags. */
async function askTags(
  { reader, region, session }: Omit<Place, "ownTags">,
  id: string,
  indexed: TagMap,
): Promise<TagMap> {
  for (const pause of [...PAUSES_MS, null]) {
    try {
      return await reader.tagsOf(region, id);
    } catch (error) {
      if (!(error instanceof ApiTrouble) || error.verdict.failure !== "gone") throw error;
      if (pause === null || Object.keys(indexed).length > 0) break;
      await session.clock.sleep(pause, session.signal);
    }
  }
  return indexed;
}
