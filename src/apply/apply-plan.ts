import type { Address } from "../estate/resource.ts";
import type { Change } from "../plan/change.ts";
import { isDestroyed } from "../plan/mass-change.ts";
import type { Outcome } from "../plan/outcome.ts";
import type { Blocker, Plan } from "../plan/plan.ts";
import type { Session } from "../providers/provider.ts";
import { reviewChanges } from "./review-changes.ts";
import { type Lane, type RunEvent, runChanges } from "./run-changes.ts";

/** What an apply did. `schemas/apply-report.schema.json`. */
export interface ApplyReport {
  readonly formatVersion: 1;
  readonly estate: string;
  readonly commit: string | null;
  /** Digest of the plan that was reviewed. */
  readonly plan: string;
  /** Why nothing was begun; empty when the apply ran. */
  readonly blockers: readonly Blocker[];
  /** One a change, in the order of the plan. */
  readonly outcomes: readonly Reported[];
}

type Reported = Outcome & { readonly action: Change["action"] | null };

export interface Application {
  /** The plan as it is now, computed under the lock. */
  readonly now: Plan;
  /** The plan that a person has seen. */
  readonly reviewed: Plan;
  readonly lanes: readonly Lane[];
  readonly session: Session;
  readonly record: (event: RunEvent) => Promise<void>;
  /** What `--only` selects, of both plans; left out: everything. */
  readonly selects?: ((address: Address) => boolean) | undefined;
}

/** Carries out of `now` what was reviewed. A blocker stops everything before the first write. */
export async function applyPlan(application: Application): Promise<ApplyReport> {
  const { now, lanes, session, record, selects } = application;
  const reviewed = selectPlan(application.reviewed, selects);
  const head = { formatVersion: 1, estate: now.estate, commit: now.commit, plan: reviewed.digest } as const;
  const blockers = standingBlockers(now, application.reviewed, lanes);
  if (blockers.length > 0) return { ...head, blockers, outcomes: [] };
  const { run, held } = reviewChanges(now, reviewed, (change) => unreadFor(change, lanes));
  for (const outcome of held) await record({ event: "outcome", outcome });
  const ran = await runChanges({ changes: run, lanes, session, record });
  return { ...head, blockers: [], outcomes: inPlanOrder([...ran, ...held], now, reviewed) };
}

/**
 * What still stops the apply. A mass change that was acknowledged as it was reviewed needs no second acknowledgement for
 * its rest, after a run that was killed half-way (laws 5 and 9): every destruction that is left was in that plan.
 */
function standingBlockers(now: Plan, reviewed: Plan, lanes: readonly Lane[]): readonly Blocker[] {
  const isAcknowledged = lanes.some(({ survey }) => survey.desired.estate.acknowledged.has(reviewed.digest));
  const known = new Set(reviewed.changes.map(({ digest }) => digest));
  const isRest = now.changes.every(
    (change) => !isDestroyed(change) || change.blocked !== undefined || known.has(change.digest),
  );
  return isAcknowledged && isRest ? now.blockers.filter(({ code }) => code !== "mass-change") : now.blockers;
}

function selectPlan(plan: Plan, selects: Application["selects"]): Plan {
  return selects === undefined ? plan : { ...plan, changes: plan.changes.filter(({ address }) => selects(address)) };
}

/** A declared resource is at what it refers to; where one that nobody declares any more was, only reading would tell. */
function unreadFor({ address, provider }: Change, lanes: readonly Lane[]): Address | undefined {
  const survey = lanes.find((lane) => lane.survey.provider === provider)?.survey;
  if (survey === undefined) return undefined;
  const { estate } = survey.desired;
  const places = [address, ...(estate.references.get(address) ?? [])];
  return survey.comparison.unread.find((one) => !estate.byAddress.has(address) || places.includes(one));
}

/** True when everything that was reviewed is done. */
export function isComplete(report: ApplyReport): boolean {
  return report.blockers.length === 0 && report.outcomes.every((outcome) => outcome.status === "done");
}

function inPlanOrder(outcomes: readonly Outcome[], now: Plan, reviewed: Plan): readonly Reported[] {
  const changes = [...now.changes, ...reviewed.changes];
  const places = new Map(changes.toReversed().map((change, index) => [change.address, { change, place: -index }]));
  return outcomes
    .map((outcome) => ({ ...outcome, action: places.get(outcome.address)?.change.action ?? null }))
    .toSorted((a, b) => (places.get(a.address)?.place ?? 0) - (places.get(b.address)?.place ?? 0));
}
