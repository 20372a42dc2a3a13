/** Every change of a record goes through here: its phases are what the facts say, and each step is an event. Pure. */
import { type DomainPhase, domainPhaseOf, type Phase, phaseOf } from "../../../protocol/phases.ts";
import type { DeclaredAppliance } from "../desired.ts";
import type { ApplianceEvent, ApplianceRecord } from "../store/store.ts";

export interface Circumstances {
  readonly now: Date;
  /** Null for one that is not in the repository. */
  readonly declared: DeclaredAppliance | null;
  /** A partner has submitted a credential for the site's domain. */
  readonly hasSubmitted: boolean;
}

export interface Settled {
  readonly record: ApplianceRecord;
  readonly events: readonly ApplianceEvent[];
}

/** The record with its phases, and an event for each that moved. The same record where nothing moves. */
export function settle(record: ApplianceRecord, circumstances: Circumstances): Settled {
  const { report } = record;
  const phase = currentPhase(record, circumstances);
  const domainPhase = currentDomainPhase(record, circumstances);
  const outOfSyncSince = phase === "OutOfSync" ? (report.outOfSyncSince ?? circumstances.now.toISOString()) : null;
  const events = [
    ...(phase === report.phase ? [] : [{ type: "phase", detail: `${report.phase ?? "new"} -> ${phase}` }]),
    ...(domainPhase === report.domainPhase
      ? []
      : [{ type: "domain-phase", detail: `${report.domainPhase ?? "new"} -> ${domainPhase}` }]),
  ];
  const isSame = events.length === 0 && outOfSyncSince === report.outOfSyncSince;
  return { record: isSame ? record : { ...record, report: { ...report, phase, domainPhase, outOfSyncSince } }, events };
}

export function currentPhase({ identity, report }: ApplianceRecord, { now, declared }: Circumstances): Phase {
  const provisioning = declared?.appliance.provisioning;
  return phaseOf({
    now,
    declared:
      declared === null
        ? null
        : {
            suspended: declared.appliance.suspended,
            provisioning:
              provisioning === undefined
                ? null
                : { expiresAt: new Date(provisioning.expiresAt), revoked: provisioning.revoked },
            configHash: declared.rendered().hash,
            pollSeconds: declared.pollSeconds,
          },
    identity: isLive(identity)
      ? { hasConflict: identity.conflictAt !== null, claimedAt: new Date(identity.claimedAt) }
      : null,
    seenAt: report.seenAt === null ? null : new Date(report.seenAt),
    hasFetched: report.fetchedHash !== null,
    reportedHash: report.configHash,
  });
}

/** One that was retired has to claim anew. */
export function isLive(identity: ApplianceRecord["identity"]): identity is NonNullable<ApplianceRecord["identity"]> {
  return identity !== null && identity.retiredAt === null;
}

export function currentDomainPhase(
  { report }: ApplianceRecord,
  { declared, hasSubmitted }: Circumstances,
): DomainPhase {
  const domain = declared?.site.domain;
  return domainPhaseOf({
    isOff: domain === undefined || domain.discovery === "off",
    expected: domain?.expected ?? null,
    discovered: report.domain?.name ?? null,
    hasCredential: domain?.credentialsRef !== undefined || hasSubmitted,
    wantedGeneration: domain?.enumeration.generation ?? 0,
    enumeratedGeneration: report.enumeration?.generation ?? null,
    isReceiving: report.receiving !== null,
  });
}
