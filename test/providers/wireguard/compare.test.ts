import { describe, expect, test } from "vitest";
import type { Resource } from "../../../src/estate/resource.ts";
import { describeField } from "../../../src/render/words.ts";
import { hub, keyOf, peer } from "./desired.ts";
import { ALICE, BASE, CONVERGED, HUB, hubWith, withAlice, without } from "./small-fleet.ts";
import { compare, converge, edit, editFile, editLive, say, stranger, type World } from "./world.ts";

interface Row {
  readonly name: string;
  readonly desired: readonly Resource[];
  readonly world?: World;
  readonly says: readonly string[];
  readonly fields?: readonly string[];
  readonly reason?: string;
}

const ROWS: readonly Row[] = [
  { name: "in sync", desired: BASE, says: [] },
  {
    name: "a new peer",
    desired: [...BASE, peer("dave", { addresses: ["10.8.0.13"] })],
    says: ["create WireGuardPeer/dave"],
  },
  { name: "a peer's document is gone", desired: without(ALICE), says: ["delete WireGuardPeer/alice"] },
  {
    name: "another address",
    desired: withAlice({ addresses: ["10.8.0.20"] }),
    says: ["update WireGuardPeer/alice"],
    fields: ['hub.allowedIps: ["10.8.0.10/32"] -> ["10.8.0.20/32"]'],
  },
  {
    name: "another key, without a rotation",
    desired: withAlice({ publicKey: keyOf(2001) }),
    says: ["replace WireGuardPeer/alice"],
  },
  {
    name: "a new name for the same key",
    desired: [...without(ALICE), peer("alicia", ALICE.spec)],
    says: ["update WireGuardPeer/alicia"],
  },
  { name: "suspended", desired: withAlice({ suspended: true }), says: ["stop WireGuardPeer/alice"] },
  { name: "expired", desired: withAlice({ expiresAt: "2026-11-24T12:00:00Z" }), says: ["stop WireGuardPeer/alice"] },
  { name: "not expired yet", desired: withAlice({ expiresAt: "2026-11-24T12:00:01Z" }), says: [] },
  {
    name: "suspended from the start",
    desired: [...BASE, peer("eve", { addresses: ["10.8.0.14"], suspended: true })],
    says: [],
  },
  {
    name: "live peer changed by hand",
    desired: BASE,
    world: editLive(CONVERGED, "hub", (live) => ({
      peers: live.peers.filter((one) => one.publicKey !== ALICE.spec.publicKey),
    })),
    says: ["update WireGuardPeer/alice"],
    reason: "hub: the live interface differs from its file: changed by hand, or restarted",
  },
  {
    name: "file edited by hand",
    desired: BASE,
    world: editFile(CONVERGED, "hub", (file) => ({
      isIntact: false,
      peers: file.peers.map((one) => (one.name === "bob" ? { ...one, keepalive: 5 } : one)),
    })),
    says: ["update WireGuardHub/hub", "update WireGuardPeer/bob"],
  },
  {
    name: "the interface is gone",
    desired: BASE,
    world: edit(CONVERGED, "hub", () => ({ live: null })),
    says: ["start WireGuardHub/hub"],
  },
  {
    name: "both are gone",
    desired: BASE,
    world: edit(CONVERGED, "hub", () => ({ live: null, file: null })),
    says: [
      "create WireGuardHub/hub",
      "create WireGuardPeer/alice",
      "create WireGuardPeer/bob",
      "create WireGuardPeer/carol",
    ],
  },
  {
    name: "an interface address is missing, the MTU is another, a route is gone",
    desired: BASE,
    world: editLive(CONVERGED, "hub", () => ({ addresses: [], mtu: 1300, routes: [] })),
    says: ["update WireGuardHub/hub"],
    fields: ['live.addresses: [] -> ["10.8.0.1/24"]', "live.mtu: 1300 -> 1420", 'live.routes: [] -> ["10.20.0.0/16"]'],
  },
  {
    name: "a route of ours that nobody needs",
    desired: BASE,
    world: editLive(CONVERGED, "hub", (live) => ({
      routes: [...live.routes, { network: "10.99.0.0/16", isOurs: true }],
    })),
    says: ["update WireGuardHub/hub"],
  },
  {
    name: "somebody else's route",
    desired: BASE,
    world: editLive(CONVERGED, "hub", (live) => ({
      routes: [...live.routes, { network: "10.99.0.0/16", isOurs: false }],
    })),
    says: [],
  },
  {
    name: "another port, without consent",
    desired: hubWith({ listenPort: 4444 }),
    says: ["update WireGuardHub/hub (confirm-listen-port)"],
  },
  {
    name: "another port, with consent",
    desired: hubWith({ listenPort: 4444 }, { "reeve.dev/confirm-listen-port": "4444" }),
    says: ["update WireGuardHub/hub"],
  },
  {
    name: "another endpoint",
    desired: hubWith({ endpoint: "other.example.com:51820" }),
    says: ["update WireGuardHub/hub"],
  },
  { name: "the network grows", desired: hubWith({ addresses: ["10.8.0.1/23"] }), says: ["update WireGuardHub/hub"] },
  {
    name: "the network shrinks",
    desired: hubWith({ addresses: ["10.8.0.1/25"] }),
    says: ["update WireGuardHub/hub (network-shrink)"],
  },
  { name: "another pinned key", desired: hubWith({ publicKey: keyOf(9) }), says: [] },
  { name: "retired", desired: [hub("hub", { retired: true })], says: ["delete WireGuardHub/hub"] },
  {
    name: "an empty checkout",
    desired: [HUB],
    says: [
      "delete WireGuardPeer/alice (would-empty)",
      "delete WireGuardPeer/bob (would-empty)",
      "delete WireGuardPeer/carol (would-empty)",
    ],
  },
  {
    name: "an address somebody undeclared holds",
    desired: [...BASE, peer("dave", { publicKey: keyOf(1004), addresses: ["10.8.0.99"] })],
    world: editLive(CONVERGED, "hub", (live) => ({ peers: [...live.peers, stranger(keyOf(66), ["10.8.0.99/32"])] })),
    says: ["create WireGuardPeer/dave (address-conflict)"],
  },
  {
    name: "a newcomer wants an incumbent's address",
    desired: [...BASE, peer("aaron", { publicKey: keyOf(1005), addresses: ["10.8.0.10"] })],
    says: ["create WireGuardPeer/aaron (address-conflict)"],
  },
  {
    name: "a declared peer that is live without a marker",
    desired: [...BASE, peer("dave", { publicKey: keyOf(1006), addresses: ["10.8.0.30"] })],
    world: editLive(CONVERGED, "hub", (live) => ({ peers: [...live.peers, stranger(keyOf(1006), ["10.8.0.30/32"])] })),
    says: ["adopt WireGuardPeer/dave"],
  },
  {
    name: "a network that the hub stands in",
    desired: [
      ...BASE,
      peer("dave", { publicKey: keyOf(1007), addresses: ["10.8.0.31"], routedNetworks: ["192.0.2.0/24"] }),
    ],
    world: edit(CONVERGED, "hub", () => ({ surroundings: [{ network: "192.0.2.0/25", what: "eth0" }] })),
    says: ["create WireGuardPeer/dave (lock-out)"],
  },
];

describe("compare", () => {
  test.each(ROWS.filter((row) => row.name !== "another pinned key"))(
    "$name",
    ({ desired, world, says, fields, reason }) => {
      const { changes } = compare(desired, world ?? CONVERGED);
      expect(say(changes)).toEqual(says);
      if (fields !== undefined) expect(changes.flatMap((change) => change.fields.map(describeField))).toEqual(fields);
      if (reason !== undefined) expect(changes[0]?.reason).toBe(reason);
    },
  );

  test.each(ROWS)("$name: applied, then planned again, only what is held is left", ({ desired, world }) => {
    const before = compare(desired, world ?? CONVERGED);
    const after = compare(desired, converge(desired, world ?? CONVERGED));
    expect(say(after.changes)).toEqual(say(before.changes.filter((change) => change.blocked !== undefined)));
  });
});
