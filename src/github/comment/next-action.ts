/** The one thing to do next. Pure. */
import { plural } from "../../render/words.ts";
import type { PolicyVerdict } from "../model.ts";
import type { LivePlan } from "./facts.ts";

export function nextAction({ plan, policy }: LivePlan, isShownWhole: boolean): string {
  const errors = plan.diagnostics.filter(({ severity }) => severity === "error").length;
  if (errors > 0) return `mend the ${plural(errors, "error")} above and push; the plan is made again.`;
  const [blocker] = plan.blockers;
  if (blocker !== undefined) return `${blocker.next}.`;
  if (policy !== null && !policy.isAllowed) return policyAction(policy);
  if (plan.changes.length === 0) return "nothing to apply; merge when the review is done.";
  if (!isShownWhole)
    return `read the whole plan, then commit an Acknowledgement with spec.plan: ${plan.digest}; what nobody could see here is not applied without it.`;
  const held = plan.changes.filter(({ blocked }) => blocked !== undefined).length;
  const rest = held === 0 ? "" : ` What is held (${held}) stays as it is.`;
  return `review and merge; exactly this plan is applied, and nothing that has changed since.${rest}`;
}

function policyAction({ answers }: PolicyVerdict): string {
  const needs = new Set(answers.flatMap((answer) => (answer.isAllowed ? [] : answer.needs)));
  const [first] = needs;
  if (first === undefined) return "the policy lets nobody do this here: change the pull request or, first, the policy.";
  return needs.size === 1 ? `${first}.` : `${first}, and ${plural(needs.size - 1, "further need")} under Policy.`;
}
