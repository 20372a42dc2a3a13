/** What documents may not do to those that the server hands out: rules from one commit to the next. Pure. */
import type { Finding, Resource } from "../../estate/resource.ts";
import type { ApplianceSiteSpec, SiteAppliance } from "../../generated/documents.ts";

type Provisioning = NonNullable<SiteAppliance["provisioning"]>;

/** `served` is null for a site that the server does not know yet: all of it is new. */
export function findingsOfCommit(
  site: Resource<ApplianceSiteSpec>,
  served: ApplianceSiteSpec | null,
  now: Date,
): readonly Finding[] {
  return [...fallenGenerations(site, served), ...overBefore(site, served, now)];
}

function placeOf(site: Resource<ApplianceSiteSpec>, name: string, field: string): Pick<Finding, "resource" | "path"> {
  const index = site.spec.appliances.findIndex((one) => one.name === name);
  return { resource: site, path: ["spec", "appliances", index, "provisioning", field] };
}

function provisioningOf(spec: ApplianceSiteSpec | null, name: string): Provisioning | undefined {
  return spec?.appliances.find((one) => one.name === name)?.provisioning;
}

/** With a lower one, the key that was let in by a higher one would hold its place no more. */
function fallenGenerations(site: Resource<ApplianceSiteSpec>, served: ApplianceSiteSpec | null): readonly Finding[] {
  return site.spec.appliances.flatMap(({ name, provisioning }): readonly Finding[] => {
    const before = provisioningOf(served, name)?.generation ?? 0;
    if (provisioning === undefined || provisioning.generation >= before) return [];
    const message = `${name}'s generation falls from ${before} to ${provisioning.generation}: it only ever rises`;
    const hint = `say ${before}, or more to let another key claim`;
    return [{ severity: "error", code: "generation-falls", message, hint, ...placeOf(site, name, "generation") }];
  });
}

interface NewCode extends Provisioning {
  /** Of its appliance. */
  readonly name: string;
}

/** Codes, or their ends, that the server does not know yet. */
export function newCodes(spec: ApplianceSiteSpec, served: ApplianceSiteSpec | null): readonly NewCode[] {
  return spec.appliances.flatMap(({ name, provisioning }) => {
    if (provisioning === undefined || provisioning.revoked) return [];
    const before = provisioningOf(served, name);
    const isKnown = before?.codeHash === provisioning.codeHash && before.expiresAt === provisioning.expiresAt;
    return isKnown ? [] : [{ name, ...provisioning }];
  });
}

/** Held and no error: time alone makes it, and it must not stop the rest of the estate. */
function overBefore(
  site: Resource<ApplianceSiteSpec>,
  served: ApplianceSiteSpec | null,
  now: Date,
): readonly Finding[] {
  const over = newCodes(site.spec, served).filter(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
  return over.map(({ name, expiresAt }): Finding => {
    const message = `the new code of ${name} ended at ${expiresAt}: it lets nobody in`;
    const hint = `make another: reeve site mint-code ${site.name} ${name}`;
    return { severity: "held", code: "code-over", message, hint, ...placeOf(site, name, "expiresAt") };
  });
}
