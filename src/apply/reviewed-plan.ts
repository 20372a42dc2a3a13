import { readFile } from "node:fs/promises";
import { Plan as validatePlan } from "../generated/plan-validator.js";
import type { Plan } from "../plan/plan.ts";
import { digestOf } from "../support/digest.ts";
import { userError } from "../support/user-error.ts";

const MAX_PLAN_BYTES = 256 * 1024 * 1024;

/**
 * A plan from `reeve plan --out`, parsed once. It only selects: apply carries out what it plans itself, and of that only
 * what this file has a digest of.
 */
export async function readReviewedPlan(path: string): Promise<Plan> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw userError("no-plan", `cannot read the plan ${path}: ${reasonOf(cause)}`, "write one with reeve plan --out");
  });
  return parseReviewedPlan(text, path);
}

/** The same of a text; `path` names it in errors. */
export function parseReviewedPlan(text: string, path: string): Plan {
  if (text.length > MAX_PLAN_BYTES) throw userError("bad-plan", `${path} is too large for a plan`);
  const value = parsePlan(text, path);
  if (value.asOf !== undefined) throw notOfNow(path, value.asOf);
  const digest = digestOf({ estate: value.estate, changes: value.changes.map((change) => change.digest).toSorted() });
  if (digest === value.digest) return value;
  throw userError(
    "bad-plan",
    `${path} was changed after it was made: its digest does not fit its changes`,
    "plan again",
  );
}

function parsePlan(text: string, path: string): Plan {
  const next = "write it anew with this version's reeve plan --out";
  try {
    const value: unknown = JSON.parse(text);
    if (validatePlan(value)) return value as Plan;
  } catch {
    throw userError("bad-plan", `${path} is not JSON`, next);
  }
  throw userError("bad-plan", `${path} is not a plan of format version 1`, next);
}

function notOfNow(path: string, asOf: string): Error {
  return userError("as-of", `${path} is the plan as of ${asOf}, not of now`, "plan again without --now");
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
}
