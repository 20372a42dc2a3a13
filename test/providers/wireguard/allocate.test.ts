import fc from "fast-check";
import { expect, test } from "vitest";
import type { Resource } from "../../../src/estate/resource.ts";
import { allocateAddresses } from "../../../src/providers/wireguard/allocate.ts";
import { checkWireGuard } from "../../../src/providers/wireguard/check.ts";
import { parseNetwork } from "../../../src/providers/wireguard/ip.ts";
import { type PoolKnowledge, poolStatistics, startOf } from "../../../src/providers/wireguard/pool.ts";
import { resolveTopology } from "../../../src/providers/wireguard/topology.ts";
import { desiredOf, hub, peer } from "./desired.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const NOTHING: PoolKnowledge = { now: NOW, live: new Map(), quarantined: [] };
const SMALL = { addresses: ["10.8.0.1/28"], reserved: [{ range: "10.8.0.2-10.8.0.5", reason: "infrastructure" }] };

function allocate(
  resources: readonly Resource[],
  knowledge: PoolKnowledge = NOTHING,
): Readonly<Record<string, string>> {
  const { allocations } = allocateAddresses(resolveTopology(desiredOf(resources)), knowledge);
  return Object.fromEntries(allocations.map(({ peer: { name }, hub: at, address }) => [`${name}@${at}`, address]));
}

test("what is taken, reserved, live or in quarantine is passed over, until one is left", () => {
  const knowledge: PoolKnowledge = {
    now: NOW,
    live: new Map([["hub", ["10.8.0.8/31", "0.0.0.0/0", "10.9.0.0/24", "fd00::1/128"]]]),
    quarantined: [
      { hub: "hub", address: "10.8.0.10", peer: "gone", releasedAt: new Date("2026-12-01T00:00:00Z") },
      { hub: "hub", address: "10.8.0.11", peer: "gone", releasedAt: new Date("2026-12-02T00:00:00Z") },
      { hub: "hub", address: "10.8.0.12", peer: "gone", releasedAt: new Date("2026-11-01T00:00:00Z") },
      { hub: "other", address: "10.8.0.13", peer: "gone", releasedAt: new Date("2026-12-02T00:00:00Z") },
    ],
  };
  const taken = ["10.8.0.6", "10.8.0.7", "10.8.0.13", "10.8.0.14"].map((address, index) =>
    peer(`has${index}`, { addresses: [address] }),
  );
  const resources = [hub("hub", SMALL), ...taken, peer("needs"), peer("waits")];
  expect(allocate(resources, knowledge)).toEqual({ "needs@hub": "10.8.0.12" });
  const topology = resolveTopology(desiredOf(resources));
  expect(poolStatistics(topology, "hub", knowledge)).toEqual([
    {
      hub: "hub",
      network: "10.8.0.0/28",
      size: 16,
      reserved: 7,
      used: 6,
      quarantined: 2,
      free: 1,
      nextRelease: new Date("2026-12-01T00:00:00Z"),
    },
  ]);
  const [finding] = allocateAddresses(topology, knowledge).findings;
  expect([finding?.code, finding?.resource.name, finding?.path]).toEqual([
    "pool-exhausted",
    "waits",
    ["spec", "addresses"],
  ]);
  expect(finding?.message).toBe(
    "no address is left in 10.8.0.0/28 of WireGuardHub/hub: of 16, 7 are reserved, 6 used, 2 in quarantine; the next quarantined one comes free at 2026-12-01T00:00:00.000Z",
  );
});

test("a peer of two hubs gets an address in each network, or one where the networks are the same", () => {
  const ssh = { ssh: { address: "us.example.com", user: "root", port: 22, knownHosts: "known_hosts", sudo: false } };
  const hubs = ["hub", "us"];
  const apart = allocate([hub("hub"), hub("us", { addresses: ["10.9.0.1/24"] }), peer("alice", { hubs })]);
  expect(Object.keys(apart)).toEqual(["alice@hub", "alice@us"]);
  const shared = [hub("hub", SMALL), hub("us", { host: ssh, addresses: ["10.8.0.15/24"] }), peer("alice", { hubs })];
  const blocking = Array.from({ length: 8 }, (_, index) =>
    peer(`only-us${index}`, { hubs: ["us"], addresses: [`10.8.0.${index + 6}`] }),
  );
  expect(allocate([...shared, ...blocking])).toEqual({ "alice@hub": "10.8.0.14" });
});

test("peers with an address, and hubs without IPv4, ask for nothing", () => {
  const v6 = hub("six", { addresses: ["fd00:8::1/64"] });
  expect(allocate([hub("hub"), v6, peer("a", { addresses: ["10.8.0.9"] }), peer("b", { hubs: ["six"] })])).toEqual({});
  expect(poolStatistics(resolveTopology(desiredOf([v6])), "six", NOTHING)).toEqual([]);
  expect(poolStatistics(resolveTopology(desiredOf([v6])), "unknown", NOTHING)).toEqual([]);
});

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/), { minLength: 1, maxLength: 60 });

/** The estate with what was allocated written into it. */
function settle(resources: readonly Resource[]): readonly Resource[] {
  const given = allocate(resources);
  return resources.map((one) =>
    one.kind === "WireGuardPeer" && given[`${one.name}@hub`] !== undefined
      ? { ...one, spec: { ...(one.spec as object), addresses: [given[`${one.name}@hub`]] } }
      : one,
  );
}

test("never collides, never depends on the order of documents, and moves nobody for a newcomer", () => {
  fc.assert(
    fc.property(names, fc.nat(), (all, turn) => {
      const resources: readonly Resource[] = [hub("hub"), ...all.map((name) => peer(name))];
      const settled = settle(resources);
      expect(checkWireGuard(desiredOf(settled), NOW)).toEqual([]);
      const at = turn % resources.length;
      expect(allocate([...resources.slice(at), ...resources.slice(0, at)])).toEqual(allocate(resources));
      expect(allocate(settled)).toEqual({});
      expect(Object.keys(allocate([...settled, peer("zz-newcomer")]))).toEqual(["zz-newcomer@hub"]);
    }),
    { numRuns: 30 },
  );
});

test("two branches seldom pick the same address", () => {
  const network = parseNetwork("10.8.0.0/16")?.network;
  const starts = Array.from({ length: 500 }, (_, index) => (network ? startOf(network, `peer-${index}`) : 0));
  const pairs = starts.flatMap((start, index) => (index % 2 === 1 && starts[index - 1] === start ? [start] : []));
  expect(pairs.length).toBeLessThan(3);
  expect(new Set(starts).size).toBeGreaterThan(490);
});

test("a pool of many thousands fills to the last address", () => {
  const many = Array.from({ length: 4094 }, (_, index) => peer(`p${index}`));
  const resources = [hub("hub", { addresses: ["10.8.0.1/20"] }), ...many];
  const { allocations, findings } = allocateAddresses(resolveTopology(desiredOf(resources)), NOTHING);
  expect(new Set(allocations.map(({ address }) => address)).size).toBe(4093);
  expect(findings.map(({ code }) => code)).toEqual(["pool-exhausted"]);
});
