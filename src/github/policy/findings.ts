/** What is odd about a policy itself: nothing of it lets anybody in, and all of it should be known. Pure. */

import { showText } from "../../estate/hostile-text.ts";
import type { Policy, PolicyRule } from "../../generated/documents.ts";
import type { Diagnostic } from "../../support/diagnostic.ts";
import type { PolicyQuestion } from "../model.ts";
import { isEmptyMatch, rulesFor } from "./match.ts";
import { principalsOf, roleName, teamsOf } from "./people.ts";

/** Sorted as they are found: roles, teams, rules, then what the policy forgets. */
export function policyFindings(
  policy: Policy,
  { teams, estateFile }: Pick<PolicyQuestion, "teams" | "estateFile">,
): readonly Diagnostic[] {
  const roles = principalsOf(policy).flatMap((principal) => roleName(principal) ?? []);
  return [
    ...roles.filter((role) => !Object.hasOwn(policy.roles, role)).map(unknownRole),
    ...teamsOf(policy)
      .filter((team) => !hasTeam(teams, team))
      .map(unknownTeam),
    ...policy.rules.flatMap((rule, index) => ruleFindings(rule, index + 1)),
    ...(rulesFor(policy, { path: estateFile }).length === 0 ? [lockedPolicy(estateFile)] : []),
  ];
}

function hasTeam(teams: PolicyQuestion["teams"], team: string): boolean {
  return [...teams.keys()].some((known) => known.toLowerCase() === team.toLowerCase());
}

function unknownRole(role: string): Diagnostic {
  const message = `the policy names the role "${showText(role)}", which spec.policy.roles does not have: it is nobody`;
  return warn("unknown-role", message, "add it to spec.policy.roles, or correct the name");
}

function unknownTeam(team: string): Diagnostic {
  const message = `the policy names ${showText(team)}, which cannot be found: it is nobody`;
  return warn("unknown-team", message, "correct the team's slug, and let Reeve's token read the organisation's teams");
}

function ruleFindings(rule: PolicyRule, number: number): readonly Diagnostic[] {
  const isImpossible = rule.approvals.some((one) => one.count < 1 || one.from.length === 0);
  return [
    ...(isEmptyMatch(rule.match)
      ? [
          warn(
            "empty-match",
            `rule ${number} of the policy matches nothing: its match is empty`,
            'for everything, write kinds: ["*"]',
          ),
        ]
      : []),
    ...(isImpossible
      ? [
          warn(
            "impossible-approval",
            `rule ${number} of the policy asks for approvals that nobody can give`,
            "give a count from 1, and from whom",
          ),
        ]
      : []),
  ];
}

function lockedPolicy(estateFile: string): Diagnostic {
  const message = `no rule of the policy lets anybody change ${estateFile}, where the policy is`;
  return warn("locked-policy", message, `add a rule whose match is { paths: ["${estateFile}"] }`);
}

function warn(code: string, message: string, hint: string): Diagnostic {
  return { severity: "warning", code, message, hint, at: null };
}
