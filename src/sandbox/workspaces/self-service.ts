import { userError } from "../../support/user-error.ts";
import type { Call, Scene } from "./call.ts";
import { begin } from "./lifecycle.ts";
import { modifyWorkspaceProperties } from "./operations/modify-properties.ts";
import type { Desktop } from "./world.ts";

/** What users may do to their own desktops where the directory lets them: drift that is nobody's fault, and its cost. */
export const SELF_SERVICE = {
  "user-restarts": { summary: "self-service: the user reboots it", act: restart },
  "user-grows-volume": { summary: "self-service: a larger user volume", act: growVolume },
  "user-changes-compute": { summary: "self-service: the next larger compute type", act: changeCompute },
  "user-switches-mode": { summary: "self-service: ALWAYS_ON to AUTO_STOP or back", act: switchMode },
  "user-rebuilds": { summary: "self-service: the user rebuilds it", act: rebuild },
} as const satisfies Record<string, { readonly summary: string; act(scene: Scene, desktop: Desktop): void }>;

function restart(scene: Scene, desktop: Desktop): void {
  checkAllowed(scene, desktop, "RestartWorkspace");
  begin(scene, desktop, "reboot");
}

function rebuild(scene: Scene, desktop: Desktop): void {
  checkAllowed(scene, desktop, "RebuildWorkspace");
  begin(scene, desktop, "rebuild");
}

function growVolume(scene: Scene, desktop: Desktop): void {
  checkAllowed(scene, desktop, "IncreaseVolumeSize");
  const { UserVolumeSizeGib: size, RootVolumeSizeGib: root } = desktop.wire.WorkspaceProperties;
  const small = size < 50 ? 50 : 100;
  modify(scene, desktop, { UserVolumeSizeGib: root >= 175 && size >= 100 ? size + 100 : small });
}

const LARGER: Readonly<Record<string, string>> = { STANDARD: "PERFORMANCE", PERFORMANCE: "POWER", POWER: "POWERPRO" };

function changeCompute(scene: Scene, desktop: Desktop): void {
  checkAllowed(scene, desktop, "ChangeComputeType");
  const { ComputeTypeName: compute } = desktop.wire.WorkspaceProperties;
  modify(scene, desktop, { ComputeTypeName: LARGER[compute] ?? compute });
}

function switchMode(scene: Scene, desktop: Desktop): void {
  checkAllowed(scene, desktop, "SwitchRunningMode");
  const isAlwaysOn = desktop.wire.WorkspaceProperties.RunningMode === "ALWAYS_ON";
  modify(scene, desktop, { RunningMode: isAlwaysOn ? "AUTO_STOP" : "ALWAYS_ON" });
}

/** Users meet the same rules as the API's clients: states, pairs of volumes, cool-downs. */
function modify(scene: Scene, desktop: Desktop, properties: object): void {
  const call: Call = { ...scene, wireNow: 0, cursors: new Map(), faults: new Set() };
  const { WorkspaceId } = desktop.wire;
  modifyWorkspaceProperties({ WorkspaceId, WorkspaceProperties: properties }, call);
}

function checkAllowed({ region }: Scene, { wire }: Desktop, permission: string): void {
  const permissions = region.directories[wire.DirectoryId]?.wire.SelfservicePermissions;
  if (permissions?.[permission] === "ENABLED") return;
  throw userError(
    "self-service-off",
    `the directory ${wire.DirectoryId} does not let users do this`,
    `${permission} must be ENABLED in its self-service permissions`,
  );
}
