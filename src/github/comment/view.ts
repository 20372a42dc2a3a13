/** What a plan's comment says, for its template: sections in the order of a reviewer's questions. Pure. */
import { escapeText } from "../../render/escape.ts";
import { isDestructive, plural, verdict } from "../../render/words.ts";
import type { Diagnostic } from "../../support/diagnostic.ts";
import { costView, policyView, untouchedWords } from "./beside-view.ts";
import {
  destroyedView,
  driftView,
  findingsView,
  heldView,
  kindsView,
  type ViewSource,
  waitsView,
} from "./change-views.ts";
import type { LivePlan } from "./facts.ts";
import { cutText } from "./markup.ts";

/** Everything but the details and the end. */
export function planView(source: ViewSource): object {
  const { live, short } = source;
  const { plan } = live;
  const isError = ({ severity }: Diagnostic): boolean => severity === "error";
  const others = plan.diagnostics.filter((one) => !isError(one));
  return {
    icon: iconOf(live),
    headline: headlineOf(live),
    reasons: plan.blockers.map(({ message, next }) => ({
      what: `Cannot apply: ${short.cut(message)}.`,
      next: short.cut(next),
    })),
    errors: findingsView(source, plan.diagnostics.filter(isError), "error"),
    destroyed: destroyedView(source),
    kinds: kindsView(source),
    held: heldView(source),
    policy: live.policy === null ? null : policyView(live.policy, short),
    cost: live.cost === null ? null : costView(live.cost, short),
    waits: waitsView(source),
    findings: findingsView(source, others, "finding"),
    drift: driftView(source),
    untouched: untouchedWords(plan),
    nextChangeAt: plan.nextChangeAt ?? "",
  };
}

/** The verdict in one line, as the comment, its history and the check have it. */
export function headlineOf({ plan, drift }: LivePlan): string {
  const beside = drift.length === 0 ? "" : `; ${plural(drift.length, "change")} of these not from this pull request`;
  const estate = escapeText(cutText(plan.estate, 60));
  return `${saidOf(plan)} ${estate}: ${verdict(plan)}${beside}`;
}

function saidOf({ blockers, changes }: LivePlan["plan"]): string {
  if (blockers.length > 0) return "Cannot apply to";
  return changes.length > 0 ? "Plan for" : "Nothing to do in";
}

function iconOf({ plan, policy }: LivePlan): string {
  if (plan.blockers.length > 0) return "⛔";
  if (policy !== null && !policy.isAllowed) return "✋";
  return plan.changes.some((change) => change.blocked === undefined && isDestructive(change)) ? "⚠️" : "✅";
}
