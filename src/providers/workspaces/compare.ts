import type { Finding, Resource } from "../../estate/resource.ts";
import type { Comparison, Desired } from "../provider.ts";
import { addCost } from "./add-cost.ts";
import type { Verdict } from "./api/trouble.ts";
import { compareDesktop } from "./compare-desktop.ts";
import { compareDirectory } from "./compare-directory.ts";
import { gapFindings, resourceOf } from "./compare-gaps.ts";
import { comparePolicies } from "./compare-policies.ts";
import { compareUndeclared } from "./compare-undeclared.ts";
import { viewWorld, type WorldView } from "./desktop-view.ts";
import { guardCreation } from "./guard-creation.ts";
import { nextInstant } from "./lifecycle.ts";
import { isReadable } from "./live-index.ts";
import { ownershipOf } from "./markers.ts";
import type { WorkspacesObservation } from "./model.ts";
import { slowDesktops, standingsOf } from "./standings.ts";
import { isLeaving } from "./states.ts";
import { resolveTopology, type Topology } from "./topology.ts";

/** Desired and live, to changes. Pure. */
export function compareWorkspaces(desired: Desired, observation: WorkspacesObservation, now: Date): Comparison {
  const topology = resolveTopology(desired);
  const world = viewWorld(topology, observation, now);
  const desktops = world.desktops.map((view) => compareDesktop(view, topology.estate));
  const directories = [...topology.directories.values()].map((facts) => compareDirectory(facts, world));
  const undeclared = compareUndeclared(world);
  const policies = comparePolicies(desired, observation);
  const drafts = guardCreation([...desktops.flatMap(({ change }) => change ?? []), ...undeclared.changes], world);
  const costed = addCost(drafts, world, desired.estate);
  return {
    changes: [...directories.flatMap(({ change }) => change ?? []), ...costed.changes, ...policies.changes],
    foreign: undeclared.foreign,
    ignored: desktops.flatMap((one) => one.ignored),
    findings: [
      ...accountFindings(topology, observation, desired),
      ...unreadable(topology, observation),
      ...gapFindings(topology, observation),
      ...desktops.flatMap((one) => one.findings),
      ...directories.flatMap((one) => one.findings),
      ...(topology.settings === null ? [] : slowDesktops(world, topology.settings)),
      ...policies.findings,
      ...costed.findings,
    ],
    unread: [...unreadAddresses(world), ...policies.unread].toSorted(),
    nextChangeAt: nextChange(world),
    standings: standingsOf(desired, world, policies.published),
    managed: managedCounts(world, observation),
    cost: costed.cost,
  };
}

/** Another account than the one that was declared, where it was declared: nothing of it is read, let alone written. */
function accountFindings(
  { settings }: Topology,
  { accountId, accountTrouble }: WorkspacesObservation,
  { estate, resources }: Desired,
): readonly Finding[] {
  const resource = estate.document ?? resources[0];
  if (resource === undefined || settings === null) return [];
  const path = estate.document === undefined ? [] : ["spec", "providers", "workspaces", "accountId"];
  if (accountTrouble !== null)
    return [{ ...troubled(resource, "AWS does not say whose these credentials are", accountTrouble), path }];
  if (accountId === null || accountId === settings.accountId) return [];
  const message = `these credentials are of account ${accountId}; the estate's is ${settings.accountId}`;
  const hint = "sign in to the right account (AWS_PROFILE), or correct spec.providers.workspaces.accountId";
  return [{ severity: "error", code: "other-account", message, hint, resource, path }];
}

/** At each directory of the region; at another document where the region holds only what nobody declares any more. */
function unreadable(topology: Topology, { regions }: WorkspacesObservation): readonly Finding[] {
  return [...regions].flatMap(([region, reading]) => {
    if (isReadable(reading)) return [];
    const inRegion = [...topology.directories.values()].filter((one) => one.region === region);
    const resources = inRegion.length > 0 ? inRegion.map(({ resource }) => resource) : [resourceOf(region, topology)];
    const what = `${region} cannot be read, so nothing in it is planned`;
    return resources.flatMap((resource) => (resource === null ? [] : [troubled(resource, what, reading.trouble)]));
  });
}

/** What lies in a region that could not be read, or where nobody can say where it lies. */
function unreadAddresses({ topology, observation, desktops }: WorldView): Comparison["unread"] {
  const isUnread = ({ region }: { readonly region: string }): boolean => !isReadable(observation.regions.get(region));
  return [
    ...[...topology.directories.values()].filter(isUnread).map(({ resource }) => resource.address),
    ...desktops
      .filter(({ facts, directory }) => facts.reserve === null && directory !== null && isUnread(directory))
      .map(({ facts }) => facts.address),
  ].toSorted();
}

function troubled(resource: Resource, what: string, { code, message, next, failure }: Verdict): Finding {
  const severity = failure === "retryable" ? "held" : "error";
  return {
    severity,
    code: "workspaces-unreadable",
    message: `${what}: ${code}: ${message}`,
    hint: next,
    resource,
    path: [],
  };
}

function nextChange({ desktops, now }: WorldView): Date | null {
  const instants = desktops.flatMap(({ end, facts }) => nextInstant(end, facts, now)?.getTime() ?? []);
  return instants.length === 0 ? null : new Date(instants.reduce((least, time) => Math.min(least, time)));
}

function managedCounts({ index, topology }: WorldView, observation: WorkspacesObservation): Comparison["managed"] {
  const ours = index.all.filter(
    ({ desktop }) => ownershipOf(desktop.tags, topology.estate) === "ours" && !isLeaving(desktop),
  );
  return { Workspace: ours.length, WorkspaceSecurityPolicy: observation.published.length + observation.policies.size };
}
