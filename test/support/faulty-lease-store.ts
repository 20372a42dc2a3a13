import type { Clock } from "../../src/support/clock.ts";
import type { LeaseRecord, LeaseStore } from "../../src/watch/lease/record-lease.ts";
import type { Random } from "./seeded.ts";

/** One record, as the hosts share it. */
export interface SharedRecord {
  current: { record: LeaseRecord; version: number } | null;
}

/** A store whose requests are late, lost on the way, or carried out with their answer lost: as likely as `badness` says, 1 is often. */
export function faultyLeaseStore(
  shared: SharedRecord,
  clock: Clock,
  { random, badness = () => 1 }: { readonly random: Random; readonly badness?: () => number },
): LeaseStore {
  const happens = (chance: number): boolean => random() < chance * badness();
  const through = async <Out>(act: () => Out): Promise<Out> => {
    await clock.sleep(happens(0.1) ? random() * 90_000 : random() * 500);
    if (happens(0.1)) throw new Error("lost on the way");
    const answer = act();
    await clock.sleep(happens(0.05) ? random() * 90_000 : random() * 500);
    if (happens(0.1)) throw new Error("carried out, answer lost");
    return answer;
  };
  return {
    read: () =>
      through(() => shared.current && { record: shared.current.record, version: String(shared.current.version) }),
    write: (record, expected) =>
      through(() => {
        const version = shared.current === null ? null : String(shared.current.version);
        if (version !== expected) return null;
        shared.current = { record, version: (shared.current?.version ?? 0) + 1 };
        return String(shared.current.version);
      }),
  };
}
