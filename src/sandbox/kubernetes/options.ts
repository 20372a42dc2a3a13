import type { Json } from "../../support/json.ts";
import { fieldForbidden, fieldNotSupported, fieldRequired, fieldTooLong, invalidOptions } from "./status.ts";

/** How a write is to be made: its query parameters, checked. */
export interface WriteOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: "Strict" | "Warn" | "Ignore";
  readonly force: boolean;
}

interface Asked {
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly kind: "CreateOptions" | "UpdateOptions" | "PatchOptions";
  readonly isApply: boolean;
}

const VALIDATIONS = ["Ignore", "Strict", "Warn"] as const;

export function readWriteOptions({ query, userAgent, kind, isApply }: Asked): WriteOptions {
  const manager = query.get("fieldManager") ?? "";
  if (isApply && manager === "") {
    throw invalidOptions(kind, fieldRequired("fieldManager", "is required for apply patch"));
  }
  if (manager.length > 128) throw invalidOptions(kind, fieldTooLong("fieldManager", 128));
  if (query.has("force") && kind === "PatchOptions" && !isApply) {
    throw invalidOptions(kind, fieldForbidden("force", "may not be specified for non-apply patch"));
  }
  const asked = query.get("fieldValidation") ?? "Warn";
  const fieldValidation = VALIDATIONS.find((one) => one === asked);
  if (fieldValidation === undefined)
    throw invalidOptions(kind, fieldNotSupported("fieldValidation", asked, VALIDATIONS));
  return {
    manager: manager === "" ? (userAgent.split("/")[0] ?? "").slice(0, 128) : manager,
    dryRun: readDryRun(query.getAll("dryRun"), kind),
    fieldValidation,
    force: query.get("force") === "true",
  };
}

export function readDryRun(values: readonly Json[], kind: string): boolean {
  if (values.length === 0) return false;
  if (values.some((value) => value !== "All"))
    throw invalidOptions(kind, fieldNotSupported("dryRun", [...values], ["All"]));
  return true;
}
