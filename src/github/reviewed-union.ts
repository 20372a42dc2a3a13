/** What an apply may do: of every contribution, what was recorded, shown and allowed. Pure. */
import type { Change } from "../plan/change.ts";
import { isDestroyed } from "../plan/mass-change.ts";
import type { Plan } from "../plan/plan.ts";
import type { PolicyVerdict } from "./model.ts";
import type { ReviewedPlan } from "./reviewed.ts";

/** One pull request that was merged, judged. */
export interface Judged {
  readonly reviewed: ReviewedPlan;
  readonly policy: PolicyVerdict | null;
  /** Why its recorded plan is not to be trusted, whatever it says; null where it is. */
  readonly distrust: string | null;
  /** True for what it could change: a refusal that keeps nothing back is none. */
  readonly reaches: (address: string) => boolean;
}

export interface ReviewedUnion {
  /** Selects of the plan of now; only its changes and its digest count. */
  readonly reviewed: Plan;
  /** Why nothing of a pull request is carried out, in plain words; by its number. */
  readonly refusals: ReadonlyMap<number, string>;
}

/**
 * Later pull requests speak last about an address. The digest is that of a plan that was acknowledged, where one was and all
 * that would be destroyed was in such a plan, so that the valve opens for it and for nothing that went along with it.
 */
export function uniteReviewed(judged: readonly Judged[], now: Plan, acknowledged: ReadonlySet<string>): ReviewedUnion {
  const changes = new Map<string, Change>();
  const refused = new Map<Judged, string>();
  const current = new Map(now.changes.map((change) => [change.address, change]));
  const digests: string[] = [];
  const consented = new Set<string>();
  for (const one of judged) {
    const { reviewed } = one;
    const refusal = refusalOf(one, acknowledged);
    if (refusal !== null) refused.set(one, refusal);
    if (refusal !== null || !("plan" in reviewed)) continue;
    const ours = new Set(reviewed.verdict.ours);
    for (const change of reviewed.plan.changes) {
      if (ours.has(change.address) && isGenuine(change, current.get(change.address)))
        changes.set(change.address, change);
    }
    const { digest } = reviewed.plan;
    if (acknowledged.has(digest)) for (const change of reviewed.plan.changes) consented.add(change.digest);
    digests.push(digest);
  }
  const isConsented = now.changes.every(
    (change) =>
      !isDestroyed(change) || changes.get(change.address)?.digest !== change.digest || consented.has(change.digest),
  );
  const digest = digests.findLast((one) => acknowledged.has(one) === isConsented) ?? digests.at(-1) ?? "";
  const open = now.changes.filter((change) => changes.get(change.address)?.digest !== change.digest);
  const holdsBack = ({ reaches }: Judged): boolean =>
    now.blockers.length > 0 || open.some(({ address }) => reaches(address));
  const refusals = [...refused].flatMap(([one, why]) =>
    holdsBack(one) ? [[one.reviewed.pull.number, why] as const] : [],
  );
  return { reviewed: { ...now, digest, changes: [...changes.values()] }, refusals: new Map(refusals) };
}

/** A digest stands for what the policy judged by, too: where that differs, the record was tampered with. */
function isGenuine(recorded: Change, now: Change | undefined): boolean {
  if (now === undefined || now.digest !== recorded.digest) return true;
  return (["action", "kind", "name"] as const).every((part) => now[part] === recorded[part]);
}

function refusalOf({ reviewed, policy, distrust }: Judged, acknowledged: ReadonlySet<string>): string | null {
  if (!("plan" in reviewed)) return reviewed.refusal;
  if (distrust !== null) return distrust;
  if (policy !== null && !policy.isAllowed) return describeDenial(policy);
  if (reviewed.verdict.isShownWhole || acknowledged.has(reviewed.plan.digest)) return null;
  return `not all of its plan could be shown: commit an Acknowledgement with spec.plan: ${reviewed.plan.digest}`;
}

function describeDenial({ answers, findings }: PolicyVerdict): string {
  const denied = answers.filter(({ isAllowed }) => !isAllowed);
  const [first] = denied;
  if (first === undefined) return `the policy denies it: ${findings[0]?.message ?? "it cannot be read"}`;
  const more = denied.length > 1 ? `, and ${denied.length - 1} more` : "";
  return `the policy denies ${first.subject}${more}: ${[...first.reasons, ...first.needs].join("; ")}`;
}
