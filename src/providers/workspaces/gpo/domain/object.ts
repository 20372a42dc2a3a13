/** A Group Policy object as it stands in a domain, and what Reeve left in it. */
import type { RegistryEntry } from "../registry-entry.ts";

/** What was read of an object, from one domain controller. */
export interface ObjectReading {
  /** The controller that was read; it is the one that is written. */
  readonly server: string;
  readonly dn: string;
  /** `robco.test\Policies\{GUID}`, below the share `sysvol`. */
  readonly path: string;
  /** 32 bits: the users' half, the machines' half. */
  readonly version: number;
  /** As the directory holds it; null where there is none. */
  readonly extensions: string | null;
  /** Bit 1: the users' half is switched off; bit 2: the machines'. */
  readonly flags: number;
  /** In how many places the object is linked. */
  readonly links: number;
  readonly files: ObjectFiles;
}

/** Null where there is no such file. */
export interface ObjectFiles {
  readonly gptIni: Uint8Array | null;
  readonly registryPol: Uint8Array | null;
  readonly marker: Uint8Array | null;
}

export type ObjectFile = keyof ObjectFiles;

/** Below the object's folder. */
export const OBJECT_FILES: Readonly<Record<ObjectFile, string>> = {
  marker: "Reeve.json",
  registryPol: "Machine\\Registry.pol",
  gptIni: "GPT.INI",
};

/** Every file of an object, with the marker first: it says what is about to be. */
export const OBJECT_FILE_ORDER = ["marker", "registryPol", "gptIni"] as const satisfies readonly ObjectFile[];

/** What an object is to become. */
export interface ObjectPush {
  readonly reading: ObjectReading;
  readonly files: Readonly<Record<ObjectFile, Uint8Array>>;
  readonly version: number;
  readonly extensions: string;
}

/** Entries of a policy and whose they are. */
export interface OwnedEntries {
  readonly estate: string;
  readonly policy: string;
  readonly entries: readonly RegistryEntry[];
}
