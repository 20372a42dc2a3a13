import type { WorkspaceSecurityPolicySpec } from "../../../generated/documents.ts";
import { durationSeconds } from "../../../support/duration.ts";

export type TimeUnit = "minutes" | "seconds";

/** One way to bring a setting about, in the words of the Group Policy editor. */
export interface Way {
  readonly state: "Enabled" | "Disabled";
  /** The option to choose, by any of the texts that templates show for it. */
  readonly choose?: readonly string[];
  /** The time to write into the policy's one number field, and what the field counts where its label does not say. */
  readonly time?: { readonly seconds: number; readonly unit: TimeUnit };
}

/** A setting that a document asks for: the policy by its display name, and the ways to try in order. */
export interface WantedSetting {
  readonly setting: SettingName;
  /** As the document says it. */
  readonly wanted: string;
  readonly policy: string;
  readonly ways: readonly Way[];
}

type Settings = Omit<WorkspaceSecurityPolicySpec, "template" | "publish">;

export type SettingName = keyof Settings;

/**
 * The policies that enforce each setting on Windows desktops, by the display names of AWS's documentation ("Manage your
 * Windows WorkSpaces"). Registry names are not here: they come from the operator's own template.
 */
export const POLICY_OF = {
  clipboard: "Configure clipboard redirection",
  printing: "Configure remote printing",
  usb: "Enable/disable USB",
  fileTransfer: "Configure session storage",
  screenCapture: "Configure Screen Capture Protection",
  idleDisconnect: "Configure Idle Disconnect Timeout",
  sessionTimeout: "Enable/disable automatic reconnect",
} as const satisfies Record<SettingName, string>;

const OFF: readonly Way[] = [{ state: "Enabled", choose: ["Disabled", "Printing disabled"] }, { state: "Disabled" }];
const ON: readonly Way[] = [{ state: "Enabled", choose: ["Enabled"] }, { state: "Enabled" }];

const CLIPBOARD: Readonly<Record<NonNullable<Settings["clipboard"]>, readonly Way[]>> = {
  disabled: OFF,
  "copy-only": [{ state: "Enabled", choose: ["Copy Only"] }],
  "paste-only": [{ state: "Enabled", choose: ["Paste Only"] }],
  enabled: [{ state: "Enabled", choose: ["Copy and Paste", "Enabled"] }, { state: "Enabled" }],
};

/** What a document asks for, in the order of `POLICY_OF`; what it leaves out is not configured. */
export function wantedSettings(spec: Settings): readonly WantedSetting[] {
  return [
    ...want("clipboard", spec.clipboard, (wanted) => CLIPBOARD[wanted]),
    ...want("printing", spec.printing, onOrOff),
    ...want("usb", spec.usb, onOrOff),
    ...want("fileTransfer", spec.fileTransfer, onOrOff),
    ...want("screenCapture", spec.screenCapture, (wanted) => (wanted === "blocked" ? ON : OFF)),
    ...want("idleDisconnect", spec.idleDisconnect, (wanted) => after(wanted, "minutes")),
    ...want("sessionTimeout", spec.sessionTimeout, (wanted) => after(wanted, "seconds")),
  ];
}

function want<Wanted extends string>(
  setting: SettingName,
  wanted: Wanted | undefined,
  waysTo: (wanted: Wanted) => readonly Way[],
): readonly WantedSetting[] {
  return wanted === undefined ? [] : [{ setting, wanted, policy: POLICY_OF[setting], ways: waysTo(wanted) }];
}

function onOrOff(wanted: "enabled" | "disabled"): readonly Way[] {
  return wanted === "enabled" ? ON : OFF;
}

function after(time: string, unit: TimeUnit): readonly Way[] {
  if (time === "off") return [{ state: "Disabled" }];
  return [{ state: "Enabled", time: { seconds: durationSeconds(time), unit } }];
}
