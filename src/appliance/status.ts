/** How an appliance stands, of what lies in its folder: `schemas/appliance-status.schema.json`. */

import { readApplied } from "./keep/configuration-file.ts";
import { readDevice } from "./keep/device.ts";
import type { Folder } from "./keep/folder.ts";
import type { Progress } from "./keep/progress.ts";
import { readProgress } from "./keep/progress.ts";

export interface ApplianceStatus {
  readonly formatVersion: 1;
  /** Null before it is provisioned. */
  readonly applianceId: string | null;
  readonly siteId: string | null;
  readonly partner: string | null;
  readonly configHash: string | null;
  readonly commit: string | null;
  readonly answeredAt: string | null;
  readonly checkins: number;
  readonly domain: string | null;
  readonly enumerated: Progress["enumerated"];
  readonly scanned: Progress["scanned"];
  readonly conditions: readonly { readonly type: string; readonly message: string }[];
}

export function readStatus(folder: Folder): ApplianceStatus {
  const device = readDevice(folder);
  const { seq, answered, domain, enumerated, scanned, trouble, conditions } = readProgress(folder);
  return {
    formatVersion: 1,
    applianceId: device?.applianceId ?? null,
    siteId: device?.siteId ?? null,
    partner: device?.partner.brandName ?? null,
    configHash: device === null ? null : (readApplied(folder, device.applianceId)?.hash ?? null),
    commit: answered?.commit ?? null,
    answeredAt: answered?.at ?? null,
    checkins: seq,
    domain,
    enumerated,
    scanned,
    conditions: trouble === null ? conditions : [trouble, ...conditions],
  };
}

/** Line by line. */
export function statusText(status: ApplianceStatus): string {
  const { enumerated, scanned, conditions } = status;
  const rows: readonly (readonly [string, string | number | null])[] = [
    ["appliance", status.applianceId],
    ["partner", status.partner],
    ["configuration", status.configHash],
    ["commit", status.commit],
    ["last answer", status.answeredAt],
    ["check-ins", status.checkins],
    ["domain", status.domain],
    ["computers", enumerated === null ? null : `${enumerated.count}, at ${enumerated.at}`],
    ["scan", scanned === null ? null : `${scanned.reachable} of ${scanned.of} reached, at ${scanned.at}`],
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(15)}${value ?? "-"}\n`);
  return [...lines, ...conditions.map(({ type, message }) => `! ${type}: ${message}\n`)].join("");
}
