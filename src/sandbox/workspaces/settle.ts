import { unreachable } from "../../support/unreachable.ts";
import type { Scene } from "./call.ts";
import { armAutoStop, begin, enter, equip, milliseconds, remember, terminate } from "./lifecycle.ts";
import { nextThirdMonday } from "./maintenance.ts";
import type { Rules } from "./rules.ts";
import { plan } from "./timers.ts";
import type { Desktop, Region, Timer, World } from "./world.ts";

/** Lets happen what is due by `now`, in order of time. True when anything did. */
export function settle(world: World, rules: Rules, now: number): boolean {
  world.now = Math.max(world.now, now);
  let hasHappened = false;
  for (const region of Object.values(world.regions)) {
    for (let timer = region.timers[0]; timer !== undefined && timer.at <= now; timer = region.timers[0]) {
      region.timers.shift();
      happen({ world, region, rules, now: timer.at }, timer);
      hasHappened = true;
    }
  }
  return hasHappened;
}

function happen(scene: Scene, timer: Timer): void {
  if (timer.what === "maintenance-window") return maintain(scene, timer.id);
  if (timer.what === "directory-settled") return settleDirectory(scene.region, timer.id, timer.state);
  const desktop = scene.region.desktops[timer.id];
  if (desktop === undefined) return;
  switch (timer.what) {
    case "provisioned":
      return provision(scene, desktop, timer.isFailure);
    case "settled":
      return enter(scene, desktop, timer.state);
    case "auto-stop":
      return autoStop(scene, desktop);
    case "modifying":
      return progress(scene, desktop, timer.resource);
    case "modified":
      return modify(scene, desktop, timer);
    case "terminated":
      enter(scene, desktop, "TERMINATED");
      return plan(scene.region, { at: scene.now + milliseconds(scene, "blip"), id: timer.id, what: "gone" });
    case "gone":
      delete scene.region.desktops[timer.id];
      return;
    case "migrated":
      return migrate(scene, desktop, timer);
    default:
      return unreachable(timer);
  }
}

function provision(scene: Scene, desktop: Desktop, isFailure: boolean): void {
  if (isFailure) {
    enter(scene, desktop, "ERROR");
    desktop.wire.ErrorCode = "InternalServerError";
    desktop.wire.ErrorMessage = "There was an issue joining the WorkSpace to your domain.";
    return;
  }
  equip(scene, desktop);
  enter(scene, desktop, "AVAILABLE");
}

/** Under a change, in administrator maintenance or with somebody connected a desktop does not stop by itself. */
function autoStop(scene: Scene, desktop: Desktop): void {
  if (desktop.wire.State !== "AVAILABLE" || desktop.isConnected) return;
  if (desktop.wire.ModificationStates.length > 0) return armAutoStop(scene, desktop);
  begin(scene, desktop, "stop");
}

function progress(scene: Scene, desktop: Desktop, resource: string): void {
  remember(scene, desktop);
  desktop.wire.ModificationStates = [{ Resource: resource, State: "UPDATE_IN_PROGRESS" }];
}

type Modified = Extract<Timer, { readonly what: "modified" }>;

function modify(scene: Scene, desktop: Desktop, { resource, change, isFailure }: Modified): void {
  remember(scene, desktop);
  if (isFailure) {
    desktop.wire.ModificationStates = [{ Resource: resource, State: "UPDATE_FAILED" }];
    return;
  }
  desktop.wire.ModificationStates = [];
  Object.assign(desktop.wire.WorkspaceProperties, change);
  const isRebooted = resource === "COMPUTE_TYPE" || resource === "PROTOCOL";
  if (isRebooted && desktop.wire.State === "AVAILABLE") begin(scene, desktop, "reboot");
}

type Migrated = Extract<Timer, { readonly what: "migrated" }>;

/** The new desktop lives and the old one goes; or nothing has happened, and nobody is told. */
function migrate(scene: Scene, source: Desktop, { target, before, isFailure }: Migrated): void {
  const replacement = scene.region.desktops[target];
  if (isFailure || replacement === undefined) {
    delete scene.region.desktops[target];
    enter(scene, source, before);
    return;
  }
  provision(scene, replacement, false);
  terminate(scene, source);
}

/** The monthly window: stopped AUTO_STOP desktops of directories that allow it are woken for an hour. */
function maintain(scene: Scene, id: string): void {
  const { region, rules, now } = scene;
  plan(region, { at: nextThirdMonday(now, region.name), id, what: "maintenance-window" });
  if (!rules.hasMaintenance) return;
  for (const desktop of Object.values(region.desktops)) {
    const { State, DirectoryId, WorkspaceProperties } = desktop.wire;
    const creation = region.directories[DirectoryId]?.wire.WorkspaceCreationProperties;
    const isDue = State === "STOPPED" && WorkspaceProperties.RunningMode === "AUTO_STOP";
    if (isDue && creation?.["EnableMaintenanceMode"] !== false) beginMaintenance(scene, desktop);
  }
}

export function beginMaintenance(scene: Scene, desktop: Desktop): void {
  enter(scene, desktop, "MAINTENANCE");
  const until = scene.now + milliseconds(scene, "maintenance");
  plan(scene.region, { at: until, id: desktop.wire.WorkspaceId, what: "settled", state: "STOPPED" });
}

function settleDirectory(region: Region, id: string, state: string): void {
  const directory = region.directories[id];
  if (directory === undefined) return;
  if (state === "DEREGISTERED") delete region.directories[id];
  else directory.wire.State = state;
}
