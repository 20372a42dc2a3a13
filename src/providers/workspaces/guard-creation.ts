/** Creations that should not begin: beyond the quota, or where desktops keep ending in ERROR. Pure. */
import type { Blocked, ChangeDraft } from "../../plan/change.ts";
import type { WorldView } from "./desktop-view.ts";
import { createdAt } from "./markers.ts";
import { isLeaving } from "./states.ts";

/** So many of the newest desktops of a directory in ERROR, one after another, stop its mass creation. */
export const ERRORS_TO_STOP = 5;

export function guardCreation(drafts: readonly ChangeDraft[], world: WorldView): readonly ChangeDraft[] {
  const room = new Map(world.topology.regions.map((region) => [region, roomIn(region, world)]));
  const failing = failingDirectories(world);
  const places = new Map(world.desktops.map((view) => [view.facts.address as string, view.directory]));
  return drafts
    .toSorted((a, b) => (a.address < b.address ? -1 : 1))
    .map((draft) => {
      const directory = places.get(draft.address) ?? null;
      if (draft.action !== "create" || draft.kind !== "Workspace" || draft.blocked !== undefined || directory === null)
        return draft;
      if (failing.has(`${directory.region} ${directory.id}`))
        return { ...draft, blocked: failingBlock(directory.name) };
      const left = room.get(directory.region) ?? Number.POSITIVE_INFINITY;
      room.set(directory.region, left - 1);
      return left > 0 ? draft : { ...draft, blocked: quotaBlock(directory.region, world) };
    });
}

/** Desktops on their way out still count at AWS. */
function roomIn(region: string, { topology, index }: WorldView): number {
  const quota = topology.settings?.quota?.[region];
  if (quota === undefined) return Number.POSITIVE_INFINITY;
  return quota - index.all.filter((placed) => placed.region === region).length;
}

function quotaBlock(region: string, { topology }: WorldView): Blocked {
  return {
    code: "quota",
    message: `the account may have ${topology.settings?.quota?.[region] ?? 0} desktops in ${region}, and this would be one more`,
    next: "ask AWS for a higher quota, then raise spec.providers.workspaces.quota; or remove desktops",
  };
}

function failingBlock(directory: string): Blocked {
  return {
    code: "failing-directory",
    message: `the last ${ERRORS_TO_STOP} desktops made in ${directory} ended in ERROR`,
    next: "mend what their errors say (network, domain join, key), then replace or remove one of them",
  };
}

function failingDirectories({ index }: WorldView): ReadonlySet<string> {
  const groups = Map.groupBy(
    index.all.filter(({ desktop }) => !isLeaving(desktop) && createdAt(desktop.tags) !== null),
    ({ region, desktop }) => `${region} ${desktop.directoryId}`,
  );
  const failing = [...groups].filter(([, placed]) => {
    const newest = placed.toSorted((a, b) => made(b.desktop.tags) - made(a.desktop.tags)).slice(0, ERRORS_TO_STOP);
    return newest.length === ERRORS_TO_STOP && newest.every(({ desktop }) => desktop.state === "ERROR");
  });
  return new Set(failing.map(([key]) => key));
}

function made(tags: Parameters<typeof createdAt>[0]): number {
  return createdAt(tags)?.getTime() ?? 0;
}
