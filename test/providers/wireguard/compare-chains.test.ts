import { expect, test } from "vitest";
import { hub, keyOf, peer } from "./desired.ts";
import { compare, converge, edit, editLive, say, stranger, type World } from "./world.ts";

const PRUNING = { ...hub("x").spec.peers, unmanaged: "prune" as const };
const EU = hub("hub");
const US = hub("us", { interface: "wg1", addresses: ["10.9.0.1/24"], listenPort: 51821 });
const ALICE = peer("alice", { publicKey: keyOf(1001), addresses: ["10.8.0.10"] });
const BOB = peer("bob", { publicKey: keyOf(1002), addresses: ["10.8.0.11"] });

function crowded(world: World, ...hubs: readonly string[]): World {
  return hubs.reduce(
    (all, name) => editLive(all, name, (live) => ({ peers: [...live.peers, stranger(keyOf(66), ["10.8.0.66/32"])] })),
    world,
  );
}

test("one key pruned at two hubs is one change that names both", () => {
  const resources = [hub("hub", { peers: PRUNING }), { ...US, spec: { ...US.spec, peers: PRUNING } }];
  const world = crowded(converge(resources, new Map()), "hub", "us");
  const { changes } = compare(resources, world);
  expect(changes).toHaveLength(1);
  expect(changes[0]?.fields.map((field) => field.path)).toEqual(
    expect.arrayContaining(["hub.live.publicKey", "us.live.publicKey"]),
  );
  expect(compare(resources, converge(resources, world))).toMatchObject({ changes: [], foreign: [] });
});

test("a key pruned at one hub stays at another that only reports", () => {
  const resources = [hub("hub", { peers: PRUNING }), US];
  const world = crowded(converge(resources, new Map()), "hub", "us");
  const after = converge(resources, world);
  expect(compare(resources, after)).toMatchObject({ changes: [], foreign: [{ where: "us" }] });
});

test("an undeclared key whose name somebody else was given is reported, not pruned", () => {
  const world = crowded(converge([hub("hub", { peers: PRUNING })], new Map()), "hub");
  const name = compare([EU], world).foreign[0]?.suggestedName ?? "";
  const resources = [hub("hub", { peers: PRUNING }), peer(name, { publicKey: keyOf(7), addresses: ["10.8.0.7"] })];
  expect(say(compare(resources, world).changes)).toEqual([`create WireGuardPeer/${name}`]);
});

test("making an offered key the peer's own before its client has used it cuts the peer off, and says so", () => {
  const next = keyOf(3001);
  const offered = converge([EU, peer("alice", { ...ALICE.spec, nextPublicKey: next })], new Map());
  const hasty = [EU, peer("alice", { ...ALICE.spec, publicKey: next })];
  expect(compare(hasty, offered).changes).toMatchObject([{ action: "replace", disruption: "destroys" }]);
  const used = editLive(offered, "hub", (live) => ({
    peers: live.peers.map((one) => (one.publicKey === next ? { ...one, latestHandshake: 5 } : one)),
  }));
  expect(compare(hasty, used).changes).toMatchObject([{ action: "update", disruption: "none" }]);
});

test("whoever waits for the prefix of a held change is held too, down the chain", () => {
  const carol = peer("carol", { publicKey: keyOf(1003), addresses: ["10.8.0.12"] });
  const world = edit(converge([EU, ALICE, BOB, carol], new Map()), "hub", () => ({
    surroundings: [{ network: "192.0.2.0/24", what: "eth0" }],
  }));
  const desired = [
    EU,
    peer("alice", { ...ALICE.spec, addresses: ["10.8.0.20"], routedNetworks: ["192.0.2.0/25"] }),
    peer("bob", { ...BOB.spec, addresses: ["10.8.0.10"] }),
    peer("carol", { ...carol.spec, addresses: ["10.8.0.11"] }),
  ];
  const { changes, findings } = compare(desired, world);
  expect(say(changes)).toEqual([
    "update WireGuardPeer/alice (lock-out)",
    "update WireGuardPeer/bob (address-conflict)",
    "update WireGuardPeer/carol (address-conflict)",
  ]);
  expect(findings.map(({ resource }) => resource.name)).toEqual(["alice", "bob", "carol"]);
  expect(say(compare(desired, converge(desired, world)).changes)).toEqual(say(changes));
});

test("taking over a hub that listens elsewhere needs consent to its new port as well", () => {
  const world = edit(converge([EU], new Map()), "hub", ({ file }) => ({
    file: file === null ? null : { ...file, marker: null, isIntact: false, listenPort: 4444 },
  }));
  const adopting = { ...EU, annotations: { "reeve.dev/adopt": "true" } };
  expect(say(compare([adopting], world).changes)).toEqual(["adopt WireGuardHub/hub (confirm-listen-port)"]);
});
