/** A provision code for one appliance: what is printed once, and what goes into its document. Pure but for the code given. */
import Handlebars from "handlebars";
import type { Resource } from "../../estate/resource.ts";
import type { ApplianceSiteSpec, PartnerSpec, SiteAppliance } from "../../generated/documents.ts";
import { hashCode, type ProvisionCode, printCode } from "../../protocol/codes.ts";
import { suggest } from "../../support/did-you-mean.ts";
import { userError } from "../../support/user-error.ts";
import type { Desired, DocumentEdit } from "../provider.ts";
import { resolveSites } from "./topology.ts";

export interface Minting {
  readonly site: Resource<ApplianceSiteSpec>;
  readonly partner: Resource<PartnerSpec>;
  readonly appliance: SiteAppliance;
  readonly index: number;
}

/** Throws a `UserError` for a site or an appliance that nobody declares. */
export function findAppliance(desired: Desired, siteName: string, applianceName: string): Minting {
  const sites = resolveSites(desired);
  const facts = sites.find(({ site }) => site.name === siteName);
  if (facts === undefined)
    throw userError(
      "unknown-site",
      `there is no ApplianceSite/${siteName}`,
      suggest(
        siteName,
        sites.map(({ site }) => site.name),
      ),
    );
  const { appliances } = facts.site.spec;
  const index = appliances.findIndex(({ name }) => name === applianceName);
  const appliance = appliances[index];
  if (appliance === undefined)
    throw userError(
      "unknown-appliance",
      `${siteName} has no appliance ${applianceName}`,
      suggest(
        applianceName,
        appliances.map(({ name }) => name),
      ),
    );
  return { ...facts, appliance, index };
}

/**
 * What the document has to say: the hash and the end. A pinned identity goes, since whoever uses the new code comes with a key
 * of its own; so does the word that an earlier code was withdrawn.
 */
export function editsForCode(
  { appliance, index }: Minting,
  code: ProvisionCode,
  expiresAt: string,
): readonly DocumentEdit[] {
  const at = ["spec", "appliances", String(index)];
  const { provisioning, identity } = appliance;
  const unpinned = identity === undefined ? [] : [{ path: [...at, "identity"], value: null }];
  const codeHash = hashCode(code);
  if (provisioning === undefined)
    return [...unpinned, { path: [...at, "provisioning"], value: { codeHash, expiresAt } }];
  const restored = provisioning.revoked ? [{ path: [...at, "provisioning", "revoked"], value: null }] : [];
  return [
    ...unpinned,
    ...restored,
    { path: [...at, "provisioning", "codeHash"], value: codeHash },
    { path: [...at, "provisioning", "expiresAt"], value: expiresAt },
  ];
}

export interface Sheet {
  readonly minting: Minting;
  readonly code: ProvisionCode;
  readonly expiresAt: string;
  /** SVG. */
  readonly qr: string;
}

/** A page to print and to lay beside the appliance. */
export function renderSheet({ minting, code, expiresAt, qr }: Sheet, template: string): string {
  const { site, partner, appliance } = minting;
  const { brandName, primaryColor } = partner.spec;
  return Handlebars.create().compile(template, { strict: true })({
    site: site.name,
    appliance: appliance.name,
    mac: appliance.mac,
    apiEndpoint: site.spec.apiEndpoint,
    brandName,
    primaryColor,
    code: printCode(code),
    expiresAt,
    qr,
  });
}
