/** What documents mean for each appliance. Pure. */
import { hashConfiguration, renderConfiguration } from "../../protocol/configuration.ts";
import type { SiteView } from "./observe.ts";
import type { SiteDocuments } from "./site-shape.ts";
import type { SiteFacts } from "./topology.ts";

/** Claimed appliances whose configuration is another than the server hands out; sorted as declared. */
export function configurationChanges({ site, partner }: SiteFacts, view: SiteView | undefined): readonly string[] {
  const served = new Map(
    view?.appliances.map(({ name, renderedHash, identity }) => [name, identity === null ? null : renderedHash]),
  );
  return site.spec.appliances.flatMap((appliance) => {
    const before = served.get(appliance.name) ?? null;
    const after = hashConfiguration(renderConfiguration({ site, appliance, partner }));
    return before === null || before === after ? [] : [appliance.name];
  });
}

/** Appliances that are suspended by these documents, and were not before. */
export function suspensions({ site }: SiteFacts, before: SiteDocuments | null): readonly string[] {
  const was = new Set(before?.spec.appliances.flatMap(({ name, suspended }) => (suspended ? [name] : [])));
  return site.spec.appliances.flatMap(({ name, suspended }) =>
    suspended && before !== null && !was.has(name) ? [name] : [],
  );
}
