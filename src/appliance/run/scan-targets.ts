/** A scan out of turn: which targets can be reached, by the port that they are looked after through. */
import { connect } from "node:net";
import pLimit from "p-limit";
import type { Target } from "../domain/targets.ts";
import { MADE, writeJson } from "../keep/folder.ts";
import { type Appliance, keep, workFolder } from "./appliance.ts";
import { deriveFromInventory, readTargets } from "./keep-inventory.ts";

const AT_ONCE = 100;
const CONNECT_MS = 3000;

/** True where it was done. `wanted`: the generation that the server asks for. */
export async function scanTargets(appliance: Appliance, wanted: number | null): Promise<boolean> {
  if (wanted === null || appliance.applied === null) return false;
  deriveFromInventory(appliance);
  const limit = pLimit(AT_ONCE);
  const { signal, clock, log } = appliance.world;
  const targets = readTargets(appliance);
  const rows = await Promise.all(targets.map((target) => limit(() => scanOne(target, signal))));
  signal.throwIfAborted();
  const reachable = rows.filter(({ isReachable }) => isReachable).length;
  const at = clock.now().toISOString();
  writeJson(workFolder(appliance), MADE.scan, { at, generation: wanted, targets: rows });
  keep(appliance, {
    done: { ...appliance.progress.done, scan: wanted },
    scanned: { reachable, of: rows.length, at },
  });
  log("scanned", { reachable, of: rows.length, generation: wanted });
  return true;
}

interface Scanned {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly isReachable: boolean;
}

function scanOne({ name, host, port }: Target, signal: AbortSignal): Promise<Scanned> {
  return new Promise<Scanned>((resolve) => {
    const socket = connect({ host, port });
    const end = (isReachable: boolean): void => {
      socket.destroy();
      resolve({ name, host, port, isReachable });
    };
    socket.setTimeout(CONNECT_MS, () => end(false));
    socket.once("connect", () => end(true)).once("error", () => end(false));
    if (signal.aborted) end(false);
  });
}
