/** Everything about sites that can be refused without asking anybody; what a schema can say is refused before. */
import type { Finding, Resource } from "../../estate/resource.ts";
import type { ApplianceSiteSpec } from "../../generated/documents.ts";
import { describePosition } from "../../support/position.ts";
import type { Desired } from "../provider.ts";
import { checkAuthorities, checkSecrets } from "./check-secrets.ts";
import { checkEndpoints, checkSiteSettings } from "./check-settings.ts";
import { checkSite } from "./check-site.ts";
import { checkValues } from "./check-values.ts";

type Site = Resource<ApplianceSiteSpec>;

export function checkSites(desired: Desired, now: Date): readonly Finding[] {
  return [...findings(desired, now)];
}

function* findings(desired: Desired, now: Date): Generator<Finding> {
  const sites = desired.resources.filter((resource): resource is Site => resource.kind === "ApplianceSite");
  yield* checkSiteSettings(desired);
  for (const site of sites) {
    yield* checkEndpoints(site);
    yield* checkSite(site, now);
    yield* checkValues(site);
    yield* checkSecrets(site, desired);
    yield* checkAuthorities(site);
  }
  yield* checkShared(sites, "mac", ({ mac }) => mac);
  yield* checkShared(sites, "codeHash", ({ provisioning }) => provisioning?.codeHash);
}

type Appliance = ApplianceSiteSpec["appliances"][number];

/** A hardware address, or a code, belongs to one appliance in the whole repository. */
function* checkShared(
  sites: readonly Site[],
  field: "mac" | "codeHash",
  valueOf: (appliance: Appliance) => string | undefined,
): Generator<Finding> {
  const first = new Map<string, string>();
  for (const site of sites)
    for (const [index, appliance] of site.spec.appliances.entries()) {
      const value = valueOf(appliance);
      if (value === undefined) continue;
      const owner = `${site.name}'s ${appliance.name} (${describePosition(site.source)})`;
      const other = first.get(value);
      if (other === undefined) first.set(value, owner);
      else yield { severity: "error", ...sharedWords(field, other), resource: site, path: pathOf(index, field) };
    }
}

function sharedWords(field: "mac" | "codeHash", other: string): Pick<Finding, "code" | "message" | "hint"> {
  return field === "mac"
    ? {
        code: "duplicate-mac",
        message: `${other} has this hardware address already`,
        hint: "read it off the machine again",
      }
    : {
        code: "duplicate-code",
        message: `${other} has this code already`,
        hint: "make one for each appliance: reeve site mint-code SITE APPLIANCE",
      };
}

function pathOf(index: number, field: "mac" | "codeHash"): Finding["path"] {
  const place = ["spec", "appliances", index] as const;
  return field === "mac" ? [...place, "mac"] : [...place, "provisioning", "codeHash"];
}
