/** How every declared desktop, directory and reserve stands, for `reeve list`. Pure. */

import type { Address, Finding, Resource } from "../../estate/resource.ts";
import type { WorkspaceReserveSpec, WorkspacesSettings } from "../../generated/documents.ts";
import { durationSeconds } from "../../support/duration.ts";
import type { Json } from "../../support/json.ts";
import type { Desired, Standing } from "../provider.ts";
import { priceWords, sumWords } from "./desktop-prices.ts";
import type { DesktopView, WorldView } from "./desktop-view.ts";
import { isReadable } from "./live-index.ts";
import { createdAt, ownershipOf, provisioningSeconds } from "./markers.ts";
import type { LiveDirectory } from "./model.ts";
import { conditionOf, isLeaving, stateWord } from "./states.ts";

export function standingsOf(desired: Desired, world: WorldView, published: ReadonlySet<string>): readonly Standing[] {
  const views = new Map(world.desktops.map((view) => [view.facts.address, view]));
  return desired.resources.map((resource) => {
    const { address, name } = resource;
    switch (resource.kind) {
      case "Workspace":
        return desktopStanding(address, views.get(address), world);
      case "WorkspaceDirectory":
        return directoryStanding(address, name, world);
      case "WorkspaceReserve":
        return reserveStanding(resource as Resource<WorkspaceReserveSpec>, world);
      case "WorkspaceSecurityPolicy":
        return { address, state: published.has(name) ? "Published" : "NotPublished", details: {} };
      default:
        return { address, state: "Declared", details: { desktops: usersOf(name, world) } };
    }
  });
}

function desktopStanding(address: Address, view: DesktopView | undefined, world: WorldView): Standing {
  if (view === undefined) return { address, state: "Unknown", details: {} };
  return { address, state: desktopState(view, world), details: desktopDetails(view, world) };
}

function desktopState(view: DesktopView, world: WorldView): string {
  if (view.directory === null) return "NotPlaced";
  if (view.reading === null) return "Unreadable";
  const { live } = view;
  if (live === null && view.endedAt !== null) return "Ended";
  if (live === null) return view.phase === "active" ? "Absent" : "Expired";
  if (isLeaving(live)) return "Leaving";
  if (ownershipOf(live.tags, world.topology.estate) !== "ours") return "NotOurs";
  return view.phase === "active" ? stateWord(live) : "Ending";
}

function desktopDetails(view: DesktopView, world: WorldView): Readonly<Record<string, Json>> {
  const { facts, directory, live } = view;
  return {
    user: facts.user,
    region: directory?.region ?? null,
    directory: directory?.name ?? null,
    id: live?.id ?? null,
    compute: live?.compute ?? null,
    running: live?.mode ?? null,
    cost: priceWords(view, world),
    createdAt: live === null ? null : (createdAt(live.tags)?.toISOString() ?? null),
    provisioning: live === null ? null : minutes(provisioningSeconds(live.tags)),
  };
}

function directoryStanding(address: string, name: string, world: WorldView): Standing {
  const facts = world.topology.directories.get(name);
  const reading = facts === undefined ? undefined : world.observation.regions.get(facts.region);
  if (facts === undefined || !isReadable(reading)) return { address, state: "Unreadable", details: {} };
  const live = reading.directories.find(({ id }) => id === facts.id);
  const here = world.desktops.filter((view) => view.live?.directoryId === facts.id);
  const seconds = here.flatMap((view) => provisioningSeconds(view.live?.tags ?? {}) ?? []);
  return {
    address,
    state: directoryState(live, world.topology.estate),
    details: { region: facts.region, id: facts.id, desktops: here.length, provisioning: quantileWords(seconds) },
  };
}

function directoryState(live: LiveDirectory | undefined, estate: string): string {
  if (live === undefined) return "Absent";
  if (ownershipOf(live.tags, estate) === "other") return "NotOurs";
  return `${live.state.slice(0, 1)}${live.state.slice(1).toLowerCase()}`;
}

function reserveStanding({ address, name, spec }: Resource<WorkspaceReserveSpec>, world: WorldView): Standing {
  const views = world.desktops.filter(({ facts }) => facts.reserve === name);
  const ready = views.filter(({ live }) => live !== null && conditionOf(live) === "ready");
  return {
    address,
    state: `${ready.length} of ${views.length} ready`,
    details: {
      users: views.map(({ facts }) => facts.user),
      ceiling: spec.ceiling,
      cost: sumWords(views, world),
    },
  };
}

function usersOf(blueprint: string, { desktops }: WorldView): number {
  return desktops.filter(
    ({ facts }) => (facts.resource.spec as { readonly blueprint?: string }).blueprint === blueprint,
  ).length;
}

/** `p50 19 min, p95 24 min of 12`; null where nothing is known. */
export function quantileWords(seconds: readonly number[]): string | null {
  if (seconds.length === 0) return null;
  return `p50 ${minutes(quantile(seconds, 0.5)) ?? ""}, p95 ${minutes(quantile(seconds, 0.95)) ?? ""} of ${seconds.length}`;
}

/** The nearest-rank quantile: always a value that was seen. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function minutes(seconds: number | null): string | null {
  if (seconds === null) return null;
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** Desktops that took longer than the objective, one finding each. */
export function slowDesktops(world: WorldView, settings: WorkspacesSettings): readonly Finding[] {
  const objective = durationSeconds(settings.provisioningObjective);
  return world.desktops.flatMap(({ facts, live }) => {
    const seconds = live === null ? null : provisioningSeconds(live.tags);
    if (seconds === null || seconds <= objective) return [];
    const message = `it took ${minutes(seconds) ?? ""} to become ready; the objective is ${settings.provisioningObjective}`;
    const hint = "spec.providers.workspaces.provisioningObjective is the objective";
    return [
      { severity: "warning" as const, code: "slow-provisioning", message, hint, resource: facts.resource, path: [] },
    ];
  });
}
