import type { WorkspaceSecurityPolicySpec } from "../../../generated/documents.ts";

/**
 * The `[policies]` of `/etc/wsp/wsp.conf` on Linux desktops, which know no Group Policy; null where none of the settings
 * exists there. Values are the schema's own words, so that no text of a document reaches the file.
 */
export function renderWspConf({ clipboard, printing }: WorkspaceSecurityPolicySpec): string | null {
  const lines = [
    ...(clipboard === undefined ? [] : [`clipboard = ${clipboard}`]),
    ...(printing === undefined ? [] : [`remote-printing = ${printing}`]),
  ];
  return lines.length === 0 ? null : `[policies]\n${lines.join("\n")}\n`;
}

/** Settings of the document that Linux desktops have no switch for, sorted. */
export function withoutLinuxSwitch(spec: WorkspaceSecurityPolicySpec): readonly string[] {
  const elsewhere = ["fileTransfer", "idleDisconnect", "screenCapture", "sessionTimeout", "usb"] as const;
  return elsewhere.filter((setting) => spec[setting] !== undefined);
}
