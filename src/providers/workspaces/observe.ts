import { plannedInstant } from "../../support/clock.ts";
import type { Desired, Session } from "../provider.ts";
import { ApiTrouble, type Verdict } from "./api/trouble.ts";
import { declaredBundleId, fitsSelector, selectorKey } from "./bundles.ts";
import { compareDesktop } from "./compare-desktop.ts";
import { confirmEnds, confirmTags, type Place, placeOf } from "./confirm-tags.ts";
import { viewWorld } from "./desktop-view.ts";
import type {
  LastUse,
  LiveBundle,
  ReadingGap,
  RegionReading,
  WorkspacesObservation,
  WorkspacesReadDoors,
  WorkspacesReader,
} from "./model.ts";
import { placeDesktops } from "./placing.ts";
import { listPolicies, readPolicies } from "./policies-observe.ts";
import { readOwnPrices } from "./pricing/own-prices.ts";
import { type DesktopFacts, resolveTopology, type Topology } from "./topology.ts";

/** One pass a region, all regions at once; what cannot be read is part of the observation. */
export async function observeWorkspaces(
  desired: Desired,
  opener: WorkspacesReadDoors,
  session: Session,
): Promise<WorkspacesObservation> {
  const topology = resolveTopology(desired);
  const policies = await readPolicies(desired, session.root, { domains: opener.domains, base: session.base });
  const published = listPolicies(desired, session.root);
  const files = topology.settings?.prices ?? [];
  const prices = files.length === 0 ? {} : { prices: readOwnPrices(files, session.root) };
  const nothing = { regions: new Map(), placements: new Map(), policies, published, ...prices };
  const [first] = topology.regions;
  if (topology.settings === null || first === undefined) return { accountId: null, accountTrouble: null, ...nothing };
  const reader = opener.open(topology.settings);
  const account = await attempt(() => reader.accountId(first));
  if ("trouble" in account) return { accountId: null, accountTrouble: account.trouble, ...nothing };
  const asked = { accountId: account.value, accountTrouble: null };
  if (account.value !== topology.settings.accountId) return { ...asked, ...nothing };
  const regions = await readRegions(reader, topology, session);
  return { ...asked, ...nothing, regions, placements: placeDesktops(topology, regions) };
}

async function readRegions(
  reader: WorkspacesReader,
  topology: Topology,
  session: Session,
): Promise<ReadonlyMap<string, RegionReading>> {
  const { regions } = topology;
  let done = 0;
  const readings = await Promise.all(
    regions.map(async (region) => {
      session.progress.step(`reading desktops in ${region}`, { done, of: regions.length });
      const answer = await attempt(() => readRegion(placeOf({ reader, region, topology, session })));
      done += 1;
      session.progress.step(`reading desktops in ${region}`, { done, of: regions.length });
      return [region, "trouble" in answer ? { region, trouble: answer.trouble } : answer.value] as const;
    }),
  );
  return new Map(readings);
}

/** ceil(n/25) describes and ceil(n/100) pages of tags; the rest does not grow with the number of desktops in sync. */
async function readRegion(place: Place): Promise<RegionReading> {
  const { reader, region, topology } = place;
  const [bare, index, directories, bundles] = await Promise.all([
    reader.desktops(region),
    attempt(() => reader.taggedResources(region)),
    reader.directories(region),
    readBundles(place),
  ]);
  const { gaps, ...tagged } = await confirmTags(place, { desktops: bare, directories }, index);
  const used = await readLastUse(place, watchedIds(tagged.desktops, region, topology));
  const reading = { region, ...tagged, ...bundles, lastUse: used.lastUse, gaps: [...gaps, ...used.gaps] };
  return { ...reading, desktops: await confirmEnds(place, reading.desktops, endedIds(place, reading)) };
}

/** What is declared and would be ended all the same: its time is over, or it is broken. */
function endedIds({ region, topology, session }: Place, reading: RegionReading): ReadonlySet<string> {
  const observation = {
    accountId: null,
    accountTrouble: null,
    placements: new Map(),
    policies: new Map(),
    published: [],
  };
  const world = viewWorld(topology, { ...observation, regions: new Map([[region, reading]]) }, plannedInstant(session));
  const ended = world.desktops.filter((view) => {
    const action = compareDesktop(view, topology.estate).change?.action;
    return action === "delete" || action === "replace";
  });
  return new Set(ended.flatMap(({ live }) => live?.id ?? []));
}

interface UseReading {
  readonly lastUse: ReadonlyMap<string, LastUse>;
  readonly gaps: readonly ReadingGap[];
}

/** Where AWS does not say when they were last used, desktops count as used. */
async function readLastUse({ reader, region }: Place, ids: readonly string[]): Promise<UseReading> {
  const answer = await attempt(() => reader.lastUse(region, ids));
  if ("value" in answer) return { lastUse: answer.value, gaps: [] };
  return { lastUse: new Map(), gaps: [{ what: "last-use", trouble: answer.trouble, calls: 0 }] };
}

/** Only desktops whose lifecycle asks when they were last used. */
function watchedIds(
  desktops: readonly { readonly id: string; readonly directoryId: string; readonly user: string }[],
  region: string,
  topology: Topology,
): readonly string[] {
  const users = new Set(
    topology.desktops.filter(({ lifecycle }) => lifecycle.unusedSeconds !== null).map(({ user }) => user.toLowerCase()),
  );
  const directories = new Set(
    [...topology.directories.values()].filter((one) => one.region === region).map(({ id }) => id),
  );
  return desktops
    .filter(({ directoryId, user }) => directories.has(directoryId) && users.has(user.toLowerCase()))
    .map(({ id }) => id);
}

interface BundleReading {
  readonly bundles: ReadonlyMap<string, LiveBundle>;
  readonly selected: ReadonlyMap<string, readonly string[]>;
}

/** Only bundles that a desktop could mean there: those of another region have other ids. */
async function readBundles({ reader, region, topology }: Place): Promise<BundleReading> {
  const directories = [...topology.directories.values()].filter((one) => one.region === region);
  const choices = directories.length === 0 ? [] : choicesOf(topology.desktops, region);
  const ids = directories.flatMap((directory) =>
    choices.flatMap((choice) => declaredBundleId(choice, directory) ?? []),
  );
  const unique = [...new Set(ids)].toSorted();
  const named = unique.length === 0 ? [] : await reader.bundlesById(region, unique);
  const selectors = choices.filter((choice) => typeof choice !== "string");
  const owners = [...new Set(selectors.map(({ owner }) => owner))].toSorted();
  const owned = new Map<string, readonly LiveBundle[]>();
  for (const owner of owners) owned.set(owner, await reader.bundlesOwnedBy(region, owner));
  const selected = selectors.map((choice) => {
    const fitting = (owned.get(choice.owner) ?? []).filter((bundle) => fitsSelector(bundle, choice));
    return [selectorKey(choice), fitting.map(({ id }) => id).toSorted()] as const;
  });
  const all = [...named, ...[...owned.values()].flat()];
  return { bundles: new Map(all.map((bundle) => [bundle.id, bundle])), selected: new Map(selected) };
}

function choicesOf(desktops: readonly DesktopFacts[], region: string): readonly NonNullable<DesktopFacts["bundle"]>[] {
  const here = desktops.filter(({ directory }) => directory === null || directory.region === region);
  return [...new Set(here.flatMap(({ bundle }) => bundle ?? []))];
}

/** A call's answer, or its classified trouble; bugs keep going up. */
async function attempt<Value>(
  ask: () => Promise<Value>,
): Promise<{ readonly value: Value } | { readonly trouble: Verdict }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof ApiTrouble) return { trouble: error.verdict };
    throw error;
  }
}
