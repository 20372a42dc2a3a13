/** A site's documents as a plan shows them: what is in a list goes by its name. Pure. */
import type { ApplianceSiteSpec } from "../../generated/documents.ts";
import type { FieldChange } from "../../plan/change.ts";
import { diffFields } from "../../plan/diff-fields.ts";
import type { PartnerBrand } from "../../protocol/configuration.ts";
import type { Json } from "../../support/json.ts";

type Members = { readonly [key: string]: Json };

export interface SiteDocuments {
  readonly spec: ApplianceSiteSpec;
  readonly partner: PartnerBrand;
}

/** From one to the other, field by field; null is a site that is not there. */
export function diffSites(before: SiteDocuments | null, after: SiteDocuments | null): readonly FieldChange[] {
  return diffFields(shapeOf(before), shapeOf(after)).map(hideSealed);
}

function shapeOf(documents: SiteDocuments | null): Members {
  if (documents === null) return {};
  const { spec, partner } = documents;
  const { appliances, targets, credentials, authorities, ...rest } = spec;
  const lists = {
    appliances: byName(appliances),
    targets: byName(targets),
    credentials: byName(credentials),
    authorities: byName(authorities),
  };
  return JSON.parse(JSON.stringify({ ...rest, ...lists, partner })) as Members;
}

function byName(list: readonly { readonly name: string }[]): Readonly<Record<string, object>> {
  return Object.fromEntries(list.map(({ name, ...rest }) => [name, rest]));
}

/** A sealed secret is no reading matter, and a plan is no place for it. */
function hideSealed(change: FieldChange): FieldChange {
  const isSealed = [change.before, change.after].some((value) => JSON.stringify(value).includes("BEGIN AGE ENCRYPTED"));
  if (!isSealed) return change;
  const { path, before, after } = change;
  return {
    path,
    before: before === null ? null : "*** (before)",
    after: after === null ? null : "*** (after)",
    sensitive: true,
  };
}
