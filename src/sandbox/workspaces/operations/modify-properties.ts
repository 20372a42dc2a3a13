import { ApiError, invalid, unsupported } from "../api-error.ts";
import { type Call, existingDesktop } from "../call.ts";
import { computeMove } from "../compute.ts";
import { type Input, requiredText } from "../input.ts";
import { armAutoStop, begin, milliseconds, remember } from "../lifecycle.ts";
import { readProperties, runningModeFault } from "../properties.ts";
import { DAY, type Durations, HOUR } from "../rules.ts";
import { takes } from "../states.ts";
import { plan } from "../timers.ts";
import { isVolumePair } from "../volumes.ts";
import type { CoolDown, Desktop, PropertyChange } from "../world.ts";

const COOL_DOWN_SECONDS = {
  root: 6 * HOUR,
  user: 6 * HOUR,
  upsize: 6 * HOUR,
  downsize: 30 * DAY,
} as const satisfies Record<CoolDown, number>;

/** Between the changes of the two volumes. */
const BETWEEN_VOLUMES_SECONDS = HOUR / 2;

/** The running mode and its time-out are one property; of the others a call takes one. */
const GROUPS: Readonly<Record<string, string>> = {
  RunningMode: "running mode",
  RunningModeAutoStopTimeoutInMinutes: "running mode",
};

export function modifyWorkspaceProperties(input: Input, call: Call): object {
  const desktop = existingDesktop(call, requiredText(input, "WorkspaceId"));
  const { sent, ...asked } = readProperties(input);
  const groups = new Set(sent.map((property) => GROUPS[property] ?? property));
  if (groups.size !== 1) throw invalid("Exactly one property can be modified at a time.");
  checkStanding(desktop);
  if (asked.RunningMode !== undefined || asked.RunningModeAutoStopTimeoutInMinutes !== undefined) {
    changeRunningMode(call, desktop, asked);
  } else if (asked.RootVolumeSizeGib !== undefined) {
    growVolume(call, desktop, { RootVolumeSizeGib: asked.RootVolumeSizeGib });
  } else if (asked.UserVolumeSizeGib !== undefined) {
    growVolume(call, desktop, { UserVolumeSizeGib: asked.UserVolumeSizeGib });
  } else if (asked.ComputeTypeName !== undefined) {
    changeCompute(call, desktop, asked.ComputeTypeName);
  } else if (asked.Protocols !== undefined) {
    changeProtocol(call, desktop, asked.Protocols);
  } else if (asked.GlobalAccelerator !== undefined) {
    remember(call, desktop);
    desktop.wire.WorkspaceProperties.GlobalAccelerator = asked.GlobalAccelerator;
  } else {
    throw invalid("The operating system of a WorkSpace cannot be modified.");
  }
  return {};
}

function checkStanding({ wire }: Desktop): void {
  if (wire.ModificationStates.some(({ State }) => State !== "UPDATE_FAILED")) {
    throw new ApiError(
      "OperationInProgressException",
      "The properties of this WorkSpace are currently being modified. Try again in a moment.",
    );
  }
  if (takes("modify", wire.State)) return;
  throw new ApiError("InvalidResourceStateException", `The WorkSpace is ${wire.State}: it cannot be modified now.`);
}

/** At once, in whatever state; a stopped desktop that is to be always on starts. */
function changeRunningMode(call: Call, desktop: Desktop, asked: PropertyChange): void {
  const { wire } = desktop;
  const properties = wire.WorkspaceProperties;
  const mode = asked.RunningMode ?? properties.RunningMode;
  const minutes = asked.RunningModeAutoStopTimeoutInMinutes;
  const fault = runningModeFault(mode, minutes, call.rules);
  if (fault !== null) throw invalid(fault.message);
  remember(call, desktop);
  const before = properties.RunningModeAutoStopTimeoutInMinutes ?? 60;
  properties.RunningMode = mode;
  delete properties.RunningModeAutoStopTimeoutInMinutes;
  if (mode === "AUTO_STOP") properties.RunningModeAutoStopTimeoutInMinutes = minutes ?? before;
  if (mode === "ALWAYS_ON" && wire.State === "STOPPED") begin(call, desktop, "start");
  else armAutoStop(call, desktop);
}

function growVolume(call: Call, desktop: Desktop, change: PropertyChange): void {
  const properties = desktop.wire.WorkspaceProperties;
  const after = { ...properties, ...change };
  const isRoot = change.RootVolumeSizeGib !== undefined;
  if (
    after.RootVolumeSizeGib < properties.RootVolumeSizeGib ||
    after.UserVolumeSizeGib < properties.UserVolumeSizeGib
  ) {
    throw invalid("The size of a volume cannot be decreased.");
  }
  if (!isVolumePair(after.RootVolumeSizeGib, after.UserVolumeSizeGib, properties.ComputeTypeName)) {
    throw invalid(
      `A root volume of ${after.RootVolumeSizeGib} GB and a user volume of ${after.UserVolumeSizeGib} GB do not go together.`,
    );
  }
  const kind: CoolDown = isRoot ? "root" : "user";
  checkCoolDown(call, desktop, kind);
  const other = desktop.changedAt[isRoot ? "user" : "root"];
  if (other !== undefined) checkPassed(call, other, BETWEEN_VOLUMES_SECONDS);
  beginChange(call, desktop, { kind, resource: isRoot ? "ROOT_VOLUME" : "USER_VOLUME", change, duration: "volume" });
}

function changeCompute(call: Call, desktop: Desktop, compute: string): void {
  const { WorkspaceProperties: properties } = desktop.wire;
  const move = computeMove(properties.ComputeTypeName, compute, { withValue: call.rules.valueComputeChanges });
  if (move === "impossible") {
    throw invalid(`A WorkSpace cannot change from ${properties.ComputeTypeName} to ${compute}.`);
  }
  if (!isVolumePair(properties.RootVolumeSizeGib, properties.UserVolumeSizeGib, compute)) {
    throw invalid(`${compute} needs a root volume of 175 GB and a user volume of 100 GB at least.`);
  }
  checkGeneralPurpose(properties.ComputeTypeName, compute, properties.OperatingSystemName);
  checkCoolDown(call, desktop, move);
  const change = { ComputeTypeName: compute };
  beginChange(call, desktop, { kind: move, resource: "COMPUTE_TYPE", change, duration: "compute" });
}

function checkGeneralPurpose(from: string, to: string, system: string): void {
  if (from !== "POWERPRO" || !to.startsWith("GENERALPURPOSE")) return;
  if (["WINDOWS_SERVER_2022", "WINDOWS_SERVER_2025", "WINDOWS_11"].includes(system)) return;
  throw new ApiError("UnsupportedWorkspaceConfigurationException", `${to} does not run ${system}.`);
}

/** From PCoIP to DCV alone, never for graphics bundles, and only while it runs. */
function changeProtocol(call: Call, desktop: Desktop, protocols: readonly string[]): void {
  const { State, WorkspaceProperties: properties } = desktop.wire;
  const [wanted, ...more] = protocols;
  if (wanted === undefined || more.length > 0) throw invalid("Exactly one protocol must be given.");
  if (wanted !== "WSP" || !properties.Protocols.includes("PCOIP")) {
    throw unsupported(`The protocol of this WorkSpace cannot be changed to ${wanted}.`);
  }
  if (properties.ComputeTypeName.startsWith("GRAPHICS")) throw unsupported("Graphics WorkSpaces keep their protocol.");
  if (State !== "AVAILABLE") {
    throw new ApiError(
      "InvalidResourceStateException",
      `The WorkSpace is ${State}: its protocol cannot be modified now.`,
    );
  }
  beginChange(call, desktop, { resource: "PROTOCOL", change: { Protocols: ["WSP"] }, duration: "protocol" });
}

/** No call shows what is left of a cool-down: a client learns of it by being refused. */
function checkCoolDown(call: Call, desktop: Desktop, kind: CoolDown): void {
  const sinceLaunch = kind === "downsize" ? 0 : 6 * HOUR;
  if (desktop.launchedAt !== null) checkPassed(call, desktop.launchedAt, sinceLaunch);
  const last = desktop.changedAt[kind];
  if (last !== undefined) checkPassed(call, last, COOL_DOWN_SECONDS[kind]);
}

function checkPassed(call: Call, since: number, seconds: number): void {
  if (call.now >= since + seconds * 1000) return;
  throw new ApiError(call.rules.coolDownError, "This WorkSpace was launched or modified recently. Try again later.");
}

interface Begun {
  readonly kind?: CoolDown;
  readonly resource: string;
  readonly change: PropertyChange;
  readonly duration: keyof Durations;
}

/** The state stays what it is; ModificationStates tell, and the value changes when they are empty again. */
function beginChange(call: Call, desktop: Desktop, { kind, resource, change, duration }: Begun): void {
  remember(call, desktop);
  const id = desktop.wire.WorkspaceId;
  desktop.wire.ModificationStates = [{ Resource: resource, State: "UPDATE_INITIATED" }];
  if (kind !== undefined) desktop.changedAt[kind] = call.now;
  const isFailure = call.faults.has("ends-in-error");
  const until = call.now + milliseconds(call, duration);
  plan(call.region, { at: call.now + (until - call.now) / 10, id, what: "modifying", resource });
  plan(call.region, { at: until, id, what: "modified", resource, change, isFailure });
}
