import type { Verdict } from "./api/trouble.ts";
import { ApiTrouble } from "./api/trouble.ts";
import { leavesNote, staleNotes } from "./endings.ts";
import { placeKey } from "./live-index.ts";
import { ownershipOf, TAGS } from "./markers.ts";
import type { LiveDesktop, LiveDirectory, TagMap, WorkspacesReader } from "./model.ts";
import { type Topology, wantedTags } from "./topology.ts";

type Index = { readonly value: ReadonlyMap<string, TagMap> } | { readonly trouble: Verdict };

interface Place {
  readonly reader: WorkspacesReader;
  readonly region: string;
  readonly topology: Topology;
}

interface Untagged {
  readonly desktops: readonly LiveDesktop[];
  readonly directories: readonly LiveDirectory[];
}

/**
 * Puts the tags to the resources. The tagging API's index lags behind, so what it says is asked again, resource by
 * resource, wherever something would be done because of it: the calls grow with what changes. Where the index does not
 * answer at all every resource is asked.
 */
export async function confirmTags(
  { reader, region, topology }: Place,
  { desktops, directories }: Untagged,
  index: Index,
): Promise<Untagged> {
  const known = "value" in index ? index.value : null;
  const wanted = wantedByPlace(topology);
  const declared = new Map([...topology.directories.values()].map((one) => [`${one.region} ${one.id}`, one.name]));
  const tagsOf = async (id: string, isSettled: (tags: TagMap) => boolean): Promise<TagMap> => {
    const indexed = known?.get(id) ?? {};
    return known !== null && isSettled(indexed) ? indexed : askTags({ reader, region }, id, indexed);
  };
  const tagged: LiveDesktop[] = [];
  for (const desktop of desktops) {
    const want = wanted.get(placeKey(region, desktop.directoryId, desktop.user));
    tagged.push({
      ...desktop,
      tags: await tagsOf(desktop.id, (tags) => isSettledDesktop(tags, want, topology.estate)),
    });
  }
  const awaited = directoriesWithNotes(region, desktops, topology);
  const marked: LiveDirectory[] = [];
  for (const directory of directories) {
    const name = declared.get(`${region} ${directory.id}`);
    const isSettled = (tags: TagMap): boolean =>
      name === undefined ||
      (ownershipOf(tags, topology.estate) === "ours" &&
        tags[TAGS.name] === name &&
        !awaited.has(directory.id) &&
        staleNotes(tags, topology).length === 0);
    marked.push({ ...directory, tags: await tagsOf(directory.id, isSettled) });
  }
  return { desktops: tagged, directories: marked };
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
  const isAsWanted = Object.entries(want).every(([key, value]) => tags[key] === value);
  const isTimed = tags[TAGS.createdAt] === undefined || tags[TAGS.readyAfter] !== undefined;
  return isAsWanted && isTimed;
}

/** A resource that is not visible yet, or gone meanwhile, has the tags that the index knows. */
async function askTags(
  { reader, region }: Pick<Place, "reader" | "region">,
  id: string,
  indexed: TagMap,
): Promise<TagMap> {
  try {
    return await reader.tagsOf(region, id);
  } catch (error) {
    if (error instanceof ApiTrouble && error.verdict.failure === "gone") return indexed;
    throw error;
  }
}
