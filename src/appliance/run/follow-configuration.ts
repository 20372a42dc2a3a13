/** The configuration follows the server's. What cannot be applied changes nothing, and is reported. */
import { keepConfiguration, readConfiguration } from "../keep/configuration-file.ts";
import { wordsOf } from "../log.ts";
import { configPath } from "../provision/provision.ts";
import type { Appliance } from "./appliance.ts";
import { deriveFromInventory } from "./keep-inventory.ts";

/** True where another one is in force now. */
export async function followConfiguration(appliance: Appliance, wantedHash: string): Promise<boolean> {
  const { applied, calls, device, world } = appliance;
  if (applied?.hash === wantedHash) return false;
  const etag = applied === null ? null : `"${applied.hash}"`;
  const fetched = await calls.get(configPath(device.applianceId), etag);
  if (fetched === null) return false;
  try {
    appliance.applied = readConfiguration(fetched.text, device.applianceId);
    deriveFromInventory(appliance);
    keepConfiguration(world.folder, fetched.text);
  } catch (error) {
    // Whatever step failed, it is tried again: what is made of it is whole before it counts as applied.
    appliance.applied = applied;
    const isNews = !appliance.conditions.has("ApplyFailed");
    appliance.conditions.set("ApplyFailed", wordsOf(error));
    world.log("apply-failed", { why: wordsOf(error) }, "error");
    return isNews;
  }
  appliance.conditions.delete("ApplyFailed");
  world.log("applied", { configuration: appliance.applied?.hash ?? null });
  return true;
}
