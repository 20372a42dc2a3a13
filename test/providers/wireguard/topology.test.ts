import fc from "fast-check";
import { expect, test } from "vitest";
import { checkWireGuard } from "../../../src/providers/wireguard/check.ts";
import { containsAddress, parseAddress, parseNetwork } from "../../../src/providers/wireguard/ip.ts";
import { resolveTopology } from "../../../src/providers/wireguard/topology.ts";
import { desiredOf, hub, peer } from "./desired.ts";

const NOW = new Date("2026-11-24T12:00:00Z");

test("a peer at two hubs: what each of them holds", () => {
  const topology = resolveTopology(
    desiredOf([
      hub("eu", { addresses: ["FD00:8::1/64", "10.8.0.1/24"] }),
      hub("us", {
        addresses: ["10.9.0.1/24"],
        peers: { ...hub("x").spec.peers, routes: ["10.9.0.0/24", "10.0.0.0/8"] },
      }),
      peer("alice", {
        hubs: ["us", "eu"],
        addresses: ["10.8.0.23/32", "10.9.0.23", "fd00:8::23"],
        routedNetworks: ["10.20.0.0/16", "10.2.0.0/16"],
        keepalive: "1m",
        expiresAt: "2027-01-01T01:00:00+01:00",
      }),
    ]),
  );
  expect(topology.peers[0]?.at).toEqual([
    {
      hub: "eu",
      addresses: ["10.8.0.23", "fd00:8::23"],
      allowedIps: ["10.2.0.0/16", "10.20.0.0/16", "10.8.0.23/32", "fd00:8::23/128"],
      keepalive: 60,
    },
    { hub: "us", addresses: ["10.9.0.23"], allowedIps: ["10.2.0.0/16", "10.20.0.0/16", "10.9.0.23/32"], keepalive: 60 },
  ]);
  expect(topology.peers[0]?.expiresAt).toEqual(new Date("2027-01-01T00:00:00Z"));
  expect(topology.hubs.get("eu")).toMatchObject({
    addresses: ["10.8.0.1/24", "fd00:8::1/64"],
    networks: ["10.8.0.0/24", "fd00:8::/64"],
    clientRoutes: ["10.8.0.0/24", "fd00:8::/64"],
    configFile: "/etc/wireguard/wg0.conf",
  });
  expect(topology.hubs.get("us")?.clientRoutes).toEqual(["10.0.0.0/8", "10.9.0.0/24"]);
  expect(topology.peersOf.get("us")?.map(({ facts }) => facts.peer.name)).toEqual(["alice"]);
});

test("the same resources are resolved once", () => {
  const desired = desiredOf([hub("hub"), peer("alice")]);
  expect(resolveTopology(desired)).toBe(resolveTopology({ ...desired }));
});

const v6Network = fc.integer({ min: 48, max: 126 }).map((prefix) => `fd00:8::1/${prefix}`);
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);

test("a derived IPv6 address is inside, the same each time, and nobody else's", () => {
  fc.assert(
    fc.property(v6Network, name, (address, peerName) => {
      const reserved = [{ range: "fd00:8::2", reason: "infrastructure", until: "2020-01-01T00:00:00Z" }];
      const derive = () =>
        resolveTopology(desiredOf([hub("hub", { addresses: [address], reserved }), peer(peerName)])).peers[0]?.at[0]
          ?.addresses;
      const [text, ...more] = derive() ?? [];
      const [ip, network] = [parseAddress(text ?? ""), parseNetwork(address)?.network];
      expect(more).toEqual([]);
      expect(derive()).toEqual([text]);
      expect(ip !== null && network !== undefined && containsAddress(network, ip)).toBe(true);
      expect(["fd00:8::", "fd00:8::1", "fd00:8::2"]).not.toContain(text);
    }),
  );
});

const junk = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom("10.8.0.5", "10.8.0.5/33", "::1%a", "0.0.0.0/0", "::/0"),
);

test("what is malformed is left out, reported, and never thrown over", () => {
  fc.assert(
    fc.property(fc.array(junk, { maxLength: 4 }), junk, (texts, text) => {
      const desired = desiredOf([
        hub("hub", { addresses: ["10.8.0.1/24", text], reserved: [{ range: text, reason: "x", until: text }] }),
        peer("alice", { addresses: texts, routedNetworks: texts, expiresAt: text, endpoint: text }),
      ]);
      expect(resolveTopology(desired).peers).toHaveLength(1);
      expect(checkWireGuard(desired, NOW).length).toBeGreaterThan(0);
    }),
  );
});

test("an expiry that cannot be read grants no access", () => {
  const { peers } = resolveTopology(desiredOf([hub("hub"), peer("alice", { expiresAt: "tomorrow" })]));
  expect(peers[0]?.expiresAt).toEqual(new Date(0));
});
