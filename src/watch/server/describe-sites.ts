/** Declared and remembered, side by side. */
import { applianceIdOf } from "../../protocol/appliance-id.ts";
import { type ConfigurationSource, siteDigest } from "../../protocol/configuration.ts";
import type { OperatorAppliance, OperatorIdentity, OperatorSite, SitesAnswer } from "../../protocol/operator.ts";
import type { ServerContext } from "./context.ts";
import { type Circumstances, currentDomainPhase, currentPhase } from "./decide/settle.ts";
import { withIdentity } from "./decide/signed.ts";
import type { DesiredIndex } from "./desired.ts";
import { type ApplianceRecord, type ApplianceRow, EMPTY_REPORT, type Identity } from "./store/store.ts";

/** Sites sorted by name, appliances too. */
export async function describeSites(context: ServerContext): Promise<SitesAnswer> {
  const index = context.index();
  const rows = Map.groupBy(await context.store.readAll(), ({ site }) => site);
  const names = new Set([...(index?.sites.keys() ?? []), ...rows.keys()]);
  const sites = [...names].toSorted().map((name) => describeSite({ context, index, name, rows: rows.get(name) ?? [] }));
  return {
    estate: index?.estate ?? null,
    commit: index?.commit ?? null,
    recipient: context.keys.seal.recipient,
    sites: await Promise.all(sites),
  };
}

/** Null for a site that is not declared. */
export function documentOfSite(index: DesiredIndex | null, name: string): SiteSource | null {
  const spec = index?.sites.get(name);
  const partner = spec === undefined ? undefined : index?.partners.get(spec.partner);
  if (spec === undefined || partner === undefined) return null;
  return { site: { name, spec }, partner: { name: spec.partner, spec: partner } };
}

type SiteSource = Pick<ConfigurationSource, "site" | "partner">;

function digestOfSite(index: DesiredIndex | null, name: string): string | null {
  const source = documentOfSite(index, name);
  return source === null ? null : siteDigest(source);
}

interface Describing {
  readonly context: ServerContext;
  readonly index: DesiredIndex | null;
  readonly name: string;
  readonly rows: readonly ApplianceRow[];
}

async function describeSite({ context, index, name, rows }: Describing): Promise<OperatorSite> {
  const submitted = await context.store.submitted(name);
  const known = new Map(rows.map((row) => [row.appliance, row]));
  const spec = index?.sites.get(name);
  const names = new Set([...(spec?.appliances.map((one) => one.name) ?? []), ...known.keys()]);
  const appliances = [...names].toSorted().map((appliance) => {
    const declared = index?.byId.get(applianceIdOf(name, appliance)) ?? null;
    const record = known.get(appliance) ?? { identity: null, report: EMPTY_REPORT };
    const circumstances = { now: context.now(), declared, hasSubmitted: submitted !== null };
    return describeAppliance(appliance, withIdentity(record, declared), {
      ...circumstances,
      id: applianceIdOf(name, appliance),
    });
  });
  return { name, digest: digestOfSite(index, name), submittedAt: submitted?.at ?? null, appliances };
}

function describeAppliance(
  name: string,
  record: ApplianceRecord,
  circumstances: Circumstances & { readonly id: string },
): OperatorAppliance {
  const { identity, report } = record;
  const { declared, id } = circumstances;
  const { seenAt, version, hostname, uptimeSeconds, credentialsVersion, conditions, outOfSyncSince } = report;
  return {
    name,
    applianceId: id,
    isDeclared: declared !== null,
    phase: currentPhase(record, circumstances),
    domainPhase: currentDomainPhase(record, circumstances),
    renderedHash: declared?.rendered().hash ?? null,
    reportedHash: report.configHash,
    outOfSyncSince,
    seenAt,
    version,
    hostname,
    uptimeSeconds,
    credentialsVersion,
    conditions,
    identity: identity === null ? null : describeIdentity(identity),
    pinned: declared?.appliance.identity ?? null,
    domain:
      report.domain === null
        ? null
        : { name: report.domain.name, servers: report.domain.servers, at: report.domain.at },
    enumeration:
      report.enumeration === null
        ? null
        : { generation: report.enumeration.generation, count: report.enumeration.count, at: report.enumeration.at },
  };
}

function describeIdentity({
  signKey,
  encKey,
  mac,
  generation,
  claimedAt,
  conflictAt,
  retiredAt,
  pending,
}: Identity): OperatorIdentity {
  return {
    signKey,
    recipient: encKey,
    mac,
    generation,
    claimedAt,
    conflictAt,
    retiredAt,
    pending:
      pending === null
        ? null
        : { signKey: pending.signKey, mac: pending.mac, hostname: pending.hostname, at: pending.at },
  };
}
