import type { Finding } from "../../estate/resource.ts";
import type { Desired } from "../provider.ts";
import { checkBlueprint } from "./check-blueprint.ts";
import { checkDesktop } from "./check-desktop.ts";
import { checkDirectories } from "./check-directories.ts";
import { checkPeople } from "./check-people.ts";
import { checkPlacement } from "./check-placement.ts";
import { checkPolicies } from "./check-policies.ts";
import { checkReserve } from "./check-reserve.ts";
import { checkSettings } from "./check-settings.ts";
import { ofKind, resolveTopology } from "./topology.ts";

/** Everything that can be refused without asking AWS; what a schema can say is refused before. */
export function checkWorkspaces(desired: Desired, now: Date): readonly Finding[] {
  return [...findings(desired, now)];
}

function* findings(desired: Desired, now: Date): Generator<Finding> {
  const { resources } = desired;
  const topology = resolveTopology(desired);
  const desktops = new Map(topology.desktops.map((facts) => [facts.resource.address, facts]));
  const blueprints = new Map(ofKind(resources, "WorkspaceBlueprint").map((one) => [one.name, one]));
  yield* checkSettings(desired, topology);
  yield* checkDirectories(topology);
  for (const blueprint of blueprints.values()) yield* checkBlueprint(blueprint, now);
  for (const resource of ofKind(resources, "Workspace")) {
    const facts = desktops.get(resource.address);
    if (facts !== undefined) yield* checkDesktop(resource, facts, now);
  }
  for (const reserve of ofKind(resources, "WorkspaceReserve")) {
    yield* checkReserve(reserve, blueprints.get(reserve.spec.blueprint) ?? null);
  }
  yield* checkPeople(topology);
  yield* checkPolicies(desired);
  yield* checkPlacement(topology, desired.estate.isPartial === true);
}
