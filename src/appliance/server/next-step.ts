/** What whoever stands before the appliance can do about a refusal. */
import type { ProblemType } from "../../protocol/problems.ts";

const NEXT: Readonly<Partial<Record<ProblemType, string>>> = {
  suspended: "an operator suspended it: take `suspended` out of its document, and it goes on at its next check-in",
  retired: "its place is gone from the repository: declare it again, and provision it with a new code",
  "bad-signature": "another key has its place: provision it anew with a new code",
  "clock-skew": "set this machine's clock: it is more than five minutes off",
  "identity-conflict": "the disk was copied: an operator says which machine it is, on the page under Appliances",
  "clone-suspected": "the disk was copied: an operator says which machine it is, on the page under Appliances",
};

export function nextStep(problem: ProblemType | null): string {
  const known = problem === null ? undefined : NEXT[problem];
  return known ?? 'docs/appliance.md says more, under "When something is wrong"; then run it again';
}
