/** What is read on the screen of an appliance that is being provisioned. */

import type { Machine } from "../machine.ts";
import type { Provisioned } from "./provision.ts";

const RULE = "=".repeat(60);

function heading(text: string): readonly string[] {
  return [RULE, `  ${text}`, RULE, ""];
}

export function welcomeText({ mac, hostname }: Machine): string {
  return [...heading("Reeve Appliance Provisioning"), `MAC Address: ${mac}`, `Hostname:    ${hostname}`, "", ""].join(
    "\n",
  );
}

export const CODE_LINES = [
  "Enter your provision code (from partner dashboard):",
  "Format: XXXXXXXXXXXXXXXX (16 characters)",
  "",
  "",
].join("\n");

export const CODE_QUESTION = "Provision Code: ";

export function completeText({ device }: Provisioned, configPath: string): string {
  return [
    ...heading("Provisioning Complete!"),
    `Site ID:     ${device.siteId}`,
    `Partner:     ${device.partner.brandName}`,
    `Config:      ${configPath}`,
    "",
    "The agent will now restart in normal operation mode.",
    "",
  ].join("\n");
}
