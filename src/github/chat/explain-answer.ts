/** `/reeve explain`: what the recorded plan says of one resource, or what the schemas say of a field. Pure. */
import type { Explanation } from "../../estate/explain.ts";
import type { Change } from "../../plan/change.ts";
import type { Plan } from "../../plan/plan.ts";
import { describeChangeCost } from "../../render/cost-words.ts";
import { escapeText } from "../../render/escape.ts";
import { SIGIL } from "../../render/words.ts";
import { nearest } from "../../support/did-you-mean.ts";
import { renderDetails } from "../comment/details.ts";
import { fenceFor } from "../comment/markup.ts";
import type { RecordedAnswer, RecordedVerdict, ReviewedPlan } from "../reviewed.ts";
import { type Answer, answer, type Point } from "./answer.ts";

/** Characters of a block; a comment has room for 65,536. */
const BLOCK = 30_000;

/** Of `Kind/name`. */
export function explainChange(address: string, reviewed: ReviewedPlan): Answer {
  const head = reviewed.pull.head.sha.slice(0, 12);
  if (!("plan" in reviewed)) {
    return answer("refused", `There is no plan to explain: ${reviewed.refusal}`, {
      next: "write /reeve plan, or push a commit; the plan is made again",
    });
  }
  const { plan, verdict } = reviewed;
  const change = plan.changes.find((one) => one.address === address);
  if (change === undefined) return explainNothing(address, plan, head);
  const details = renderDetails([change], BLOCK);
  return answer("told", `${SIGIL[change.action]} ${address}: ${change.action}`, {
    points: [
      ...pointsOf(change, verdict, details.text === ""),
      { label: "Plan", text: `of ${head}, as it was recorded` },
    ],
    block: details.text,
    next: nextOf(change, verdict),
  });
}

function explainNothing(address: string, plan: Plan, head: string): Answer {
  const near = nearest(
    address,
    plan.changes.map((change) => change.address),
  );
  const ignored = plan.ignored.filter((one) => one.address === address);
  return answer("told", `Nothing changes at ${address}`, {
    points: [
      ...ignored.map(({ path, why }) => ({ label: "Left alone", text: `${path}: ${why}` })),
      { label: "Plan", text: `of ${head}, as it was recorded` },
    ],
    next: near === null ? "" : `did you mean ${near}?`,
  });
}

function pointsOf(change: Change, { ours, answers }: RecordedVerdict, isTooLong: boolean): readonly Point[] {
  const { address, reason, impact, waitsFor, dependsOn, cost, blocked, source } = change;
  const points: readonly Point[] = [
    { label: "Why", text: reason },
    { label: "Who is hit", text: impact.join("; ") },
    { label: "Waits for", text: waitsFor.join("; ") },
    { label: "Comes after", text: dependsOn.join(", ") },
    { label: "Cost", text: cost === undefined ? "" : describeChangeCost(cost) },
    { label: "Held", text: blocked === undefined ? "" : blocked.message },
    ...answers.filter(({ subject }) => subject === address).map(policyPoint),
    { label: "Drift", text: ours.includes(address) ? "" : "it would be there without this pull request" },
    { label: "Declared", text: source === null ? "by no document" : `${source.file}:${source.line}` },
    { label: "Fields", text: isTooLong ? "too long to be shown here; the run's artifact reeve-plan has them" : "" },
  ];
  return points.filter(({ text }) => text !== "");
}

function policyPoint({ isAllowed, needs, reasons }: RecordedAnswer): Point {
  const words = isAllowed ? ["allowed when it was planned"] : needs.length > 0 ? needs : ["nobody can allow this here"];
  return { label: "Policy", text: [...words, ...reasons].join("; ") };
}

function nextOf({ address, blocked }: Change, { answers }: RecordedVerdict): string {
  if (blocked !== undefined) return blocked.next;
  const need = answers.find(({ subject, isAllowed }) => subject === address && !isAllowed)?.needs[0];
  return need ?? "";
}

/** Of `Kind.spec.field`. */
export function explainField(found: Explanation): Answer {
  if (!found.found) return answer("unclear", found.message, { next: found.hint });
  const [title = "", ...lines] = found.text.trimEnd().split("\n");
  const page = lines.map(escapeText).join("\n").slice(0, BLOCK).trim();
  const fence = fenceFor(page);
  return answer("told", title, { block: `${fence}text\n${page}\n${fence}` });
}
