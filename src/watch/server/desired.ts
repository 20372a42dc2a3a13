/** What the applied commit says, indexed for requests. Pure; a configuration is rendered when it is first asked for. */
import type { Estate } from "../../estate/estate.ts";
import type { ApplianceSiteSpec, PartnerSpec, SiteAppliance } from "../../generated/documents.ts";
import { applianceIdOf } from "../../protocol/appliance-id.ts";
import { type ConfigurationSource, hashConfiguration, renderConfiguration } from "../../protocol/configuration.ts";
import { durationSeconds } from "../../support/duration.ts";

/** A snapshot: never changed, replaced by the next. */
export interface DesiredSites {
  /** The estate's name. */
  readonly estate: string;
  readonly commit: string;
  readonly sites: ReadonlyMap<string, ApplianceSiteSpec>;
  readonly partners: ReadonlyMap<string, PartnerSpec>;
}

/** The snapshot of an estate's validated documents. */
export function desiredSitesOf(commit: string, { name, resources }: Pick<Estate, "name" | "resources">): DesiredSites {
  const ofKind = <Spec>(kind: string): ReadonlyMap<string, Spec> =>
    new Map(resources.filter((one) => one.kind === kind).map((one) => [one.name, one.spec as Spec]));
  return {
    estate: name,
    commit,
    sites: ofKind<ApplianceSiteSpec>("ApplianceSite"),
    partners: ofKind<PartnerSpec>("Partner"),
  };
}

interface Rendered {
  readonly text: string;
  readonly hash: string;
}

export interface DeclaredAppliance {
  readonly id: string;
  readonly siteName: string;
  readonly site: ApplianceSiteSpec;
  readonly appliance: SiteAppliance;
  readonly partner: ConfigurationSource["partner"];
  readonly pollSeconds: number;
  rendered(): Rendered;
}

export interface DesiredIndex {
  readonly estate: string;
  readonly commit: string;
  readonly sites: ReadonlyMap<string, ApplianceSiteSpec>;
  readonly partners: ReadonlyMap<string, PartnerSpec>;
  readonly byId: ReadonlyMap<string, DeclaredAppliance>;
  readonly byCode: ReadonlyMap<string, DeclaredAppliance>;
}

const indexes = new WeakMap<DesiredSites, DesiredIndex>();

/** One index a snapshot. */
export function indexDesired(desired: DesiredSites): DesiredIndex {
  const known = indexes.get(desired) ?? makeIndex(desired);
  indexes.set(desired, known);
  return known;
}

function makeIndex(desired: DesiredSites): DesiredIndex {
  const all = [...desired.sites].flatMap(([name, spec]) => appliancesOf(name, spec, desired));
  return {
    estate: desired.estate,
    commit: desired.commit,
    sites: desired.sites,
    partners: desired.partners,
    byId: new Map(all.map((one) => [one.id, one])),
    byCode: new Map(
      all.flatMap((one) => (one.appliance.provisioning ? [[one.appliance.provisioning.codeHash, one]] : [])),
    ),
  };
}

function appliancesOf(
  siteName: string,
  site: ApplianceSiteSpec,
  { partners }: DesiredSites,
): readonly DeclaredAppliance[] {
  const spec = partners.get(site.partner);
  if (spec === undefined) return [];
  const partner = { name: site.partner, spec };
  return site.appliances.map((appliance) => {
    let rendered: Rendered | null = null;
    return {
      id: applianceIdOf(siteName, appliance.name),
      siteName,
      site,
      appliance,
      partner,
      pollSeconds: durationSeconds(appliance.settings.pollInterval ?? site.settings.pollInterval),
      rendered: () => {
        rendered ??= render({ site: { name: siteName, spec: site }, appliance, partner });
        return rendered;
      },
    };
  });
}

function render(source: ConfigurationSource): Rendered {
  const text = renderConfiguration(source);
  return { text, hash: hashConfiguration(text) };
}
