/** One check-in. Its number and its bytes are on disk before they are sent, so that no other ever carries that number. */
import { uptime } from "node:os";
import type { CheckinAnswer, CheckinBody } from "../../protocol/bodies.ts";
import { Refused } from "../server/trouble.ts";
import { type Appliance, keep } from "./appliance.ts";

export async function checkIn(appliance: Appliance): Promise<CheckinAnswer> {
  const body = appliance.progress.unanswered ?? nextCheckin(appliance);
  try {
    const answer = await appliance.calls.post<CheckinAnswer>("/api/appliances/checkin", body, "CheckinAnswer");
    const at = appliance.world.clock.now().toISOString();
    keep(appliance, { unanswered: null, answered: { at, commit: answer.commit } });
    return answer;
  } catch (error) {
    // It will never be taken, whoever sends it: an older program made it.
    if (error instanceof Refused && error.problem === "validation") keep(appliance, { unanswered: null });
    throw error;
  }
}

function nextCheckin(appliance: Appliance): string {
  const { progress, device, world, run, applied, credentials, conditions } = appliance;
  const seq = progress.seq + 1;
  const body: CheckinBody = {
    seq,
    run,
    configHash: applied?.hash ?? null,
    credentialsVersion: credentials?.version ?? null,
    version: world.version,
    hostname: device.hostname,
    uptimeSeconds: Math.floor(uptime()),
    conditions: [...conditions].map(([type, message]) => ({ type, message })),
    done: progress.done,
  };
  const unanswered = JSON.stringify(body);
  keep(appliance, { seq, unanswered });
  return unanswered;
}
