import type { Finding } from "../../estate/resource.ts";
import type { Desired } from "../provider.ts";
import { checkPeerAddresses } from "./check-addresses.ts";
import { checkConflicts } from "./check-conflicts.ts";
import { checkHub } from "./check-hub.ts";
import { checkHubs } from "./check-hubs.ts";
import { checkKeys } from "./check-keys.ts";
import { checkPeer } from "./check-peer.ts";
import { resolveTopology, type Topology } from "./topology.ts";

/** Everything that can be refused without looking at a hub; what a schema can say is refused before. */
export function checkWireGuard(desired: Desired, now: Date): readonly Finding[] {
  return [...findings(resolveTopology(desired), now)];
}

function* findings(topology: Topology, now: Date): Generator<Finding> {
  for (const facts of topology.hubs.values()) yield* checkHub(facts);
  yield* checkHubs(topology);
  yield* checkKeys(topology);
  for (const facts of topology.peers) {
    yield* checkPeer(facts, topology, now);
    yield* checkPeerAddresses(facts, topology, now);
  }
  yield* checkConflicts(topology);
}
