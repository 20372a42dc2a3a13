import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadEstate } from "../../../src/estate/load-estate.ts";
import { checkWireGuard } from "../../../src/providers/wireguard/check.ts";
import { keyPairFrom } from "../../../src/providers/wireguard/keys.ts";
import type { Diagnostic } from "../../../src/support/diagnostic.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "reeve-refusals-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pairOf = (seed: number) => keyPairFrom(new Uint8Array(32).fill(seed));
const [HUB, ALICE, BOB, OTHER] = [1, 2, 3, 4].map((seed) => pairOf(seed).publicKey);
const ALICE_PRIVATE = pairOf(2).privateKey;
const EXAMPLE = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const EXAMPLE_PRIVATE = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");

const ESTATE = `apiVersion: reeve.dev/v1
kind: WireGuardHub
metadata: { name: hub-eu, labels: { region: eu } }
spec:
  host: { local: {} }
  interface: wg0
  configFile: /etc/wireguard/wg0.conf
  publicKey: ${HUB}
  privateKeyFrom: { file: /etc/wireguard/wg0.key }
  addresses: [10.8.0.1/24, "fd00:8::1/64"]
  listenPort: 51820
  endpoint: vpn-eu.example.com:51820
  reserved: [{ range: 10.8.0.2-10.8.0.15, reason: infrastructure }]
  dns: { servers: [10.8.0.1], search: [corp.example] }
  mtu: 1420
  peers: { keepalive: 25s, routes: [10.8.0.0/24] }
  retired: false
---
apiVersion: reeve.dev/v1
kind: WireGuardPeer
metadata: { name: alice, annotations: { reeve.dev/owner: alice } }
spec:
  hubs: [hub-eu]
  publicKey: ${ALICE}
  presharedKeyFrom: { file: /etc/wireguard/psk/alice }
  addresses: [10.8.0.23]
  routedNetworks: [10.20.0.0/16]
  keepalive: 25s
  expiresAt: 2027-01-01T00:00:00Z
---
apiVersion: reeve.dev/v1
kind: WireGuardPeer
metadata: { name: bob }
spec:
  hubs: [hub-eu]
  publicKey: ${BOB}
  addresses: [10.8.0.24, "fd00:8::24"]
  routedNetworks: [10.30.0.0/16]
  endpoint: 198.51.100.7:51820
# end
`;

/** The files of one state directory, with `⟦` where the finding is expected. */
async function checkText(marked: string): Promise<{ readonly found: readonly Diagnostic[]; readonly place: string }> {
  const lines = marked.slice(0, marked.indexOf("⟦")).split("\n");
  const stateDir = mkdtempSync(join(folder, "state-"));
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, "reeve.yaml"), "apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\n");
  writeFileSync(join(stateDir, "vpn.yaml"), marked.replace("⟦", ""));
  const loaded = await loadEstate({ stateDir, root: stateDir, cacheDir: null });
  const resources = loaded.checkable.resources.filter(({ kind }) => kind.startsWith("WireGuard"));
  const findings = checkWireGuard({ estate: loaded.checkable, resources }, NOW);
  return {
    found: [...loaded.diagnostics, ...loaded.placeFindings(findings)],
    place: `vpn.yaml:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
  };
}

function placeOf({ at }: Diagnostic): string {
  return at === null ? "" : `${at.file}:${at.line}:${at.column}`;
}

/** What is expected, the text that is replaced, and what replaces it: `⟦` marks the place. */
type Row = readonly [name: string, code: string, from: string, to: string];

const KEYS: readonly Row[] = [
  ["no canonical form", "bad-value", ALICE ?? "", `⟦${ALICE?.slice(0, -1)}`],
  ["base64url", "bad-value", ALICE ?? "", "⟦hIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8-kw="],
  ["all zero", "key-low-order", ALICE ?? "", `⟦${base64("00".repeat(32))}`],
  ["low order", "key-low-order", ALICE ?? "", `⟦${base64(`01${"00".repeat(31)}`)}`],
  ["high bit set", "key-twin", ALICE ?? "", `⟦${base64(`${"11".repeat(31)}91`)}`],
  ["not reduced", "key-twin", ALICE ?? "", `⟦${base64(`f0${"ff".repeat(30)}7f`)}`],
  ["of a published example", "key-published", ALICE ?? "", `⟦${EXAMPLE}`],
  ["a hub's, of a published example", "key-published", HUB ?? "", `⟦${EXAMPLE}`],
  ["one key twice", "key-twice", BOB ?? "", `⟦${ALICE}`],
  ["one key twice, as the next", "key-twice", `${BOB}\n`, `${BOB}\n  nextPublicKey: ⟦${ALICE}\n`],
  ["its own next", "key-twice", `${BOB}\n`, `${BOB}\n  nextPublicKey: ⟦${BOB}\n`],
  ["the hub's own", "key-of-hub", BOB ?? "", `⟦${HUB}`],
  ["the hub's own, as the next", "key-of-hub", `${BOB}\n`, `${BOB}\n  nextPublicKey: ⟦${HUB}\n`],
  ["the private half of another", "private-key", BOB ?? "", `⟦${ALICE_PRIVATE}`],
  ["the private half of an example", "private-key", BOB ?? "", `⟦${EXAMPLE_PRIVATE}`],
  ["a private key in a note", "private-key", "owner: alice", `owner: ⟦"key ${ALICE_PRIVATE}"`],
  ["a note named private key", "private-key", "reeve.dev/owner: alice", "vpn/private-key: ⟦abc"],
  ["a field named privateKey", "secret-in-yaml", `${BOB}\n`, `${BOB}\n  ⟦privateKey: ${ALICE_PRIVATE}\n`],
];

const ADDRESSES: readonly Row[] = [
  ["the network's", "address-network", "10.8.0.23", "⟦10.8.0.0"],
  ["the broadcast", "address-broadcast", "10.8.0.23", "⟦10.8.0.255"],
  ["the hub's", "address-of-hub", "10.8.0.23", "⟦10.8.0.1"],
  ["the hub's IPv6", "address-of-hub", '"fd00:8::24"', '⟦"fd00:8::1"'],
  ["the IPv6 network's", "address-network", '"fd00:8::24"', '⟦"fd00:8::"'],
  ["reserved", "address-reserved", "10.8.0.23", "⟦10.8.0.5"],
  ["outside", "address-outside", "10.8.0.23", "⟦10.9.0.23"],
  ["leading zeros", "invalid-address", "10.8.0.23", "⟦10.8.0.023"],
  ["too large", "invalid-address", "10.8.0.23", "⟦10.8.0.256"],
  ["IPv4-mapped", "mapped-address", '"fd00:8::24"', '⟦"::ffff:10.8.0.24"'],
  ["with a zone id", "bad-value", '"fd00:8::24"', '⟦"fe80::1%eth0"'],
  ["a whole network", "address-prefix", "10.8.0.23", "⟦10.8.0.23/24"],
  ["a wrong prefix", "invalid-address", "10.8.0.23", "⟦10.8.0.23/33"],
  ["twice in one document", "address-twice", "[10.8.0.23]", "[10.8.0.23, ⟦10.8.0.23/32]"],
  ["twice, spelled otherwise", "address-twice", '"fd00:8::24"]', '"fd00:8::24", ⟦"fd00:8:0:0::24"]'],
  ["a second of one family", "address-second", "[10.8.0.23]", "[10.8.0.23, ⟦10.8.0.25]"],
  ["none", "address-missing", "[10.8.0.23]", "⟦[]"],
  ["another peer's", "address-conflict", "10.8.0.24,", "⟦10.8.0.23,"],
  ["another peer's after canonicalisation", "address-conflict", "10.8.0.24,", "⟦10.8.0.23/32,"],
];

const NETWORKS: readonly Row[] = [
  ["host bits", "host-bits", "10.20.0.0/16", "⟦10.20.0.1/16"],
  ["no network", "invalid-network", "10.20.0.0/16", "⟦10.20.0.0/33"],
  ["leading zeros", "invalid-network", "10.20.0.0/16", "⟦010.20.0.0/16"],
  ["IPv4-mapped", "mapped-address", "10.20.0.0/16", '⟦"::ffff:10.20.0.0/112"'],
  ["everything, IPv4", "default-route", "10.20.0.0/16", "⟦0.0.0.0/0"],
  ["everything, IPv6", "default-route", "10.20.0.0/16", '⟦"::/0"'],
  ["two peers, one network", "network-conflict", "10.30.0.0/16", "⟦10.20.0.0/16"],
  ["a part of another peer's", "network-overlap", "10.30.0.0/16", "⟦10.20.3.0/24"],
  ["a whole around another peer's", "network-overlap", "[10.20.0.0/16]", "[⟦10.30.4.0/24]"],
  ["twice in one document", "network-twice", "[10.20.0.0/16]", "[10.20.0.0/16, ⟦10.20.0.0/16]"],
  ["over the tunnel's", "network-overlaps-hub", "10.20.0.0/16", "⟦10.0.0.0/8"],
  ["another peer's address", "network-overlaps-hub", "10.20.0.0/16", "⟦10.8.0.24/32"],
  ["a route with host bits", "host-bits", "routes: [10.8.0.0/24]", "routes: [⟦10.8.0.1/24]"],
];

const HUBS: readonly Row[] = [
  ["host bits do no harm, bounds do", "prefix-bounds", "10.8.0.1/24", "⟦10.8.0.1/31"],
  ["too wide", "prefix-bounds", "10.8.0.1/24", "⟦10.8.0.1/7"],
  ["IPv6 too wide", "prefix-bounds", '"fd00:8::1/64"', '⟦"fd00:8::1/47"'],
  ["two of a family", "family-twice", '"fd00:8::1/64"]', "⟦10.9.0.1/24]"],
  ["the network's own address", "address-network", "10.8.0.1/24", "⟦10.8.0.0/24"],
  ["the broadcast address", "address-broadcast", "10.8.0.1/24", "⟦10.8.0.255/24"],
  ["no address", "invalid-address", "10.8.0.1/24", "⟦10.8.0.01/24"],
  ["mapped", "mapped-address", '"fd00:8::1/64"', '⟦"::ffff:10.8.0.1/112"'],
  ["a reserved range reversed", "range-reversed", "10.8.0.2-10.8.0.15", "⟦10.8.0.15-10.8.0.2"],
  ["a reserved range outside", "range-outside", "10.8.0.2-10.8.0.15", "⟦10.8.0.2-10.8.1.15"],
  ["a reserved network with host bits", "host-bits", "10.8.0.2-10.8.0.15", "⟦10.8.0.2/28"],
  ["no range", "invalid-range", "10.8.0.2-10.8.0.15", '⟦"10.8.0.2-fd00:8::1"'],
  ["no resolver", "invalid-address", "servers: [10.8.0.1]", "servers: [⟦10.8.0.256]"],
  ["no search domain", "invalid-domain", "corp.example", "⟦corp..example"],
  ["keepalive", "keepalive-bounds", "keepalive: 25s, routes", "keepalive: ⟦65536s, routes"],
  ["MTU", "bad-value", "mtu: 1420", "mtu: ⟦9001"],
  ["MTU too small", "bad-value", "mtu: 1420", "mtu: ⟦1279"],
  ["port 0", "bad-value", "listenPort: 51820", "listenPort: ⟦0"],
  ["port too large", "bad-value", "listenPort: 51820", "listenPort: ⟦65536"],
  ["interface too long", "bad-value", "interface: wg0", "interface: ⟦wg0123456789abcdef"],
  [
    "interface that wg takes for a word",
    "interface-name",
    "interface: wg0\n  configFile: /etc/wireguard/wg0",
    "interface: ⟦all\n  configFile: /etc/wireguard/all",
  ],
  ["endpoint port 0", "endpoint-port", "vpn-eu.example.com:51820", "⟦vpn-eu.example.com:0"],
  ["endpoint port too large", "endpoint-port", "vpn-eu.example.com:51820", "⟦vpn-eu.example.com:65536"],
  ["endpoint no name", "endpoint-host", "vpn-eu.example.com:51820", "⟦vpn..example.com:51820"],
  ["endpoint no address", "endpoint-host", "vpn-eu.example.com:51820", "⟦10.8.0.999:51820"],
  ["file not of the interface", "config-file-name", "/etc/wireguard/wg0.conf", "⟦/etc/wireguard/wg1.conf"],
  ["file not absolute", "path-relative", "/etc/wireguard/wg0.conf", "⟦etc/wg0.conf"],
  ["file with dots", "path-segments", "/etc/wireguard/wg0.conf", "⟦/etc/wireguard/../wg0.conf"],
  ["key file not absolute", "path-relative", "/etc/wireguard/wg0.key", "⟦wg0.key"],
  ["key file with dots", "path-segments", "/etc/wireguard/wg0.key", "⟦/etc/./wg0.key"],
  ["key file is the configuration", "path-clash", "/etc/wireguard/wg0.key", "⟦/etc/wireguard/wg0.conf"],
  ["retired and in use", "retired-in-use", "retired: false", "retired: ⟦true"],
  ["hooks", "unknown-field", "  mtu: 1420", "  ⟦postUp: iptables -F"],
];

const PEERS: readonly Row[] = [
  ["unknown hub", "unknown-reference", "hubs: [hub-eu]\n  publicKey: ", "hubs: [⟦hub-us]\n  publicKey: "],
  ["keepalive", "keepalive-bounds", "keepalive: 25s\n", "keepalive: ⟦2d\n"],
  ["endpoint's port", "endpoint-port", "198.51.100.7:51820", "⟦198.51.100.7:99999"],
  ["endpoint's host", "endpoint-host", "198.51.100.7:51820", "⟦0.0.0.0:51820"],
  ["expiry without zone", "bad-value", "2027-01-01T00:00:00Z", "⟦2027-01-01T00:00:00"],
  ["expiry that no calendar has", "bad-value", "2027-01-01T00:00:00Z", "⟦2027-02-30T00:00:00Z"],
  ["expiry in a leap second", "invalid-instant", "2027-01-01T00:00:00Z", "⟦2026-12-31T23:59:60Z"],
  ["expiry in the past", "expired", "2027-01-01T00:00:00Z", "⟦2026-01-01T00:00:00Z"],
  ["preshared key's file", "path-relative", "/etc/wireguard/psk/alice", "⟦psk/alice"],
  ["preshared key's file with dots", "path-segments", "/etc/wireguard/psk/alice", "⟦/etc/../alice"],
  ["a preshared key itself", "secret-in-yaml", `${BOB}\n`, `${BOB}\n  ⟦presharedKey: ${OTHER}\n`],
];

const STRINGS: readonly Row[] = [
  ["newline in a name", "hostile-character", "name: bob", 'name: ⟦"bob\\nPostUp=x"'],
  ["# in a name", "bad-value", "name: bob", 'name: ⟦"bob#"'],
  ["[ in a name", "bad-value", "name: bob", 'name: ⟦"[Peer]"'],
  ["newline in an endpoint", "hostile-character", "vpn-eu.example.com:51820", '⟦"vpn:1\\nPostUp=x"'],
  ["newline in a reason", "hostile-character", "infrastructure", '⟦"a\\nprivate_key=b"'],
  ["# in a reason", "bad-value", "infrastructure", '⟦"a # b"'],
  ["newline in a search domain", "hostile-character", "corp.example", '⟦"corp\\nPostUp"'],
  ["bidirectional control in a note", "hostile-character", "owner: alice", 'owner: ⟦"a\\u202Eb"'],
];

const SECOND_HUB = `---
apiVersion: reeve.dev/v1
kind: WireGuardHub
metadata: { name: hub-us }
spec:
  host: { local: {} }
  interface: wg1
  configFile: /etc/wireguard/wg1.conf
  privateKeyFrom: { file: /etc/wireguard/wg1.key }
  addresses: [10.9.0.1/24]
  listenPort: 51821
  endpoint: vpn-us.example.com:51821
`;

const TWO_HUBS: readonly Row[] = [
  ["one interface", "interface-twice", "interface: wg1", "interface: ⟦wg0"],
  ["one port", "listen-port-twice", "listenPort: 51821", "listenPort: ⟦51820"],
  ["one file", "config-file-twice", "/etc/wireguard/wg1.conf", "⟦/etc/wireguard/wg0.conf"],
  ["overlapping networks", "networks-overlap", "10.9.0.1/24", "⟦10.8.0.129/25"],
  ["one key", "hub-key-shared", "  listenPort: 51821", `  publicKey: ⟦${HUB}\n  listenPort: 51821`],
];

test("an address of a family that no hub has", async () => {
  const { found, place } = await checkText(
    replaceIn(ESTATE, ', "fd00:8::1/64"]', "]").replace('"fd00:8::24"', '⟦"fd00:8::24"'),
  );
  expect(found.map((diagnostic) => `${placeOf(diagnostic)} ${diagnostic.code}`)).toEqual([`${place} address-family`]);
});

/** Replaces the last place, where the later document stands. */
function replaceIn(text: string, from: string, to: string): string {
  const at = text.lastIndexOf(from);
  if (at === -1) throw new Error(`no ${from} in the text`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}

const GROUPS = { KEYS, ADDRESSES, NETWORKS, HUBS, PEERS, STRINGS };

describe.each(Object.entries(GROUPS))("%s", (_group, rows) => {
  test.each(rows)("%s: %s", async (_name, code, from, to) => {
    const { found, place } = await checkText(replaceIn(ESTATE, from, to));
    expect(found.map((diagnostic) => `${placeOf(diagnostic)} ${diagnostic.code}`)).toContain(`${place} ${code}`);
  });
});

test.each(TWO_HUBS)("two hubs, %s: %s", async (_name, code, from, to) => {
  const { found, place } = await checkText(ESTATE + replaceIn(SECOND_HUB, from, to));
  expect(found.map((diagnostic) => `${placeOf(diagnostic)} ${diagnostic.code}`)).toContain(`${place} ${code}`);
});

test.each([
  ["as it stands", "# end", "#"],
  ["two hubs", "# end\n", SECOND_HUB],
  [
    "a part of another peer's network, with consent",
    "metadata: { name: bob }",
    "metadata: { name: bob, annotations: { reeve.dev/allow-overlap: 10.20.3.0/24 } }",
  ],
  ["a reservation that ended", "reason: infrastructure", "reason: infrastructure, until: 2026-01-01T00:00:00Z"],
  ["a host's own prefix", "10.8.0.24,", "10.8.0.24/32,"],
  ["suspended", "# end", "  suspended: true"],
])("good: %s", async (name, from, to) => {
  const text = replaceIn(ESTATE, from, to);
  const nested = name.includes("consent") ? text.replace("10.30.0.0/16", "10.20.3.0/24") : text;
  const reserved = name.includes("reservation") ? nested.replace("10.8.0.23", "10.8.0.5") : nested;
  expect((await checkText(`${reserved}⟦`)).found).toEqual([]);
});
