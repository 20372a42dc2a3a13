/** From a code to a configuration on disk. Killed anywhere, it is run again with the same code. */
import { type ClaimAnswer, STEPS } from "../../protocol/bodies.ts";
import { userError } from "../../support/user-error.ts";
import { type Applied, applyConfiguration, CONFIG_FILE } from "../keep/configuration-file.ts";
import { type Device, readDevice, writeDevice } from "../keep/device.ts";
import { type Folder, MADE } from "../keep/folder.ts";
import { ensureKeys } from "../keep/keys.ts";
import { forgetProgress } from "../keep/progress.ts";
import { wordsOf } from "../log.ts";
import { patiently } from "../server/patiently.ts";
import { openSignedCalls, type SignedCalls } from "../server/signed-calls.ts";
import { type Claiming, claimPlace } from "./claim.ts";

export type Provisioning = Omit<Claiming, "keys"> & { readonly folder: Folder };

export interface Provisioned {
  readonly device: Device;
  readonly applied: Applied;
}

/** In this order: keys kept, place claimed, place kept, configuration kept; and each told once it is so. */
export async function provision(provisioning: Provisioning): Promise<Provisioned> {
  const { folder, clock, signal } = provisioning;
  const keys = await ensureKeys(folder);
  const device = deviceOf(await claimPlace({ ...provisioning, keys }), provisioning);
  leaveOtherPlace(folder, device);
  writeDevice(folder, device);
  const calls = openSignedCalls({ device, keys, endpoints: () => [device.claimedAt], clock, signal });
  try {
    return { device, applied: await patiently(provisioning, () => fetchFirst(calls, folder, device)) };
  } catch (error) {
    if (signal.aborted) throw error;
    const message = `claimed as ${device.applianceId}, but there is no configuration yet: ${wordsOf(error)}`;
    throw userError("no-configuration", message, "reeve appliance run goes on from here");
  }
}

/** Before the new place is kept: a run that dies in between has nothing of the old one left, and claims again. */
function leaveOtherPlace(folder: Folder, { applianceId }: Device): void {
  const before = readDevice(folder);
  if (before === null || before.applianceId === applianceId) return;
  forgetProgress(folder);
  for (const name of [CONFIG_FILE, ...Object.values(MADE)]) folder.remove(name);
}

async function fetchFirst(calls: SignedCalls, folder: Folder, { applianceId }: Device): Promise<Applied> {
  await tellStep(calls, "claimed");
  const fetched = await calls.get(configPath(applianceId), null);
  await tellStep(calls, "fetched");
  const applied = applyConfiguration(folder, fetched?.text ?? "", applianceId);
  await tellStep(calls, "written");
  return applied;
}

export function configPath(applianceId: string): string {
  return `/api/provision/config/${applianceId}`;
}

/** A step that was told before is no news to the server. */
function tellStep(calls: SignedCalls, step: (typeof STEPS)[number]): Promise<void> {
  return calls.tell("/api/provision/status", JSON.stringify({ step }));
}

export async function tellAllSteps(calls: SignedCalls): Promise<void> {
  for (const step of STEPS) await tellStep(calls, step);
}

function deviceOf(claimed: ClaimAnswer, { endpoint, machine, clock }: Provisioning): Device {
  const { siteId, applianceId, partner, serverKeys } = claimed;
  const provisionedAt = clock.now().toISOString();
  return { siteId, applianceId, partner, serverKeys, claimedAt: endpoint, ...machine, provisionedAt };
}
