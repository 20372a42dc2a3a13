import { describe, expect, test } from "vitest";
import { defaultInterface, findMac, readHostname } from "../../src/appliance/machine.ts";
import { backOff } from "../../src/appliance/server/back-off.ts";
import { readEndpoint } from "../../src/appliance/server/endpoint.ts";
import { readRetryAfter } from "../../src/appliance/server/trouble.ts";

const NOW = new Date("2026-12-01T00:00:00Z");

describe("the machine", () => {
  const card = (mac: string, internal = false) => [{ mac, internal, family: "IPv4" as const, address: "192.0.2.7" }];

  test.each([
    {
      name: "the card that leads out",
      cards: { a: card("84:3a:5b:00:00:01"), b: card("84:3a:5b:00:00:02") },
      out: "b",
      said: "84:3A:5B:00:00:02",
    },
    {
      name: "no made-up one where there is another",
      cards: { docker0: card("02:42:00:00:00:01"), eth0: card("84:3a:5b:00:00:02") },
      out: null,
      said: "84:3A:5B:00:00:02",
    },
    { name: "the loop has none", cards: { lo: card("00:00:00:00:00:00", true) }, out: null, said: null },
  ])("$name", ({ cards, out, said }) => expect(findMac(cards, out)).toBe(said));

  test("the card that leads out, as Linux says it", () => {
    expect(defaultInterface("Iface\tDestination\neth1\t0000A8C0\t0\neth0\t00000000\t0102A8C0\n")).toBe("eth0");
    expect(defaultInterface("")).toBeNull();
  });

  test.each([
    ["clinic", "clinic"],
    ["Müllers PC", "M-llers-PC"],
    ["-x-", "x"],
    ["", "appliance"],
  ])("host name %j: %j", (name, said) => expect(readHostname(name)).toBe(said));
});

describe("waiting", () => {
  test.each([
    { failures: 1, random: 0, ms: 1000 },
    { failures: 1, random: 0.999, ms: 1999 },
    { failures: 4, random: 0.5, ms: 12_000 },
    { failures: 40, random: 0.5, ms: 225_000 },
  ])("$failures troubles, $random: $ms ms", ({ failures, random, ms }) =>
    expect(backOff({ failures, random, retryAfter: null })).toBe(ms),
  );

  test("never less than the server asked for", () => {
    expect(backOff({ failures: 1, random: 0, retryAfter: 60 })).toBe(60_000);
    expect(backOff({ failures: 9, random: 0, retryAfter: 60 })).toBe(150_000);
  });

  test.each([
    ["30", 30],
    ["999999", 3600],
    ["Tue, 01 Dec 2026 00:01:00 GMT", 60],
    ["Mon, 30 Nov 2026 00:00:00 GMT", null],
    ["soon", null],
    [null, null],
  ])("Retry-After: %s is %s", (text, said) => expect(readRetryAfter(text, NOW.getTime())).toBe(said));
});

test.each([
  ["https://mgmt.example.net/", "https://mgmt.example.net"],
  ["https://mgmt.example.net/sites/", "https://mgmt.example.net/sites"],
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
])("server %s", (text, said) => expect(readEndpoint(text)).toBe(said));

test.each([
  "http://mgmt.example.net",
  "ftp://x",
  "mgmt",
  "https://u:p@mgmt.example.net",
  "https://mgmt.example.net/?a=b",
])("no server: %s", (text) => expect(() => readEndpoint(text)).toThrow());
