/** Sites with their partners, as documents say it. Pure. */
import type { Resource } from "../../estate/resource.ts";
import { addressOf } from "../../estate/resource.ts";
import type { ApplianceSiteSpec, PartnerSpec, SitesSettings } from "../../generated/documents.ts";
import { siteDigest } from "../../protocol/configuration.ts";
import type { Desired } from "../provider.ts";

export interface SiteFacts {
  readonly site: Resource<ApplianceSiteSpec>;
  readonly partner: Resource<PartnerSpec>;
  /** Of all that the server should hold of the site. */
  readonly digest: string;
}

/** What holds where an estate says nothing of sites. */
const NO_SETTINGS: SitesSettings = { secrets: { environment: [], folders: ["/run/credentials"] } };

export function settingsOf({ estate }: Pick<Desired, "estate">): SitesSettings {
  return estate.settings.providers?.sites ?? NO_SETTINGS;
}

/** Sites whose partner is declared, sorted by address. Schemas have checked the form, references who is there. */
export function resolveSites({ resources, estate }: Desired): readonly SiteFacts[] {
  return resources.flatMap((resource) => {
    if (resource.kind !== "ApplianceSite") return [];
    const site = resource as Resource<ApplianceSiteSpec>;
    const partner = estate.byAddress.get(addressOf("Partner", site.spec.partner)) as Resource<PartnerSpec> | undefined;
    return partner === undefined ? [] : [{ site, partner, digest: siteDigest({ site, partner }) }];
  });
}
