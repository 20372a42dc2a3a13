import type { Estate } from "../estate/estate.ts";
import type { Finding } from "../estate/resource.ts";
import { plannedInstant } from "../support/clock.ts";
import { type Comparison, type Desired, type Provider, type Session } from "./provider.ts";

/** A provider whose clients and observation are its own business. */
export type AnyProvider = Provider<unknown, unknown, unknown>;

/** What planning may use of a provider: it has no way to write. */
export type Planner = Pick<AnyProvider, "name" | "kinds" | "check" | "openReader" | "observe" | "compare">;

/** One provider's part of a survey. */
export interface Surveyed {
  readonly provider: string;
  readonly desired: Desired;
  readonly observation: unknown;
  readonly comparison: Comparison;
}

const shares = new WeakMap<Estate, Map<string, Desired>>();

/** This provider's share of the estate: one object for one estate, so that what is derived from it is derived once. */
export function desiredOf(planner: Planner, estate: Estate): Desired {
  const known = shares.get(estate) ?? new Map<string, Desired>();
  shares.set(estate, known);
  const share = known.get(planner.name) ?? shareOf(planner, estate);
  known.set(planner.name, share);
  return share;
}

function shareOf(planner: Planner, estate: Estate): Desired {
  const kinds = new Set(planner.kinds);
  return { estate, resources: estate.resources.filter((resource) => kinds.has(resource.kind)) };
}

/** Every provider's offline rules, over the whole estate. */
export function checkEstate(planners: readonly Planner[], estate: Estate, now: Date): readonly Finding[] {
  return planners.flatMap((planner) => planner.check(desiredOf(planner, estate), now));
}

/** Observes and compares, all providers at once. Reads only. */
export async function surveyEstate(
  planners: readonly Planner[],
  estate: Estate,
  session: Session,
): Promise<readonly Surveyed[]> {
  const now = plannedInstant(session);
  return Promise.all(
    planners.map(async (planner) => {
      const desired = desiredOf(planner, estate);
      const observation = await planner.observe(desired, planner.openReader(session), session);
      return { provider: planner.name, desired, observation, comparison: planner.compare(desired, observation, now) };
    }),
  );
}
