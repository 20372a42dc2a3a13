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
  return new Map(open.map((facts) => [facts.address, place(facts, topology, { regions, sources })]));
}

interface Ways {
  readonly regions: WorkspacesObservation["regions"];
  readonly sources: PlaceSources;
}

function place(facts: DesktopFacts, topology: Topology, { regions, sources }: Ways): PlacementAnswer {
  const located = locateNear(facts.near as Near, sources);
  if (!located.found) return { refusal: located };
  const fitting = fittingDirectories(facts, topology).filter(({ region }) => isReadable(regions.get(region)));
  const candidates = fitting.map(({ name, region }) => ({ directory: name, region }));
  const placement = choosePlacement(located, candidates);
  if (placement !== null) return placement;
  return {
    refusal: {
      found: false,
      code: "city-unknown",
      message: `no declared directory fits: none has the bundle${facts.securityPolicy === null ? "" : " and the security policy"} of this desktop`,
      hint: "add the bundle's name to spec.bundles of a WorkspaceDirectory, or name a directory",
    },
  };
}
