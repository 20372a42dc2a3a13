import type { Choices, ChosenValue, Desired, StatePlace } from "../provider.ts";
import { type Allocation, allocateAddresses } from "./allocate.ts";
import { readQuarantine } from "./quarantine.ts";
import { resolveTopology } from "./topology.ts";

/** Free addresses for peers that lack one, away from those that removed peers had not long ago. */
export async function chooseAddresses(desired: Desired, place: StatePlace, now: Date): Promise<Choices> {
  const topology = resolveTopology(desired);
  const { quarantined, notices } = await readQuarantine({ ...place, topology, now });
  const { allocations, findings } = allocateAddresses(topology, { now, live: new Map(), quarantined });
  const byPeer = Map.groupBy(allocations, ({ peer }) => peer);
  return { values: [...byPeer.values()].flatMap(addressesOf), findings, notices };
}

function addressesOf(allocations: readonly Allocation[]): readonly ChosenValue[] {
  const peer = allocations[0]?.peer;
  if (peer === undefined) return [];
  const value = [...peer.spec.addresses, ...new Set(allocations.map(({ address }) => address))];
  return [{ resource: peer, path: ["spec", "addresses"], value }];
}
