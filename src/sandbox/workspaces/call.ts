import { ApiError, notFound } from "./api-error.ts";
import { WORKSPACE_ID } from "./ids.ts";
import { checkPattern } from "./input.ts";
import type { Cursors } from "./paging.ts";
import type { Rules } from "./rules.ts";
import type { Desktop, Directory, FaultKind, Region, World } from "./world.ts";

/** Where something happens: a region at an instant. */
export interface Scene {
  readonly world: World;
  readonly region: Region;
  readonly rules: Rules;
  /** Virtual milliseconds. */
  readonly now: number;
}

/** What an operation works with. */
export interface Call extends Scene {
  /** Real milliseconds: what tokens expire by. */
  readonly wireNow: number;
  readonly cursors: Cursors;
  /** Faults that the operation itself must act out. */
  readonly faults: ReadonlySet<FaultKind>;
}

export type Operation = (input: Readonly<Record<string, unknown>>, call: Call) => object;

/** A desktop that calls by id can find: not one that was made a moment ago. */
export function visibleDesktop(call: Call, id: string): Desktop | undefined {
  const desktop = call.region.desktops[id];
  return desktop === undefined || desktop.visibleFrom > call.now ? undefined : desktop;
}

export function existingDesktop(call: Call, id: string): Desktop {
  checkPattern(id, "workspaceId", WORKSPACE_ID);
  const desktop = visibleDesktop(call, id);
  if (desktop === undefined || desktop.wire.State === "TERMINATED") throw notFound("WorkSpace", id);
  return desktop;
}

export function existingDirectory(call: Call, id: string): Directory {
  const directory = call.region.directories[id];
  if (directory === undefined) throw notFound("directory", id);
  return directory;
}

export function registeredDirectory(call: Call, id: string): Directory {
  const directory = existingDirectory(call, id);
  if (directory.wire.State === "REGISTERED") return directory;
  throw new ApiError("InvalidResourceStateException", `The directory ${id} is ${directory.wire.State}.`);
}
