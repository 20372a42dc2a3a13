/** What the running program knows. Everything that must outlive it is in `progress`, kept through `keep`. */
import type { ReportedCondition } from "../../protocol/bodies.ts";
import type { SealedCredential } from "../../protocol/seal.ts";
import type { Clock } from "../../support/clock.ts";
import type { FoundDomain } from "../domain/find-domain.ts";
import type { Network } from "../domain/network.ts";
import type { Applied } from "../keep/configuration-file.ts";
import type { Device } from "../keep/device.ts";
import { type Folder, folderAt, openFolder } from "../keep/folder.ts";
import type { DeviceKeys } from "../keep/keys.ts";
import { type Progress, writeProgress } from "../keep/progress.ts";
import type { Log } from "../log.ts";
import type { SignedCalls } from "../server/signed-calls.ts";

export interface World {
  readonly folder: Folder;
  /** True where somebody said which folder: all is kept in it, whatever the configuration's stateDir says. */
  readonly isFolderChosen: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** How this machine looks names up, read anew each time. */
  readonly network: () => Network;
  readonly version: string;
}

/** In memory alone. */
interface HeldCredentials {
  readonly version: string;
  readonly byName: ReadonlyMap<string, SealedCredential>;
  /** Milliseconds since 1970: fetched anew by then. */
  readonly goodUntil: number;
}

export interface Appliance {
  readonly world: World;
  readonly device: Device;
  readonly keys: DeviceKeys;
  readonly calls: SignedCalls;
  /** Random, made when the program started. */
  readonly run: string;
  readonly startedAt: number;
  readonly conditions: Map<ReportedCondition, string>;
  progress: Progress;
  applied: Applied | null;
  credentials: HeldCredentials | null;
  domain: { readonly found: FoundDomain; readonly at: number } | null;
  /** When a domain was looked for in vain, and which. */
  missed: { readonly discovery: string; readonly at: number } | null;
}

/** On disk first: what could not be written has not happened, and a check-in that is not kept is never sent. */
export function keep(appliance: Appliance, change: Partial<Progress>): void {
  const conditions = [...appliance.conditions]
    .map(([type, message]) => ({ type, message }))
    .toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const progress = { ...appliance.progress, conditions, ...change };
  writeProgress(appliance.world.folder, progress);
  appliance.progress = progress;
}

/** Where lists and what is made of them go. */
export function workFolder({ world, applied }: Appliance): Folder {
  const stateDir = applied?.configuration.settings.stateDir;
  if (world.isFolderChosen || stateDir === undefined || stateDir === world.folder.path) return world.folder;
  openFolder(stateDir);
  return folderAt(stateDir);
}
