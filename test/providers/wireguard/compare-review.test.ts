import { expect, test } from "vitest";
import { unmanagedName } from "../../../src/providers/wireguard/unmanaged-name.ts";
import { hub, keyOf, peer } from "./desired.ts";
import { compare, converge, editLive, say, stranger } from "./world.ts";

const HUB = hub("hub");
const ALICE = peer("alice", { publicKey: keyOf(1001), addresses: ["10.8.0.10"] });
const BOB = peer("bob", { publicKey: keyOf(1002), addresses: ["10.8.0.11"] });
const BASE = [HUB, ALICE, BOB];
const CONVERGED = converge(BASE, new Map());

test("whatever is written to a hub waits for the hub's own change, also what leaves it", () => {
  const pruning = { peers: { ...HUB.spec.peers, unmanaged: "prune" as const } };
  const world = editLive(CONVERGED, "hub", (live) => ({
    peers: [...live.peers, stranger(keyOf(66), ["10.8.0.66/32"])],
  }));
  const desired = [hub("hub", { ...pruning, listenPort: 51999 }), BOB];
  const { changes } = compare(desired, world);
  expect(say(changes)).toEqual([
    "delete WireGuardPeer/alice",
    `prune WireGuardPeer/${unmanagedName(keyOf(66))}`,
    "update WireGuardHub/hub (confirm-listen-port)",
  ]);
  const waiting = changes.filter((change) => change.kind === "WireGuardPeer");
  expect(waiting.map((change) => change.dependsOn)).toEqual([["WireGuardHub/hub"], ["WireGuardHub/hub"]]);
});

test("a peer with the hub's own key is held, though no document pins it", () => {
  const own = CONVERGED.get("hub")?.publicKey ?? "";
  const desired = [...BASE, peer("mirror", { publicKey: own, addresses: ["10.8.0.30"] })];
  expect(say(compare(desired, CONVERGED).changes)).toEqual(["create WireGuardPeer/mirror (key-of-hub)"]);
});

test("what is written and not shown is part of what was reviewed", () => {
  const basis = (spec: Parameters<typeof peer>[1]) =>
    compare([...BASE, peer("dave", { publicKey: keyOf(1004), addresses: ["10.8.0.13"], ...spec })], CONVERGED)
      .changes[0]?.basis;
  expect(basis({ endpoint: "192.0.2.1:1" })).not.toEqual(basis({ endpoint: "192.0.2.2:1" }));
  expect(basis({ presharedKeyFrom: { file: "/a" } })).not.toEqual(basis({ presharedKeyFrom: { file: "/b" } }));
  const place = (spec: Parameters<typeof hub>[1]) => compare([hub("hub", spec)], new Map()).changes[0]?.basis;
  expect(place({ privateKeyFrom: { file: "/etc/wireguard/other.key" } })).not.toEqual(place({}));
  expect(place({ host: { file: {} } })).not.toEqual(place({}));
});
