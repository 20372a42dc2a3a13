import type { Provider } from "../provider.ts";
import { applySites } from "./apply.ts";
import { checkSites } from "./check.ts";
import { openSitesReader, openSitesWriter, type SitesReader, type SitesWriter } from "./client.ts";
import { compareSites } from "./compare.ts";
import { observeSites, type SitesObservation } from "./observe.ts";
import { recordIdentities } from "./record-reality.ts";

/** Customers' sites and the appliances in them, kept by a site server. docs/sites.md. */
export const sites: Provider<SitesReader, SitesWriter, SitesObservation> = {
  name: "sites",
  kinds: ["ApplianceSite", "Partner"],
  check: checkSites,
  openReader: openSitesReader,
  openWriter: openSitesWriter,
  observe: observeSites,
  compare: compareSites,
  apply: applySites,
  recordReality: recordIdentities,
};
