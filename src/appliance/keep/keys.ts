/** The device's own keys: made before the claim, kept before they are used, and nowhere but here. */
import { makeSealKeys, type SealKeys } from "../../protocol/seal.ts";
import { makeSignKeys, printSignKeys, readSignKeys, type SignKeys } from "../../protocol/sign-keys.ts";
import { type Folder, readJson, writeJson } from "./folder.ts";

export interface DeviceKeys {
  readonly sign: SignKeys;
  readonly seal: SealKeys;
}

interface KeptKeys {
  /** PEM: secret. */
  readonly sign: string;
  readonly seal: SealKeys;
}

const FILE = "keys.json";

export function readKeys(folder: Folder): DeviceKeys | null {
  const kept = readJson<KeptKeys>(folder, FILE);
  return kept === null ? null : { sign: readSignKeys(kept.sign), seal: kept.seal };
}

/** The same keys at every call: a claim whose answer was lost is repeated with them. */
export async function ensureKeys(folder: Folder): Promise<DeviceKeys> {
  const known = readKeys(folder);
  if (known !== null) return known;
  const made = { sign: makeSignKeys(), seal: await makeSealKeys() };
  writeJson(folder, FILE, { sign: printSignKeys(made.sign), seal: made.seal } satisfies KeptKeys);
  return made;
}
