/** Where desktops that do not exist yet go, when their documents say only where their users are. Reads data packages alone. */
import { fittingDirectories } from "./fitting-directories.ts";
import { indexLive, isReadable, standingPlace } from "./live-index.ts";
import type { PlacementAnswer, WorkspacesObservation } from "./model.ts";
import { choosePlacement } from "./placement/choose-placement.ts";
import { locateNear } from "./placement/locate-near.ts";
import type { Near, PlaceSources } from "./placement/near.ts";
import { packagedPlaces } from "./placement/packaged-places.ts";
import type { DesktopFacts, Topology } from "./topology.ts";

export function placeDesktops(
  topology: Topology,
  regions: WorkspacesObservation["regions"],
  sources: PlaceSources = packagedPlaces(),
): ReadonlyMap<string, PlacementAnswer> {
  const index = indexLive(regions, topology.estate);
  const open = topology.desktops.filter(
    (facts) => facts.near !== null && standingPlace(facts, topology, index) === null,
  );
  const locate = locateOnce(sources);
  return new Map(open.map((facts) => [facts.address, place(facts, topology, { regions, locate })]));
}

type Locate = (near: Near) => ReturnType<typeof locateNear>;

/** Many desktops are near the same places, and one look through all cities takes as long as planning hundreds of desktops. */
function locateOnce(sources: PlaceSources): Locate {
  const known = new Map<string, ReturnType<typeof locateNear>>();
  return (near) => {
    const key = JSON.stringify(near);
    const located = known.get(key) ?? locateNear(near, sources);
    known.set(key, located);
    return located;
  };
}

interface Ways {
  readonly regions: WorkspacesObservation["regions"];
  readonly locate: Locate;
}

function place(facts: DesktopFacts, topology: Topology, { regions, locate }: Ways): PlacementAnswer {
  const located = locate(facts.near as Near);
  if (!located.found) return { refusal: located };
  const fitting = fittingDirectories(facts, topology);
  const readable = fitting.filter(({ region }) => isReadable(regions.get(region)));
  const candidates = readable.map(({ name, region }) => ({ directory: name, region }));
  const placement = choosePlacement(located, candidates);
  if (placement !== null) return placement;
  // That one fits at all was checked offline.
  const names = fitting.map(({ name, region }) => `${name} in ${region}`).join(", ");
  return {
    refusal: {
      found: false,
      code: "no-directory",
      message: `no region can be chosen: none with a directory that fits could be read (${names})`,
      hint: "mend what is said of these regions, then plan again",
    },
  };
}
