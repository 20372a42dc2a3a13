/** What cannot be changed in an object that is there, and what is done about it. Pure. */
import type { Blocked, FieldChange } from "../../plan/change.ts";
import { canonicalJson, type Json } from "../../support/json.ts";
import type { KubeObject } from "./kube-object.ts";
import { describeObject } from "./live.ts";
import { amountOf } from "./quantity.ts";
import { isRecord, recordAt, showJson, textAt } from "./render/json-walk.ts";

/** A new object is made for these and for nothing else: neither holds anything that lasts. */
const RECREATED_FOR: Readonly<Record<string, readonly string[]>> = {
  Service: ["clusterIP", "clusterIPs"],
  StatefulSet: ["selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates"],
};

/** The fields for which the live object has to make way; none where there are none, or where that would destroy something. */
export function recreatedFor(live: KubeObject, wanted: KubeObject): readonly FieldChange[] {
  const [is, will] = [specOf(live), specOf(wanted)];
  return (RECREATED_FOR[wanted.kind] ?? []).flatMap((field) => {
    const after = will[field];
    const before = is[field] ?? null;
    if (after === undefined || canonicalJson(after) === canonicalJson(before)) return [];
    return [{ path: `${describeObject(wanted)}.spec.${field}`, before, after }];
  });
}

/** A volume as its document wants it, and where the document says so. */
export interface ClaimRefusal extends Blocked {
  readonly path: readonly string[];
}

/** What a volume can never become; null where the server is to be asked. */
export function claimRefusal(live: KubeObject, wanted: KubeObject): ClaimRefusal | null {
  const [is, will] = [sizeOf(live), sizeOf(wanted)];
  if (will < is) {
    return {
      code: "home-shrink",
      message: `${describeObject(wanted)} has ${gib(is)}, and a volume never shrinks to ${gib(will)}`,
      next: `write sizeGib: ${Math.ceil(is / 1024 ** 3)}, or have the files moved and the volume taken away by hand`,
      path: ["spec", "home", "sizeGib"],
    };
  }
  const [was, shall] = [specOf(live)["storageClassName"], specOf(wanted)["storageClassName"]];
  if (shall === undefined || shall === was) return null;
  return {
    code: "home-immutable",
    message: `${describeObject(wanted)} is of the storage class ${showJson(was ?? "none")}, and cannot become ${showJson(shall)}`,
    next: `write storageClass: ${showJson(was ?? "none")}, or have the files moved and the volume taken away by hand`,
    path: ["spec", "home", "storageClass"],
  };
}

function specOf({ spec }: KubeObject): { readonly [field: string]: Json } {
  return isRecord(spec) ? spec : {};
}

/** In whole bytes; 0 for what is not understood, which then refuses nothing here: the server still does. */
function sizeOf(claim: KubeObject): number {
  const text = textAt(recordAt(recordAt(specOf(claim), "resources"), "requests"), "storage");
  return Number((amountOf(text) ?? 0n) / 10n ** 9n);
}

function gib(bytes: number): string {
  return `${Math.round((bytes / 1024 ** 3) * 100) / 100} GiB`;
}
