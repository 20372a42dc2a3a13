/** Which writes take fields that others own. Pure. */
import type { WorkstationClusterSpec } from "../../generated/documents.ts";
import type { KubeObject } from "./kube-object.ts";
import { isExclusive } from "./live.ts";
import { isRecord } from "./render/json-walk.ts";

/** Kinds that decide who gets in are Reeve's alone; and who holds a number of pods never keeps a desktop running. */
export function isForced({ conflicts }: Pick<WorkstationClusterSpec, "conflicts">, object: KubeObject): boolean {
  return conflicts === "force" || isExclusive(object) || isShutdown(object);
}

/** A workload that is to have no pods. */
export function isShutdown({ kind, spec }: KubeObject): boolean {
  return kind === "StatefulSet" && isRecord(spec) && spec["replicas"] === 0;
}
