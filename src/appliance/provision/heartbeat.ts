/** A sign of life of a machine that has no place yet: the operator sees which one waits. */
import type { HeartbeatBody } from "../../protocol/bodies.ts";
import { proveHeartbeat } from "../../protocol/claim-proof.ts";
import type { DeviceKeys } from "../keep/keys.ts";
import type { Machine } from "../machine.ts";
import { send } from "../server/send.ts";

export interface Beat {
  readonly endpoint: string;
  readonly keys: DeviceKeys;
  readonly machine: Machine;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Whether the server has taken note. */
export async function sendHeartbeat({ endpoint, keys, machine, now, signal }: Beat): Promise<boolean> {
  const at = now.toISOString();
  const proof = proveHeartbeat({ mac: machine.mac, at }, keys.sign);
  const body: HeartbeatBody = { ...machine, signKey: keys.sign.publicKey, at, proof };
  const path = "/api/provision/heartbeat";
  const { status } = await send({ endpoint, method: "POST", path, headers: {}, body: JSON.stringify(body), signal });
  return status === 202;
}
