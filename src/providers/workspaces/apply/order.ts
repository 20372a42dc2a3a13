import { type DesktopView, type WorldView, wantedMode } from "../desktop-view.ts";
import { creationStamp, wantedCreation } from "../directory-shape.ts";
import { isReadable } from "../live-index.ts";
import { TAGS } from "../markers.ts";
import type { DesktopOrder } from "../model.ts";
import { wantedTags } from "../topology.ts";

/** What is sent to make a desktop. A desktop without a place or a bundle is blocked in the plan: here that is a bug. */
export function orderOf(view: DesktopView, world: WorldView, now: Date): DesktopOrder {
  const { facts, directory, bundle } = view;
  if (directory === null || bundle === null || !("id" in bundle))
    throw new Error(`${facts.address} has no place or bundle`);
  const reading = world.observation.regions.get(directory.region);
  const live = isReadable(reading) ? reading.directories.find(({ id }) => id === directory.id) : undefined;
  return {
    directoryId: directory.id,
    user: facts.user,
    bundleId: bundle.id,
    compute: facts.compute === null || facts.compute === bundle.bundle?.compute ? null : facts.compute,
    volumes: facts.volumes,
    mode: wantedMode(view),
    afterIdleMinutes: facts.afterIdleMinutes,
    key: facts.key,
    tags: {
      ...wantedTags(facts, world.topology.estate),
      [TAGS.createdAt]: `${now.toISOString().slice(0, 19)}Z`,
      [TAGS.creation]: creationStamp(wantedCreation(directory, live ?? null)),
    },
  };
}
