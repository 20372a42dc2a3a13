/** The configuration of one appliance: pure, no secrets, the same bytes for the same documents. */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type {
  ApplianceSettings,
  ApplianceSiteSpec,
  PartnerSpec,
  SiteAppliance,
  SiteSettings,
} from "../generated/documents.ts";
import { digestOf } from "../support/digest.ts";
import { durationSeconds } from "../support/duration.ts";
import { sortKeys } from "../support/json.ts";
import { applianceIdOf } from "./appliance-id.ts";

export interface PartnerBrand {
  readonly slug: string;
  readonly brandName: string;
  readonly primaryColor: string;
}

/** What an appliance's configuration file says. */
export interface ApplianceConfiguration {
  readonly siteId: string;
  readonly applianceId: string;
  readonly apiEndpoint: string;
  readonly partner: PartnerBrand;
  readonly pollSeconds: number;
  readonly settings: Omit<SiteSettings, "pollInterval">;
  readonly domain: ApplianceSiteSpec["domain"];
  readonly targets: ApplianceSiteSpec["targets"];
  /** Names and kinds of what is delivered sealed. */
  readonly credentials: readonly { readonly name: string; readonly type: string }[];
  readonly authorities: ApplianceSiteSpec["authorities"];
  readonly scan: ApplianceSiteSpec["scan"];
  readonly goAgent?: NonNullable<ApplianceSiteSpec["goAgent"]>;
}

export interface ConfigurationSource {
  readonly site: { readonly name: string; readonly spec: ApplianceSiteSpec };
  readonly appliance: SiteAppliance;
  readonly partner: { readonly name: string; readonly spec: PartnerSpec };
}

function configurationOf({ site, appliance, partner }: ConfigurationSource): ApplianceConfiguration {
  const { pollInterval, ...settings } = settingsOf(site.spec.settings, appliance.settings);
  const { credentials, authorities, domain, targets, scan, goAgent } = site.spec;
  return {
    siteId: site.name,
    applianceId: applianceIdOf(site.name, appliance.name),
    apiEndpoint: site.spec.apiEndpoint,
    partner: brandOf(partner),
    pollSeconds: durationSeconds(pollInterval),
    settings,
    domain,
    targets,
    credentials: credentials.map(({ name, type }) => ({ name, type })),
    authorities,
    scan,
    ...(goAgent === undefined ? {} : { goAgent }),
  };
}

export function brandOf({ name, spec }: ConfigurationSource["partner"]): PartnerBrand {
  return { slug: name, brandName: spec.brandName, primaryColor: spec.primaryColor };
}

function settingsOf(site: SiteSettings, own: ApplianceSettings): SiteSettings {
  return { ...site, ...own, healing: { ...site.healing, ...own.healing } };
}

/** Canonical YAML: keys sorted, no line folded. What the appliance writes down, byte for byte. */
export function renderConfiguration(source: ConfigurationSource): string {
  return stringify(sortKeys(configurationOf(source)), { lineWidth: 0, aliasDuplicateObjects: false });
}

/** What an appliance reports to have applied, and the configuration's ETag. */
export function hashConfiguration(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/**
 * Over all that documents say of a site but pinned keys: equal for server and planner when both have the same documents. A pin
 * may only repeat what the server knows, and is compared by itself.
 */
export function siteDigest({ site, partner }: Pick<ConfigurationSource, "site" | "partner">): string {
  const appliances = site.spec.appliances.map(({ identity: _pin, ...appliance }) => appliance);
  return digestOf({ name: site.name, spec: { ...site.spec, appliances }, partner: brandOf(partner) });
}
