/** What stands beside a plan's changes in a comment: policy, cost, what is left alone. Pure. */
import type { Plan } from "../../plan/plan.ts";
import { plural } from "../../render/words.ts";
import type { PolicyAnswer, PolicyVerdict } from "../model.ts";
import type { CostWords } from "./facts.ts";
import type { Shortener } from "./shortener.ts";

export function policyView({ isAllowed, answers, brokenGlass, findings }: PolicyVerdict, short: Shortener): object {
  const denied = answers.filter((answer) => !answer.isAllowed);
  const verdict =
    denied.length === 0 ? (isAllowed ? "allowed" : "denied") : `${denied.length} of ${answers.length} not allowed yet`;
  return {
    verdict,
    brokenGlass: brokenGlass === null ? null : { by: short.cut(brokenGlass.by), reason: short.cut(brokenGlass.reason) },
    denied: short.map(denied, "denial", (answer) => answerView(answer, short)),
    findings: short.map(findings, "finding of the policy", ({ severity, message, hint }) => ({
      severity,
      message: short.cut(message),
      hint: short.cut(hint ?? ""),
    })),
  };
}

function answerView({ subject, action, reasons, needs }: PolicyAnswer, short: Shortener): object {
  return {
    subject: short.cut(subject),
    action: action === "file" ? "" : action,
    reasons: short.list(reasons, "reason").shown.map(short.cut),
    needs: short.list(needs, "need").shown.map(short.cut),
  };
}

export function costView({ lines, notes }: CostWords, short: Shortener): object {
  return { lines, notes: short.map(notes, "note on costs", short.cut) };
}

export function untouchedWords({ foreign, ignored }: Plan): string {
  const parts = [
    ...(foreign.length === 0
      ? []
      : [`${plural(foreign.length, "undeclared resource")} (reeve import writes them down)`]),
    ...(ignored.length === 0 ? [] : [`${plural(ignored.length, "difference")} that documents say to ignore`]),
  ];
  return parts.join(", ");
}
