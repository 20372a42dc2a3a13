/** Who this appliance is, as the claim's answer said. No secrets. */
import type { PartnerBrand } from "../../protocol/configuration.ts";
import { type Folder, readJson, writeJson } from "./folder.ts";

export interface Device {
  readonly siteId: string;
  readonly applianceId: string;
  readonly partner: PartnerBrand;
  /** Ed25519 keys, one of which signs what the server answers. */
  readonly serverKeys: readonly string[];
  /** Where it was claimed: asked where the configuration's address does not answer. */
  readonly claimedAt: string;
  readonly mac: string;
  readonly hostname: string;
  readonly provisionedAt: string;
}

const FILE = "device.json";

/** Null before it is provisioned. */
export function readDevice(folder: Folder): Device | null {
  return readJson<Device>(folder, FILE);
}

export function writeDevice(folder: Folder, device: Device): void {
  writeJson(folder, FILE, device);
}
