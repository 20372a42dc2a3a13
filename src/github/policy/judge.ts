/** What a policy's rules, and nothing else, say of one subject. Pure. */

import { showText } from "../../estate/hostile-text.ts";
import type { Policy, PolicyRule } from "../../generated/documents.ts";
import type { Actor, PolicyAnswer, PolicyQuestion } from "../model.ts";
import { type NumberedRule, rulesFor, type Side } from "./match.ts";
import type { Roster } from "./people.ts";
import { type Approvals, countApprovals } from "./reviews.ts";
import { describePeople, describeRule, describeSide, namesOf } from "./words.ts";

/** Everything that is the same for all subjects of a question. */
export interface Court {
  readonly policy: Policy;
  readonly roster: Roster;
  readonly approvals: Approvals;
  /** The author and everybody who pushed. */
  readonly authors: readonly Actor[];
}

export function openCourt(policy: Policy, roster: Roster, question: PolicyQuestion): Court {
  return { policy, roster, approvals: countApprovals(question), authors: [question.author, ...question.pushers] };
}

type Judgement = Pick<PolicyAnswer, "isAllowed" | "reasons" | "needs">;

/** Allowed where each side has a rule, and every rule of every side is satisfied. */
export function judgeSides(sides: readonly Side[], court: Court): Judgement {
  const bySide = sides.map((side) => ({ side, rules: rulesFor(court.policy, side) }));
  const rules = new Map(bySide.flatMap(({ rules: own }) => own.map((one) => [one.number, one] as const)));
  const unmatched = bySide.filter(({ rules: own }) => own.length === 0).map(({ side }) => unmatchedSide(side));
  const judged = [...rules.values()].toSorted((a, b) => a.number - b.number).map((rule) => judgeRule(rule, court));
  const all = [...unmatched, ...judged];
  return {
    isAllowed: all.every((one) => one.isAllowed),
    reasons: [...new Set(all.flatMap((one) => one.reasons))],
    // Where one thing cannot be helped, nothing else is worth asking for.
    needs: all.some(isHopeless) ? [] : [...new Set(all.flatMap((one) => one.needs))],
  };
}

function isHopeless(one: Judgement): boolean {
  return !one.isAllowed && one.needs.length === 0;
}

function unmatchedSide(side: Side): Judgement {
  const hint = "path" in side ? ", and it takes a rule with nothing but paths in its match" : "";
  return {
    isAllowed: false,
    reasons: [`no rule matches ${describeSide(side)}${hint}: what no rule matches is denied`],
    needs: [],
  };
}

function judgeRule(numbered: NumberedRule, court: Court): Judgement {
  const parts = [
    judgeAuthors(numbered.rule, court),
    ...numbered.rule.approvals.map((one) => judgeApproval(one, court)),
  ];
  const isAllowed = parts.every((part) => part.isAllowed);
  const failing = parts.filter((part) => !part.isAllowed);
  const said = (isAllowed ? parts : failing).flatMap((part) => part.reasons).join("; ");
  return {
    isAllowed,
    reasons: [`${describeRule(numbered)}: ${said}`],
    // Approvals do not help where somebody else would have to make the change.
    needs: parts[0]?.isAllowed === true ? failing.flatMap((part) => part.needs) : [],
  };
}

function judgeAuthors({ changeBy }: PolicyRule, { policy, roster, authors }: Court): Judgement {
  const strangers = authors.filter((author) => !roster(changeBy, author));
  const people = describePeople(policy, changeBy);
  if (strangers.length === 0)
    return { isAllowed: true, reasons: [`changed by ${namesOf(authors.slice(0, 1))}`], needs: [] };
  const names = [...new Set(strangers.map((stranger) => showText(stranger.login)))].join(", ");
  return { isAllowed: false, reasons: [`changed by ${names}, and only ${people} may`], needs: [] };
}

function judgeApproval(
  { count, from }: PolicyRule["approvals"][number],
  { policy, roster, approvals }: Court,
): Judgement {
  const given = approvals.counted.filter((reviewer) => roster(from, reviewer));
  const people = describePeople(policy, from);
  const wanted = `${count} ${count === 1 ? "approval" : "approvals"} of ${people}`;
  if (count >= 1 && given.length >= count)
    return { isAllowed: true, reasons: [`approved by ${namesOf(given)}`], needs: [] };
  const aside = approvals.disregarded.length === 0 ? "" : ` (not counted: ${approvals.disregarded.join("; ")})`;
  const reasons = [`it takes ${wanted}, and there ${given.length === 1 ? "is" : "are"} ${given.length}${aside}`];
  const missing = count - given.length;
  const more = `${missing} ${given.length > 0 ? "more " : ""}${missing === 1 ? "approval" : "approvals"} of ${people}`;
  return { isAllowed: false, reasons, needs: missing > 0 && from.length > 0 ? [more] : [] };
}
