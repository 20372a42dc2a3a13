import { expect, test } from "vitest";
import type { Resource } from "../../../src/estate/resource.ts";
import { checkWireGuard } from "../../../src/providers/wireguard/check.ts";
import { parseAddress } from "../../../src/providers/wireguard/ip.ts";
import { resolveTopology } from "../../../src/providers/wireguard/topology.ts";
import { desiredOf, hub, keyOf, peer } from "./desired.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const PEERS = hub("any").spec.peers;

function check(...resources: readonly Resource[]): readonly string[] {
  return describeFindings(resources);
}

function describeFindings(resources: readonly Resource[]): readonly string[] {
  return checkWireGuard(desiredOf(resources), NOW).map(
    ({ severity, code, resource, path }) => `${severity} ${code} ${resource.name} ${path.join(".")}`,
  );
}

test("the later peer of one address is held, once for all hubs they share", () => {
  const addresses = ["10.8.0.9"];
  const ssh = { address: "us.example.com", user: "root", port: 22, knownHosts: "known_hosts", sudo: false };
  const hubs = ["hub", "other"];
  expect(
    check(
      hub("hub"),
      hub("other", { host: { ssh } }),
      peer("alice", { hubs, addresses }),
      peer("bob", { hubs, addresses }),
      peer("carol", { addresses: ["10.8.0.10"] }),
    ),
  ).toEqual(["held address-conflict bob spec.addresses.0"]);
});

test("a declared address that another's derived one meets", () => {
  const v6 = hub("hub", { addresses: ["fd00:8::1/64"] });
  const derived = resolveTopology(desiredOf([v6, peer("bob")])).peers[0]?.at[0]?.addresses[0] ?? "";
  expect(parseAddress(derived)).not.toBeNull();
  expect(check(v6, peer("alice", { addresses: [derived] }), peer("bob"))).toEqual([
    "held address-conflict bob spec.addresses",
  ]);
});

test.each([
  ["within", "2026-11-30T00:00:00Z", []],
  ["beyond", "2026-12-30T00:00:00Z", ["error lifetime-exceeded alice spec.expiresAt"]],
  ["none", undefined, ["error expiry-required alice spec.expiresAt"]],
])("the hub's longest lifetime: %s", (_name, expiresAt, expected) => {
  const spec = { addresses: ["10.8.0.9"], ...(expiresAt === undefined ? {} : { expiresAt }) };
  expect(check(hub("hub", { peers: { ...PEERS, maxLifetime: "30d" } }), peer("alice", spec))).toEqual(expected);
});

test("nested networks of three peers: each inner one answers for itself", () => {
  const routing = (name: string, network: string, last: number, consent?: string) =>
    peer(
      name,
      { addresses: [`10.8.0.${last}`], routedNetworks: [network] },
      consent === undefined ? {} : { "reeve.dev/allow-overlap": consent },
    );
  expect(
    check(
      hub("hub"),
      routing("alice", "172.16.0.0/12", 9),
      routing("bob", "172.16.0.0/16", 10, "172.16.0.0/16"),
      routing("carol", "172.16.3.0/24", 11, "172.16.0.0/16"),
      routing("dave", "172.32.0.0/16", 12),
    ),
  ).toEqual(["error network-overlap carol spec.routedNetworks.0"]);
});

test("file hosts share no interface, only files", () => {
  const file = (name: string, folder: string) =>
    hub(name, { host: { file: {} }, configFile: `${folder}/wg0.conf`, privateKeyFrom: { file: `${folder}/wg0.key` } });
  expect(check(file("a", "a"), file("b", "b"))).toEqual([]);
  expect(check(file("a", "a"), file("b", "a"))).toEqual(["error config-file-twice b spec.configFile"]);
});

function fleet(count: number, spec: (index: number) => Parameters<typeof peer>[1]): readonly Resource[] {
  return Array.from({ length: count }, (_, index) =>
    peer(`p${index}`, {
      publicKey: keyOf(1_000_000 + index),
      addresses: [`10.1.${index >> 8}.${index & 255}`],
      ...spec(index),
    }),
  );
}

test("an interface takes 65,536 keys", { timeout: 60_000 }, () => {
  const wide = hub("hub", { addresses: ["10.255.0.1/8"] });
  const rotating = (count: number) => fleet(count, (index) => ({ nextPublicKey: keyOf(2_000_000 + index) }));
  expect(describeFindings([wide, ...rotating(32_768)])).toEqual([]);
  expect(describeFindings([wide, ...rotating(32_769)])).toEqual(["error too-many-peers hub "]);
});

test("ranges and networks that all overlap", { timeout: 60_000 }, () => {
  const reserved = Array.from({ length: 1000 }, (_, index) => ({
    range: `10.200.${index % 200}.${index % 256}-10.250.0.0`,
    reason: "infrastructure",
  }));
  const peers = fleet(4000, (index) => ({ routedNetworks: [`172.${index % 4}.0.0/16`, "192.168.0.0/16"] }));
  const found = describeFindings([hub("hub", { addresses: ["10.255.0.1/8"], reserved }), ...peers]);
  expect(found.filter((text) => text.includes("network-conflict")).length).toBe(4000 - 4 + 4000 - 1);
});
