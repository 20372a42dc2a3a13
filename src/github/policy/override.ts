/** Break-glass: passing over the rules, with a reason that is recorded. Pure. */

import { showText } from "../../estate/hostile-text.ts";
import type { Policy } from "../../generated/documents.ts";
import type { Diagnostic } from "../../support/diagnostic.ts";
import type { PolicyOverrideRequest, PolicyQuestion } from "../model.ts";
import { matchesSide, type Side } from "./match.ts";
import type { Roster } from "./people.ts";
import { describePeople } from "./words.ts";

export interface Override {
  /** Null where nobody asked, or where it was refused. */
  readonly granted: PolicyOverrideRequest | null;
  readonly findings: readonly Diagnostic[];
}

export function judgeOverride(policy: Policy, roster: Roster, { override, head }: PolicyQuestion): Override {
  if (override === null) return { granted: null, findings: [] };
  const why = whyNot(policy, roster, { override, head });
  if (why === null) return { granted: override, findings: [] };
  const message = `${showText(override.by.login)} asked for the policy to be passed over, and ${why}`;
  return { granted: null, findings: [{ severity: "warning", code: "override-refused", message, at: null }] };
}

function whyNot(
  policy: Policy,
  roster: Roster,
  { override, head }: { readonly override: PolicyOverrideRequest; readonly head: string },
): string | null {
  if (policy.override === undefined) return "spec.policy.override lets nobody";
  if (override.by.isBot) return "is a bot";
  if (!roster(policy.override.by, override.by)) return `only ${describePeople(policy, policy.override.by)} may`;
  if (!/[\p{L}\p{N}]/u.test(override.reason)) return "gave no reason";
  return override.commit === "" || override.commit !== head
    ? `meant ${override.commit.slice(0, 8)}, which is not the head commit any more`
    : null;
}

/** False for what `override.never` names. */
export function mayBePassedOver(policy: Policy, sides: readonly Side[]): boolean {
  const never = policy.override?.never ?? [];
  return !sides.some((side) => never.some((match) => matchesSide(match, side)));
}
