import type { Finding } from "../../estate/resource.ts";
import type { Desired } from "../provider.ts";
import { checkClusters } from "./check-cluster.ts";
import { checkGrant, checkWhom } from "./check-grant.ts";
import { checkPeople } from "./check-people.ts";
import { checkPolicy, checkTier } from "./check-rules.ts";
import { ofKind, resolveTopology } from "./topology.ts";

/** Everything that can be refused without asking a cluster; what a schema can say is refused before. */
export function checkGrants(desired: Desired, now: Date): readonly Finding[] {
  return [...findings(desired, now)];
}

function* findings(desired: Desired, now: Date): Generator<Finding> {
  const topology = resolveTopology(desired);
  yield* checkClusters(topology.clusters);
  for (const tier of ofKind(desired.resources, "WorkstationTier")) yield* checkTier(tier);
  for (const policy of ofKind(desired.resources, "AccessPolicy")) yield* checkPolicy(policy);
  for (const grant of ofKind(desired.resources, "WorkstationGrant")) yield* checkWhom(grant);
  for (const claims of Map.groupBy(topology.claims, ({ grant }) => grant).values()) yield* checkGrant(claims, now);
  yield* checkPeople(topology.claims);
}
