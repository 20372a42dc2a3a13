/** `reeve watch`: follows the documents, keeps the world as they say, until it is stopped. */
import { readMemory } from "./memory.ts";
import { readPause } from "./pause.ts";
import { saveStatus } from "./saved-status.ts";
import { seeToWorld } from "./see-to.ts";
import type { DaemonOptions, Self } from "./self.ts";
import type { LastRound, Sight, Snapshot, Status } from "./status.ts";
import { takeDocuments } from "./take-documents.ts";
import { openTroubles } from "./troubles.ts";

export interface Daemon {
  /** Looks at the source. True where there is something new to be seen to. */
  follow(): Promise<boolean>;
  /** Sees to the world once. */
  round(): Promise<LastRound>;
  status(): Status;
  sight(): Sight | null;
  snapshot(): Snapshot | null;
  /** An apply wants its documents served: this daemon's own has them at once, another's with the next look. */
  ask(): void;
}

export function openDaemon(options: DaemonOptions): Daemon {
  const now = (): Date => options.workspace.clock.now();
  const self: Self = {
    options,
    troubles: openTroubles(now, options.log),
    memory: readMemory(options.folder),
    good: null,
    latest: null,
    snapshot: null,
    isAsked: false,
    hand: null,
    sight: null,
    differences: [],
    last: null,
    rounds: { settled: 0, waits: 0, failed: 0 },
    startedAt: now().toISOString(),
  };
  return {
    follow: async () => {
      const before = JSON.stringify(self.troubles.list());
      const isNew = await takeDocuments(self);
      if (isNew || JSON.stringify(self.troubles.list()) !== before) save(self);
      return isNew;
    },
    round: async () => {
      const round = await seeToWorld(self);
      save(self);
      return round;
    },
    status: () => statusOf(self),
    sight: () => self.sight,
    snapshot: () => self.snapshot,
    ask: () => {
      if (self.hand === null) self.isAsked = true;
      else self.hand();
    },
  };
}

/** For `reeve watch status`; a full disk is said elsewhere. */
function save(self: Self): void {
  try {
    saveStatus(self.options.folder, statusOf(self));
  } catch {
    self.options.log("status-not-saved", {}, "warning");
  }
}

function statusOf(self: Self): Status {
  const { options, good, sight, memory } = self;
  return {
    estate: good?.checked.checkable.name ?? null,
    source: options.follower.source,
    apply: options.apply,
    lease: options.lease.description,
    startedAt: self.startedAt,
    tree: good === null ? null : { id: good.tree.id, commit: good.tree.commit },
    isApplied: good !== null && memory.applied === good.tree.id && memory.pending.length === 0,
    troubles: self.troubles.list(),
    pause: readPause(options.folder),
    round: self.last,
    differences: self.differences,
    nextChangeAt: sight?.plan.nextChangeAt ?? null,
    rounds: { ...self.rounds },
  };
}
