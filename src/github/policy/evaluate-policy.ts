/** May this pull request do what it would do? Pure: the policy as it is at the base, and the facts of the pull request. */

import { escapeHostile } from "../../estate/hostile-text.ts";
import type { Policy } from "../../generated/documents.ts";
import type { Diagnostic } from "../../support/diagnostic.ts";
import { unreachable } from "../../support/unreachable.ts";
import type { PolicyAnswer, PolicyOverrideRequest, PolicyQuestion, PolicyVerdict } from "../model.ts";
import type { BasePolicy } from "./base-policy.ts";
import { policyFindings } from "./findings.ts";
import { type Court, judgeSides, openCourt } from "./judge.ts";
import { type Side, sidesOf } from "./match.ts";
import { judgeOverride, mayBePassedOver } from "./override.ts";
import { createRoster } from "./people.ts";
import { protectedPaths } from "./protect.ts";

/** Allowed where every touched resource and every protected file is. */
export function evaluatePolicy(base: BasePolicy, question: PolicyQuestion): PolicyVerdict {
  switch (base.status) {
    case "declared":
      return evaluateRules(base.policy, question);
    case "none":
      return { isAllowed: true, answers: [], brokenGlass: null, findings: [noPolicy()] };
    case "unreadable":
      return { isAllowed: false, answers: [], brokenGlass: null, findings: [unreadablePolicy(question.estateFile)] };
    default:
      return unreachable(base);
  }
}

function noPolicy(): Diagnostic {
  return {
    severity: "notice",
    code: "no-policy",
    message: "the base has no spec.policy: GitHub's branch protection alone decides who may change what",
    at: null,
  };
}

function unreadablePolicy(file: string): Diagnostic {
  return {
    severity: "error",
    code: "unreadable-policy",
    message: `${file} of the base cannot be read, and nothing is allowed by a policy that nobody can read`,
    hint: "mend it on the default branch first",
    at: null,
  };
}

/** One thing to judge; a subject has an answer for each thing that is done to it. */
interface Subject {
  readonly subject: string;
  readonly action: PolicyAnswer["action"];
  readonly sides: readonly Side[];
}

function evaluateRules(policy: Policy, question: PolicyQuestion): PolicyVerdict {
  const roster = createRoster(policy, question);
  const court = openCourt(policy, roster, question);
  const override = judgeOverride(policy, roster, question);
  const judged = subjectsOf(policy, question).map((subject) => judgeSubject(subject, court, override.granted));
  const passedOver = judged.filter((one) => one.isPassedOver).map(({ answer }) => answer.subject);
  const { granted } = override;
  return {
    isAllowed: judged.every(({ answer }) => answer.isAllowed),
    answers: judged.map(({ answer }) => answer),
    brokenGlass:
      granted === null || passedOver.length === 0
        ? null
        : {
            by: granted.by.login,
            reason: granted.reason,
            commit: granted.commit,
            passedOver: [...new Set(passedOver)],
          },
    findings: [...policyFindings(policy, question), ...override.findings],
  };
}

/** By address and action, then files by path. */
function subjectsOf(policy: Policy, question: PolicyQuestion): readonly Subject[] {
  const changes = question.changes.map((change) => ({
    subject: change.address,
    action: change.action,
    sides: sidesOf(change),
  }));
  const key = (one: Subject): string => `${one.subject} ${one.action}`;
  const files = protectedPaths(policy, question).map((path) => ({
    subject: escapeHostile(path),
    action: "file" as const,
    sides: [{ path }],
  }));
  return [...changes.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)), ...files];
}

function judgeSubject(
  { subject, action, sides }: Subject,
  court: Court,
  granted: PolicyOverrideRequest | null,
): { readonly answer: PolicyAnswer; readonly isPassedOver: boolean } {
  const judgement = judgeSides(sides, court);
  const answer = { subject, action, ...judgement };
  if (judgement.isAllowed || granted === null) return { answer, isPassedOver: false };
  if (!mayBePassedOver(court.policy, sides)) {
    const reasons = [...judgement.reasons, "spec.policy.override.never lets nobody pass over this"];
    return { answer: { ...answer, reasons }, isPassedOver: false };
  }
  const reasons = [`the rules were passed over by ${granted.by.login}`, ...judgement.reasons];
  return { answer: { ...answer, isAllowed: true, reasons, needs: [] }, isPassedOver: true };
}
