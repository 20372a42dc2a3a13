/** Credentials: opened in memory, compared with what they are for, and gone when the program ends. */

import { readApplianceId } from "../../protocol/appliance-id.ts";
import type { CredentialsAnswer, DeliveredCredential } from "../../protocol/bodies.ts";
import { openCredential, type SealedCredential } from "../../protocol/seal.ts";
import { readBody } from "../server/answers.ts";
import { Refused } from "../server/trouble.ts";
import type { Appliance } from "./appliance.ts";

/** Fetched again so long before the first of them ends. */
const EARLY_MS = 3_600_000;

/** True where others are held now than before. */
export async function followCredentials(appliance: Appliance, version: string | null): Promise<boolean> {
  const before = appliance.credentials;
  if (version === null) {
    appliance.credentials = null;
    return before !== null;
  }
  const now = appliance.world.clock.now().getTime();
  if (before?.version === version && now < before.goodUntil) return false;
  const answer = await fetchCredentials(appliance);
  if (answer === null) return false;
  const opened = await Promise.all(answer.credentials.map((one) => open(appliance, one)));
  const held = opened.filter((one) => one !== null);
  const ends = held.map(({ expiresAt }) => Date.parse(expiresAt) - EARLY_MS);
  appliance.credentials = {
    version: answer.version,
    byName: new Map(held.map((one) => [one.name, one])),
    goodUntil: Math.min(now + 12 * EARLY_MS, ...ends.map((end) => Math.max(end, now + 60_000))),
  };
  appliance.world.log("credentials", { version: answer.version, count: held.length });
  return before?.version !== answer.version;
}

/** Null where the server cannot give them now: it says so itself to its operators. */
async function fetchCredentials({ calls, device, world }: Appliance): Promise<CredentialsAnswer | null> {
  try {
    const fetched = await calls.get(`/api/sites/${device.siteId}/domain-credentials`, null);
    return fetched === null ? null : readBody<CredentialsAnswer>("CredentialsAnswer", fetched.text);
  } catch (error) {
    const isWaiting = error instanceof Refused && [404, 424, 502].includes(error.status);
    if (!isWaiting) throw error;
    world.log("no-credentials", { why: error.message }, "warning");
    return null;
  }
}

/** Null for one that is not meant for this appliance, or cannot be opened: nothing of it is used. */
async function open(
  { keys, device, world }: Appliance,
  { name, version, type, sealed }: DeliveredCredential,
): Promise<SealedCredential | null> {
  const { site = "", appliance = "" } = readApplianceId(device.applianceId) ?? {};
  const expected = { site, appliance, name, version, now: world.clock.now() };
  const opened = await openCredential(sealed, keys.seal.identity, expected).catch(() => null);
  if (opened !== null && opened.type === type) return opened;
  world.log("credential-not-meant", { name }, "error");
  return null;
}
