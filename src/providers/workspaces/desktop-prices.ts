/** What desktops cost, as they are and as changes would leave them. Pure. */
import { type MonthlyCost, totalOf } from "../../plan/cost.ts";
import { canonicalJson } from "../../support/json.ts";
import { formatUsd } from "../../support/money.ts";
import { type DesktopView, knownBundle, type WorldView, wantedMode } from "./desktop-view.ts";
import type { LiveDesktop } from "./model.ts";
import { describePrice } from "./pricing/describe-price.ts";
import { type DesktopPrice, type DesktopSpec, type MonthlyHours, priceDesktop } from "./pricing/price-desktop.ts";
import type { DesktopFacts, Topology } from "./topology.ts";

/** What decides a price, or why it is not known. */
export type PriceBasis = (DesktopSpec & { readonly region: string }) | { readonly unknown: string };

/** `facts` is null for a desktop that nobody declares any more. */
export function liveBasis(live: LiveDesktop, facts: DesktopFacts | null, region: string): PriceBasis {
  return basisOf(
    {
      ...live,
      operatingSystem: live.operatingSystem ?? facts?.operatingSystem ?? "windows",
      license: facts?.license ?? "included",
      region,
    },
    `AWS does not say what ${live.id} is`,
  );
}

/** Of a desktop that is to be made: what its document leaves out is the bundle's. */
export function newBasis(view: DesktopView, region: string): PriceBasis {
  const { facts } = view;
  const bundle = knownBundle(view);
  const shape = {
    compute: facts.compute ?? bundle?.compute ?? null,
    rootGib: facts.volumes?.rootGib ?? bundle?.rootGib ?? null,
    userGib: facts.volumes?.userGib ?? bundle?.userGib ?? null,
    mode: wantedMode(view),
    operatingSystem: facts.operatingSystem,
    license: facts.license,
    region,
  };
  return basisOf(shape, "its bundle is not known");
}

/** Of a desktop that is there: as it is, but for the fields at `paths`. A migration (another bundle) makes its root anew. */
export function changedBasis(
  view: DesktopView,
  live: LiveDesktop,
  { paths, region }: { readonly paths: ReadonlySet<string>; readonly region: string },
): PriceBasis {
  if (paths.has("bundle")) return migratedBasis(newBasis(view, region), live);
  const { compute, volumes, operatingSystem, license } = view.facts;
  const shape = {
    compute: paths.has("compute") ? compute : live.compute,
    rootGib: paths.has("volumes.rootGib") ? (volumes?.rootGib ?? null) : live.rootGib,
    userGib: paths.has("volumes.userGib") ? (volumes?.userGib ?? null) : live.userGib,
    mode: paths.has("running") ? wantedMode(view) : live.mode,
    operatingSystem: live.operatingSystem ?? operatingSystem,
    license,
    region,
  };
  return basisOf(shape, `AWS does not say what ${live.id} is`);
}

function migratedBasis(made: PriceBasis, live: LiveDesktop): PriceBasis {
  if ("unknown" in made) return made;
  const { rootGib, userGib } = made.volumes;
  return { ...made, volumes: { rootGib, userGib: Math.max(userGib, live.userGib ?? 0) } };
}

export function isSameBasis(a: PriceBasis, b: PriceBasis): boolean {
  return !("unknown" in a) && canonicalJson(a) === canonicalJson(b);
}

export function priceOf(basis: PriceBasis, { topology, observation }: WorldView): DesktopPrice {
  if ("unknown" in basis) return { status: "not-priced", because: basis.unknown };
  const { region, ...spec } = basis;
  const hours = hoursOf(topology);
  const book = observation.prices?.book;
  return priceDesktop(spec, region, {
    ...(hours === undefined ? {} : { hours }),
    ...(book === undefined ? {} : { book }),
  });
}

/** What a desktop costs by itself, for `reeve list`; null where there is none. */
export function priceWords({ live, facts, directory }: DesktopView, world: WorldView): string | null {
  if (live === null || directory === null) return null;
  return describePrice(priceOf(liveBasis(live, facts, directory.region), world));
}

/** What several desktops cost together, those that are not priced counted beside the sum; null where there are none. */
export function sumWords(views: readonly DesktopView[], world: WorldView): string | null {
  const costs = views.flatMap(({ live, facts, directory }): readonly MonthlyCost[] => {
    if (live === null || directory === null) return [];
    const price = priceOf(liveBasis(live, facts, directory.region), world);
    return [price.status === "not-priced" ? "not-priced" : price.monthly];
  });
  if (costs.length === 0) return null;
  const { monthly, notPriced } = totalOf(costs);
  const [low, expected, high] = [monthly.low, monthly.expected, monthly.high].map(formatUsd);
  const sum = notPriced === costs.length ? [] : [`${expected} (${low} to ${high}) a month`];
  return [...sum, ...(notPriced === 0 ? [] : [`${notPriced} not priced`])].join("; ");
}

/** Hours of use that the estate expects. */
function hoursOf({ settings }: Topology): MonthlyHours | undefined {
  return settings === null ? undefined : { ...settings.hoursPerMonth, basis: "assumed" };
}

interface Shape extends Pick<LiveDesktop, "compute" | "rootGib" | "userGib" | "mode"> {
  readonly operatingSystem: string;
  readonly license: string;
  readonly region: string;
}

function basisOf(shape: Shape, unknown: string): PriceBasis {
  const { compute, rootGib, userGib, mode, operatingSystem, license, region } = shape;
  if (compute === null || rootGib === null || userGib === null || mode === null) return { unknown };
  if (mode !== "auto-stop" && mode !== "always-on") return { unknown: `its running mode is ${mode}` };
  return { compute, operatingSystem, license, mode, volumes: { rootGib, userGib }, region };
}
