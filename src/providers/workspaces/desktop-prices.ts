/** What desktops cost, as they are and as their documents want them. Pure. */
import { type DesktopView, knownBundle, wantedMode } from "./desktop-view.ts";
import type { LiveDesktop } from "./model.ts";
import { type DesktopPrice, type DesktopSpec, type MonthlyHours, priceDesktop } from "./pricing/price-desktop.ts";
import type { DesktopFacts, Topology } from "./topology.ts";

/** Hours of use that the estate expects. */
export function hoursOf({ settings }: Topology): MonthlyHours | undefined {
  return settings === null ? undefined : { ...settings.hoursPerMonth, basis: "assumed" };
}

interface Question {
  readonly region: string;
  readonly hours: MonthlyHours | undefined;
}

/** `facts` is null for a desktop that nobody declares any more. */
export function priceLive(live: LiveDesktop, facts: DesktopFacts | null, { region, hours }: Question): DesktopPrice {
  const { compute, rootGib, userGib, mode } = live;
  if (compute === null || rootGib === null || userGib === null || (mode !== "auto-stop" && mode !== "always-on"))
    return { status: "not-priced", because: `AWS does not say what ${live.id} is` };
  const operatingSystem = live.operatingSystem ?? facts?.operatingSystem ?? "windows";
  const license = facts?.license ?? "included";
  const spec: DesktopSpec = { compute, operatingSystem, license, mode, volumes: { rootGib, userGib } };
  return priceDesktop(spec, region, hours === undefined ? {} : { hours });
}

/** A desktop that is to be made or changed; what the document leaves out is the live one's, else the bundle's. */
export function priceWanted(view: DesktopView, { region, hours }: Question): DesktopPrice {
  const { facts, live } = view;
  const bundle = knownBundle(view);
  const compute = facts.compute ?? live?.compute ?? bundle?.compute ?? null;
  const rootGib = Math.max(facts.volumes?.rootGib ?? bundle?.rootGib ?? 0, live?.rootGib ?? 0);
  const userGib = Math.max(facts.volumes?.userGib ?? bundle?.userGib ?? 0, live?.userGib ?? 0);
  if (compute === null || rootGib === 0 || userGib === 0)
    return { status: "not-priced", because: "its bundle is not known" };
  const { operatingSystem, license } = facts;
  const spec = { compute, operatingSystem, license, mode: wantedMode(view), volumes: { rootGib, userGib } };
  return priceDesktop(spec, region, hours === undefined ? {} : { hours });
}
