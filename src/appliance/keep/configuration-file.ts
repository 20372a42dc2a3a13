/** config.yaml: the bytes that the server rendered. What is reported as applied is the hash of what lies here. */
import { parse } from "yaml";
import { type ApplianceConfiguration, hashConfiguration } from "../../protocol/configuration.ts";
import type { Folder } from "./folder.ts";

export const CONFIG_FILE = "config.yaml";

export interface Applied {
  readonly configuration: ApplianceConfiguration;
  readonly hash: string;
}

/** Null before the first, and for a file that somebody spoiled: it is fetched anew then. */
export function readApplied(folder: Folder, applianceId: string): Applied | null {
  const text = folder.read(CONFIG_FILE);
  if (text === null) return null;
  try {
    return readConfiguration(text, applianceId);
  } catch {
    return null;
  }
}

/** Throws on what this program cannot work by; unknown settings of a newer server do not matter. */
export function readConfiguration(text: string, applianceId: string): Applied {
  const parsed = parse(text, { maxAliasCount: 0 }) as ApplianceConfiguration | null;
  if (parsed?.applianceId !== applianceId) throw new TypeError("it is not this appliance's");
  const { pollSeconds, domain, targets, settings, authorities, scan } = parsed;
  const isWhole =
    Number.isSafeInteger(pollSeconds) &&
    pollSeconds > 0 &&
    typeof domain?.enumeration?.generation === "number" &&
    Array.isArray(targets) &&
    Array.isArray(authorities) &&
    typeof settings?.stateDir === "string" &&
    typeof scan?.generation === "number";
  if (!isWhole) throw new TypeError("settings are missing: the program is older than the server");
  return { configuration: parsed, hash: hashConfiguration(text) };
}

/** Read before it is written: what cannot be read never takes the place of what could. */
export function applyConfiguration(folder: Folder, text: string, applianceId: string): Applied {
  const applied = readConfiguration(text, applianceId);
  keepConfiguration(folder, text);
  return applied;
}

export function keepConfiguration(folder: Folder, text: string): void {
  folder.write(CONFIG_FILE, text);
}
