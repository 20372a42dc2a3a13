import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import {
  canonicalPrefix,
  compareNetworks,
  containsAddress,
  containsNetwork,
  formatAddress,
  formatInterfaceAddress,
  formatNetwork,
  type IpAddress,
  isMappedIpv4,
  lastOf,
  networkOf,
  overlaps,
  parseAddress,
  parseInterfaceAddress,
  parseNetwork,
  parseRange,
  sizeOf,
} from "../../../src/providers/wireguard/ip.ts";

test.each([
  ["10.0.0.1", "10.0.0.1/32"],
  ["10.0.0.7/24", "10.0.0.0/24"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["255.255.255.255", "255.255.255.255/32"],
  ["FD00:0008:0:0:0:0:0:1", "fd00:8::1/128"],
  ["fd00:8::1/64", "fd00:8::/64"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1/128"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1/128"],
  ["::", "::/128"],
  ["::/0", "::/0"],
  ["1::", "1::/128"],
  ["::ffff:10.0.0.1/128", "::ffff:10.0.0.1/128"],
  ["::ffff:a00:1", "::ffff:10.0.0.1/128"],
  ["1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1/128"],
])("canonicalPrefix(%s) is %s", (text, expected) => {
  expect(canonicalPrefix(text)).toBe(expected);
});

test.each([
  "",
  "10.0.0",
  "10.0.0.256",
  "010.0.0.1",
  "10.0.0.01/32",
  "10.0.0/24",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/08",
  "10.0.0.0/",
  " 10.0.0.1",
  "10.0.0.1\n",
  "0x0a000001",
  "167772161",
  "fe80::1%eth0",
  "::1/129",
  "1:2:3:4:5:6:7",
  "1::2::3",
  ":::",
  "::ffff:010.0.0.1",
  "g::1",
  "10.0.0.1/24/24",
])("%j is no prefix", (text) => {
  expect(canonicalPrefix(text)).toBeNull();
  expect(parseNetwork(text)).toBeNull();
});

test.each([
  ["10.8.0.2-10.8.0.15", 14n],
  ["10.8.0.2", 1n],
  ["10.8.0.0/24", 256n],
  ["fd00::1-fd00::10", 16n],
])("parseRange(%s) holds %s addresses", (text, count) => {
  const range = parseRange(text);
  expect(range === null ? null : range.last - range.first + 1n).toBe(count);
});

test.each(["10.8.0.2-", "-10.8.0.2", "10.8.0.2-fd00::1", "10.8.0.2-10.8.0.4-10.8.0.6", "x"])(
  "%j is no range",
  (text) => {
    expect(parseRange(text)).toBeNull();
  },
);

test("host bits and mapped addresses are recognised", () => {
  expect(parseNetwork("10.8.0.1/22")?.hasHostBits).toBe(true);
  expect(parseNetwork("10.8.0.0/22")?.hasHostBits).toBe(false);
  expect(["::ffff:10.0.0.1", "::fffe:10.0.0.1", "10.0.0.1"].map((text) => isMapped(text))).toEqual([
    true,
    false,
    false,
  ]);
  const parsed = parseInterfaceAddress("FD00:8::1/64");
  expect(parsed === null ? null : formatInterfaceAddress(parsed)).toBe("fd00:8::1/64");
});

function isMapped(text: string): boolean {
  const address = parseAddress(text);
  return address !== null && isMappedIpv4(address);
}

const address: fc.Arbitrary<IpAddress> = fc.oneof(
  fc.bigInt(0n, (1n << 32n) - 1n).map((value) => ({ family: 4 as const, value })),
  fc.bigInt(0n, (1n << 128n) - 1n).map((value) => ({ family: 6 as const, value })),
  // Sparse words, so that zero runs of every length and place occur.
  fc
    .array(fc.constantFrom(0, 0, 0, 1, 0xffff, 0xa00), { minLength: 8, maxLength: 8 })
    .map((words) => ({ family: 6 as const, value: words.reduce((all, word) => (all << 16n) | BigInt(word), 0n) })),
);
const network = fc.tuple(address, fc.nat(128)).map(([ip, bits]) => networkOf(ip, ip.family === 4 ? bits % 33 : bits));

/** `::10.0.0.0` is what inet_ntop and wg print for ::a00:0; ipaddr.js takes it for ::ffff:10.0.0.0, so it cannot judge. */
function isIpv4Compatible(text: string): boolean {
  return /^::\d+\./.test(text);
}

describe("against ipaddr.js, computed independently", () => {
  test("an address reads back, and means the same there", () => {
    fc.assert(
      fc.property(address, (ip) => {
        const text = formatAddress(ip);
        expect(parseAddress(text)).toEqual(ip);
        if (isIpv4Compatible(text)) return;
        const bytes = ipaddr.parse(text).toByteArray();
        expect(bytes.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n)).toBe(ip.value);
      }),
    );
  });

  test("containment agrees", () => {
    fc.assert(
      fc.property(network, address, (net, ip) => {
        fc.pre(!isIpv4Compatible(formatAddress(ip)) && !isIpv4Compatible(formatNetwork(net)));
        const there =
          net.family === ip.family && ipaddr.parse(formatAddress(ip)).match(ipaddr.parseCIDR(formatNetwork(net)));
        expect(containsAddress(net, ip)).toBe(there);
      }),
    );
  });
});

test("a network's ends, size and relations hold together", () => {
  fc.assert(
    fc.property(network, network, (a, b) => {
      expect(canonicalPrefix(formatNetwork(a))).toBe(formatNetwork(a));
      expect(lastOf(a) - a.first + 1n).toBe(sizeOf(a));
      expect(overlaps(a, b)).toBe(a.family === b.family && a.first <= lastOf(b) && b.first <= lastOf(a));
      expect(containsNetwork(a, b) && containsNetwork(b, a)).toBe(formatNetwork(a) === formatNetwork(b));
      expect(compareNetworks(a, b)).toBe(-compareNetworks(b, a) + 0);
    }),
  );
});
