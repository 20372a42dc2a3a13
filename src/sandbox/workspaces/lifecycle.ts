import type { Scene } from "./call.ts";
import { randomBetween, randomText } from "./random.ts";
import type { Durations } from "./rules.ts";
import { COURSES, type Course } from "./states.ts";
import { cancel, plan } from "./timers.ts";
import type { Desktop } from "./world.ts";

/** Without a connection for this long a desktop does not stop, however short its time-out. */
const LEAST_IDLE_MS = 20 * 60_000;

/** Keeps what reads may go on showing for a while. To be called before a desktop changes. */
export function remember(scene: Scene, desktop: Desktop): void {
  const { staleSeconds } = scene.rules;
  if (staleSeconds <= 0) return;
  desktop.stale = { wire: structuredClone(desktop.wire), until: scene.now + staleSeconds * 1000 };
}

/** Puts a desktop into a state, with what comes with it. */
export function enter(scene: Scene, desktop: Desktop, state: string): void {
  remember(scene, desktop);
  const { wire } = desktop;
  wire.State = state;
  cancel(scene.region, wire.WorkspaceId, "auto-stop");
  if (state !== "AVAILABLE") return;
  delete wire.ErrorCode;
  delete wire.ErrorMessage;
  desktop.launchedAt ??= scene.now;
  armAutoStop(scene, desktop);
}

/** Begins the count to the next stop, where the desktop runs by AUTO_STOP and nobody is connected. */
export function armAutoStop({ region, now }: Scene, desktop: Desktop): void {
  const { wire } = desktop;
  cancel(region, wire.WorkspaceId, "auto-stop");
  const { RunningMode, RunningModeAutoStopTimeoutInMinutes: minutes = 60 } = wire.WorkspaceProperties;
  if (RunningMode !== "AUTO_STOP" || wire.State !== "AVAILABLE" || desktop.isConnected) return;
  plan(region, { at: now + Math.max(minutes * 60_000, LEAST_IDLE_MS), id: wire.WorkspaceId, what: "auto-stop" });
}

export function connect({ now }: Scene, desktop: Desktop): void {
  if (!desktop.isConnected) desktop.sessions = [...(desktop.sessions ?? []), { from: now, to: null }];
  desktop.isConnected = true;
  desktop.lastConnectedAt = now;
}

export function disconnect({ now }: Scene, desktop: Desktop): void {
  if (!desktop.isConnected) return;
  desktop.sessions = (desktop.sessions ?? []).map(({ from, to }) => ({ from, to: to ?? now }));
  desktop.isConnected = false;
  desktop.lastConnectedAt = now;
}

/** Starts, stops, reboots, rebuilds or restores: the state between now, the state after it when its time has passed. */
export function begin(scene: Scene, desktop: Desktop, course: Course): void {
  const { during, after } = COURSES[course];
  enter(scene, desktop, during);
  const id = desktop.wire.WorkspaceId;
  cancel(scene.region, id, "settled");
  const isBroken = after === "AVAILABLE" && desktop.isKeyDisabled;
  plan(scene.region, {
    at: scene.now + milliseconds(scene, course),
    id,
    what: "settled",
    state: isBroken ? "UNHEALTHY" : after,
  });
  if (course === "stop") disconnect(scene, desktop);
}

export function terminate(scene: Scene, desktop: Desktop): void {
  const id = desktop.wire.WorkspaceId;
  cancel(scene.region, id);
  enter(scene, desktop, "TERMINATING");
  disconnect(scene, desktop);
  plan(scene.region, { at: scene.now + milliseconds(scene, "terminate"), id, what: "terminated" });
}

/** What a desktop has once it has been built: an address, a name in the domain. */
export function equip(scene: Scene, desktop: Desktop): void {
  const { world, region } = scene;
  const subnets = region.directories[desktop.wire.DirectoryId]?.wire.SubnetIds ?? [];
  desktop.wire.SubnetId = subnets[randomBetween(world, 0, subnets.length - 1)] ?? "subnet-0a1b2c3d4e5f60718";
  desktop.wire.IpAddress = `10.40.${randomBetween(world, 0, 255)}.${randomBetween(world, 4, 254)}`;
  desktop.wire.ComputerName = `WSAMZN-${randomText(world, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 8)}`;
}

export function milliseconds(scene: Scene, duration: keyof Durations): number {
  return scene.rules.durations[duration] * 1000;
}
