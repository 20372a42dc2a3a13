import { userError } from "../../support/user-error.ts";
import type { Scene } from "./call.ts";
import { armAutoStop, begin, connect, disconnect, enter, remember, terminate } from "./lifecycle.ts";
import { SELF_SERVICE } from "./self-service.ts";
import { beginMaintenance } from "./settle.ts";
import type { Desktop } from "./world.ts";

/** What happens to desktops without Reeve: people, the service, and the console of somebody with the password. */
export const ACTS = {
  login: { summary: "the user connects; a stopped desktop wakes", act: login },
  logout: { summary: "the user disconnects; AUTO_STOP begins to count", act: logout },
  unhealthy: { summary: "health checks fail", act: (scene, desktop) => enter(scene, desktop, "UNHEALTHY") },
  healthy: { summary: "health checks pass again", act: (scene, desktop) => enter(scene, desktop, "AVAILABLE") },
  suspend: { summary: "an image is being made of it", act: (scene, desktop) => enter(scene, desktop, "SUSPENDED") },
  resume: { summary: "the image is made", act: (scene, desktop) => enter(scene, desktop, "AVAILABLE") },
  stop: { summary: "stopped in the console", act: (scene, desktop) => begin(scene, desktop, "stop") },
  start: { summary: "started in the console", act: (scene, desktop) => begin(scene, desktop, "start") },
  maintenance: { summary: "the maintenance window takes it", act: beginMaintenance },
  "disable-key": { summary: "its encryption key is disabled: UNHEALTHY after the next boot", act: disableKey },
  delete: { summary: "deleted in the console", act: terminate },
  vanish: { summary: "gone at once, without a trace", act: vanish },
  ...SELF_SERVICE,
} as const satisfies Record<string, { readonly summary: string; act(scene: Scene, desktop: Desktop): void }>;

export type Act = keyof typeof ACTS;

function login(scene: Scene, desktop: Desktop): void {
  remember(scene, desktop);
  connect(scene, desktop);
  if (desktop.wire.State === "STOPPED") begin(scene, desktop, "start");
  armAutoStop(scene, desktop);
}

function logout(scene: Scene, desktop: Desktop): void {
  disconnect(scene, desktop);
  armAutoStop(scene, desktop);
}

function disableKey(_scene: Scene, desktop: Desktop): void {
  desktop.isKeyDisabled = true;
}

function vanish({ region }: Scene, desktop: Desktop): void {
  delete region.desktops[desktop.wire.WorkspaceId];
}

/** A change by hand, past every rule: `State=ERROR`, `RunningMode=ALWAYS_ON`, `Tags.Owner=eve`, `Tags.Owner=`. */
export function editDesktop(scene: Scene, desktop: Desktop, edit: { field: string; value: string }): void {
  const { field, value } = edit;
  remember(scene, desktop);
  const parsed = plainValue(value);
  if (field.startsWith("Tags.")) {
    const { [field.slice(5)]: _old, ...others } = desktop.tags;
    desktop.tags = value === "" ? others : { ...others, [field.slice(5)]: value };
  } else if (field === "State") {
    enter(scene, desktop, value);
  } else if (PROPERTIES.includes(field)) {
    Object.assign(desktop.wire.WorkspaceProperties, { [field]: field === "Protocols" ? value.split(",") : parsed });
    armAutoStop(scene, desktop);
  } else if (MEMBERS.includes(field)) {
    Object.assign(desktop.wire, { [field]: parsed });
  } else {
    const known = ["State", "Tags.KEY", ...PROPERTIES, ...MEMBERS].join(", ");
    throw userError("unknown-field", `a desktop has no field ${field}`, `known: ${known}`);
  }
}

const PROPERTIES: readonly string[] = [
  "RunningMode",
  "RunningModeAutoStopTimeoutInMinutes",
  "RootVolumeSizeGib",
  "UserVolumeSizeGib",
  "ComputeTypeName",
  "Protocols",
  "OperatingSystemName",
];

const MEMBERS: readonly string[] = [
  "UserName",
  "DirectoryId",
  "BundleId",
  "IpAddress",
  "ComputerName",
  "VolumeEncryptionKey",
];

function plainValue(text: string): string | number | boolean {
  if (/^\d+$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}
