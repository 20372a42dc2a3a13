/**
 * A lease kept as one record that is only ever replaced as it was seen, as Kubernetes' own leaders do it: no clock but the own one
 * is asked. Who wants it waits until the record has stood still for its whole duration; who has it stops well before that.
 */
import type { Clock } from "../../support/clock.ts";
import type { HeldLease, Lease, TakenLease } from "./lease.ts";

export interface LeaseRecord {
  /** Empty where it was given back. */
  readonly holder: string;
  /** The commit that was applied last under it. */
  readonly commit: string | null;
}

/** Where the record is. */
export interface LeaseStore {
  /** Null where there is none yet. `version` changes with every write. */
  read(): Promise<{ readonly record: LeaseRecord; readonly version: string } | null>;
  /** Gives the new version; null, and nothing written, where the record is not at `expected` (null: where there is one). */
  write(record: LeaseRecord, expected: string | null): Promise<string | null>;
}

export interface RecordLeaseOptions {
  readonly store: LeaseStore;
  readonly description: string;
  /** Of this very process, and no other ever. */
  readonly holder: string;
  readonly clock: Clock;
  readonly durationMs: number;
}

/** A call that has gone out must come to its end in the last third. */
const USABLE = 2 / 3;
const RENEWALS = 6;

export function recordLease(options: RecordLeaseOptions): Lease {
  const { store, description, holder, clock, durationMs } = options;
  let seen: { readonly version: string; readonly at: number } | null = null;
  const isStale = (version: string): boolean => {
    if (seen?.version !== version) seen = { version, at: clock.now().getTime() };
    return clock.now().getTime() - seen.at >= durationMs;
  };
  return {
    description,
    take: async (): Promise<TakenLease> => {
      const found = await store.read();
      const owner = found?.record.holder ?? "";
      const isFree = found === null || owner === "" || owner === holder || isStale(found.version);
      if (!isFree) return { heldBy: `another host applies (${owner})` };
      const sentAt = clock.now().getTime();
      const commit = found?.record.commit ?? null;
      const version = await store.write({ holder, commit }, found?.version ?? null);
      return version === null ? { heldBy: "another host was faster" } : hold(options, { commit, version, sentAt });
    },
  };
}

interface Taken {
  readonly commit: string | null;
  readonly version: string;
  /** When the write that made it ours went out. */
  readonly sentAt: number;
}

function hold({ store, holder, clock, durationMs }: RecordLeaseOptions, { commit, ...taken }: Taken): HeldLease {
  const lost = new AbortController();
  const done = new AbortController();
  let { version, sentAt } = taken;
  const isHeld = (): boolean => !lost.signal.aborted && clock.now().getTime() < sentAt + durationMs * USABLE;
  const give = (): void => lost.abort(new Error("the lease was lost"));
  const renew = async (): Promise<void> => {
    const at = clock.now().getTime();
    const next = (await store.write({ holder, commit }, version)) ?? (await versionIfOurs(store, holder));
    if (next === null) return give();
    version = next;
    sentAt = Math.max(sentAt, at);
  };
  const renewing = keepRenewing({ clock, everyMs: durationMs / RENEWALS, done: done.signal, isHeld, renew, give });
  return {
    lost: lost.signal,
    isHeld,
    commit,
    release: async (applied) => {
      done.abort();
      await renewing;
      // What was lost is somebody else's to say.
      if (isHeld()) await store.write({ holder: "", commit: applied ?? commit }, version).catch(() => null);
      give();
    },
  };
}

/** An answer that was lost leaves a record that is newer than what is known of it, and ours. */
async function versionIfOurs(store: LeaseStore, holder: string): Promise<string | null> {
  const found = await store.read();
  return found?.record.holder === holder ? found.version : null;
}

interface Renewing {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly done: AbortSignal;
  readonly isHeld: () => boolean;
  readonly renew: () => Promise<void>;
  readonly give: () => void;
}

/** A renewal that hangs does not keep the end from being seen. */
async function keepRenewing({ clock, everyMs, done, isHeld, renew, give }: Renewing): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(everyMs, done);
      if (!isHeld()) return give();
      const sleep = clock.sleep(everyMs, done);
      await Promise.race([renew().catch(() => undefined), sleep]);
      void sleep.catch(() => undefined);
    }
  } catch {
    // Whoever cannot keep time must not keep the lease.
    if (!done.aborted) give();
  }
}
