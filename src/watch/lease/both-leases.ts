import { type HeldLease, isTaken, type Lease } from "./lease.ts";

/** The file of this host first, since that costs nothing, then what hosts share. */
export function bothLeases(own: Lease, shared: Lease): Lease {
  return {
    description: shared.description,
    take: async (signal) => {
      const inner = await own.take(signal);
      if (!isTaken(inner)) return inner;
      try {
        const outer = await shared.take(signal);
        return isTaken(outer) ? together(inner, outer) : await giveBack(inner, outer);
      } catch (error) {
        await inner.release(null);
        throw error;
      }
    },
  };
}

async function giveBack<Refusal>(inner: HeldLease, refusal: Refusal): Promise<Refusal> {
  await inner.release(null);
  return refusal;
}

function together(inner: HeldLease, outer: HeldLease): HeldLease {
  return {
    lost: outer.lost,
    isHeld: () => inner.isHeld() && outer.isHeld(),
    commit: outer.commit ?? inner.commit,
    release: async (commit) => {
      try {
        await outer.release(commit);
      } finally {
        await inner.release(commit);
      }
    },
  };
}
