import { expect, test } from "vitest";
import type { Resource } from "../../../src/estate/resource.ts";
import {
  type ClientRequest,
  clientConfigOf,
  renderClientConfig,
  renderQr,
} from "../../../src/providers/wireguard/client-config.ts";
import { readClientTemplate } from "../../../src/providers/wireguard/client-template.ts";
import { keyPairFrom } from "../../../src/providers/wireguard/keys.ts";
import { resolveTopology } from "../../../src/providers/wireguard/topology.ts";
import { desiredOf, hub, keyOf, peer } from "./desired.ts";

const ALICE: ClientRequest = { estate: "robco", peer: "alice", hub: null, privateKey: null, hubKeys: new Map() };
const EU = hub("eu", {
  publicKey: keyOf(901),
  addresses: ["10.8.0.1/24", "fd00:8::1/64"],
  dns: { servers: ["10.8.0.1", "fd00:8::1"], search: ["corp.example"] },
});
const PLAIN = hub("plain", {
  publicKey: keyOf(902),
  peers: { ...hub("x").spec.peers, keepalive: "0s", routes: ["0.0.0.0/0"] },
});

function render(resources: readonly Resource[], request: Partial<ClientRequest> = {}): string {
  const topology = resolveTopology(desiredOf(resources));
  return renderClientConfig(clientConfigOf(topology, { ...ALICE, ...request }), readClientTemplate());
}

test("a client's file, with all there can be", () => {
  const alice = peer("alice", {
    hubs: ["eu"],
    publicKey: keyOf(1),
    addresses: ["10.8.0.23", "fd00:8::23"],
    presharedKeyFrom: { file: "/etc/wireguard/psk/alice" },
  });
  expect(render([EU, alice])).toBe(`# alice at eu, from the estate robco
[Interface]
# Made on this machine (wg genkey), never sent anywhere: it belongs to ${keyOf(1)}
PrivateKey = <private key of alice>
Address = 10.8.0.23/32, fd00:8::23/128
DNS = 10.8.0.1, fd00:8::1, corp.example
MTU = 1420

[Peer]
PublicKey = ${keyOf(901)}
# The hub expects a preshared key: without it no handshake succeeds. Ask whoever keeps the hub's secrets.
# PresharedKey = <preshared key of alice>
Endpoint = vpn.example.com:51820
AllowedIPs = 10.8.0.0/24, fd00:8::/64
PersistentKeepalive = 25
`);
});

test("the same with as little as there can be, and a key made on the spot", () => {
  const { privateKey } = keyPairFrom(new Uint8Array(32).fill(9));
  const alice = peer("alice", { hubs: ["eu", "plain"], addresses: ["10.8.0.23"] });
  expect(render([EU, PLAIN, alice], { hub: "plain", privateKey })).toBe(`# alice at plain, from the estate robco
[Interface]
PrivateKey = ${privateKey}
Address = 10.8.0.23/32
MTU = 1420

[Peer]
PublicKey = ${keyOf(902)}
Endpoint = vpn.example.com:51820
AllowedIPs = 0.0.0.0/0
`);
});

test.each([
  ["an unknown peer", { peer: "alicia" }, {}, 'did you mean "alice"?'],
  ["several hubs", {}, { hubs: ["eu", "plain"] }, "choose one: --hub eu, --hub plain"],
  ["no hub", {}, { hubs: [] }, "name a hub in spec.hubs"],
  ["another's hub", { hub: "plan" }, { hubs: ["plain"] }, 'did you mean "plain"?'],
  ["no IPv4 address", {}, { addresses: [] }, "run reeve allocate"],
])("not without %s", (_name, request, spec, expected) => {
  const alice = peer("alice", { hubs: ["eu"], addresses: ["10.8.0.23"], ...spec });
  expect(() => render([EU, PLAIN, alice], request)).toThrow(expected);
});

test("a hub that pins no key: what was found on it, or how to learn it", () => {
  const resources = [hub("hub"), peer("alice", { addresses: ["10.8.0.23"] })];
  expect(() => render(resources)).toThrow("pin it as spec.publicKey");
  expect(render(resources, { hubKeys: new Map([["hub", keyOf(7)]]) })).toContain(`PublicKey = ${keyOf(7)}`);
});

test("a value with a line break never becomes a line", () => {
  const hostile = hub("hub", { publicKey: keyOf(3), endpoint: "vpn:1\nPostUp = x" });
  expect(() => render([hostile, peer("alice", { addresses: ["10.8.0.23"] })])).toThrow("endpoint");
});

test("as a QR code", async () => {
  expect((await renderQr("[Interface]\n")).split("\n").length).toBeGreaterThan(8);
});
