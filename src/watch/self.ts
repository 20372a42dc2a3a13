/** What one daemon is made of, and all that changes while it runs. */
import { type CheckedEstate, checkWorkspace, type Workspace } from "../apply/workspace.ts";
import { UserError } from "../support/user-error.ts";
import { readAccepted } from "./accepted.ts";
import type { ApplySetting } from "./decide.ts";
import type { Lease } from "./lease/lease.ts";
import type { Log } from "./log.ts";
import { type Memory, writeMemory } from "./memory.ts";
import type { Finished } from "./round.ts";
import type { Difference, LastRound, Sight, Snapshot } from "./status.ts";
import type { Anchor, Follower, Tree } from "./tree.ts";
import type { Troubles } from "./troubles.ts";

export interface DaemonOptions {
  /** Its state directory is where nothing is known yet; each round takes that of its tree. */
  readonly workspace: Workspace;
  readonly follower: Follower;
  readonly lease: Lease;
  readonly apply: ApplySetting;
  /** Its own: memory, pause. */
  readonly folder: string;
  readonly log: Log;
  /** What else is done with what a round has found: proposals and the like. */
  readonly afterRound?: (finished: Finished, tree: Tree) => Promise<void>;
}

/** Documents that are whole and valid. */
export interface Good {
  readonly tree: Tree;
  readonly checked: CheckedEstate;
}

/** All that changes while the daemon runs. */
export interface Self {
  readonly options: DaemonOptions;
  readonly troubles: Troubles;
  memory: Memory;
  good: Good | null;
  /** The last tree that was seen, good or not. */
  latest: string | null;
  snapshot: Snapshot | null;
  /** Somebody who applies elsewhere waits for the newest documents to be served. */
  isAsked: boolean;
  /** Serves the documents that are being applied; null while nothing is. */
  hand: (() => void) | null;
  sight: Sight | null;
  differences: readonly Difference[];
  last: LastRound | null;
  readonly rounds: Record<LastRound["result"], number>;
  readonly startedAt: string;
}

export function checkTree({ options }: Self, { documents }: Tree): Promise<CheckedEstate> {
  return checkWorkspace({ ...options.workspace, stateDir: documents });
}

export function anchorOf({ options }: Self, good: string | null): Anchor {
  return { good, accepted: readAccepted(options.folder) };
}

/** What a user can mend in one line; of a bug its message, while its stack is for the log of the process. */
export function wordsOf(error: unknown): string {
  if (error instanceof UserError) return error.diagnostics.map(({ message }) => message).join("; ");
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** A full disk stops nothing: what is remembered in memory alone is at worst done again. */
export function remember(self: Self, memory: Memory): void {
  self.memory = memory;
  try {
    writeMemory(self.options.folder, memory);
    self.troubles.end("disk");
  } catch (error) {
    self.troubles.begin({ code: "disk", message: `cannot write: ${wordsOf(error)}`, next: "make room" });
  }
}
