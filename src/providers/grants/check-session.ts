/** Session rules, as grant and tier make them together, against the policy's. Pure. */
import type { Finding, Path } from "../../estate/resource.ts";
import type { WorkstationSession } from "../../generated/documents.ts";
import { durationSeconds } from "../../support/duration.ts";
import { type Refusal, refuse, refuseIf } from "../refusal.ts";
import type { Claim } from "./topology.ts";

type Rule = keyof WorkstationSession;

export function* checkSession(claim: Claim): Generator<Finding> {
  const { grant, tier, policy } = claim;
  const session: WorkstationSession = { ...tier.spec.session, ...grant.spec.session };
  const place = (rule: Rule) => ({ resource: grant, path: whereWritten(claim, rule) });
  for (const rule of ["idleTimeout", "maxDuration"] as const) {
    const text = session[rule];
    if (text !== undefined && durationSeconds(text) === 0) yield refuse(place(rule), zero(rule));
    else yield* refuseIf(place(rule), lengthRefusal(rule, text, policy.spec.session[rule] ?? null));
  }
  yield* refuseIf(place("maxConcurrent"), countRefusal(session.maxConcurrent, policy.spec.session.maxConcurrent));
  for (const rule of ["clipboard", "fileTransfer"] as const) {
    yield* refuseIf(place(rule), choiceRefusal(rule, session[rule], policy.spec.session[rule]));
  }
  const { recording } = policy.spec.session;
  const allowed = recording === undefined ? undefined : [recording];
  yield* refuseIf(place("recording"), choiceRefusal("recording", session.recording, allowed));
}

/** In the grant, else at the word that brings the tier's rules in. */
function whereWritten({ grant }: Claim, rule: Rule): Path {
  return grant.spec.session[rule] === undefined ? ["spec", "tier"] : ["spec", "session", rule];
}

function zero(rule: Rule): Refusal {
  return { code: "no-time", message: `${rule}: a session of no time at all`, hint: "write 1s or more" };
}

function lengthRefusal(rule: Rule, text: string | undefined, most: string | null): Refusal | null {
  if (most === null || (text !== undefined && durationSeconds(text) <= durationSeconds(most))) return null;
  return outside(rule, text, `at most ${most}`);
}

function countRefusal(count: number | undefined, most: number | undefined): Refusal | null {
  if (most === undefined || (count !== undefined && count <= most)) return null;
  return outside("maxConcurrent", count === undefined ? undefined : String(count), `at most ${most}`);
}

function choiceRefusal(rule: Rule, choice: string | undefined, allowed: readonly string[] | undefined): Refusal | null {
  if (allowed === undefined || (choice !== undefined && allowed.includes(choice))) return null;
  return outside(rule, choice, allowed.join(" or "));
}

function outside(rule: Rule, found: string | undefined, wanted: string): Refusal {
  return {
    code: "session-exceeded",
    message: `the policy wants session.${rule}: ${wanted}, and it is ${found ?? "left out"}`,
    hint: "write it in the grant's session or in the tier's",
  };
}
