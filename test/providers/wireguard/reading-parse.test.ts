import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runTrouble } from "../../../src/providers/wireguard/hub-trouble.ts";
import { parseReading } from "../../../src/providers/wireguard/reading-parse.ts";
import { publicKeyOf, snapshotOf, troubleOf } from "../../support/wireguard-hub.ts";

const key = publicKeyOf;
const answer = (lines: string): string =>
  `reeve-hub\t1\nkey\t${key(0)}\n${lines.trim().replaceAll(" | ", "\t")}\nfingerprint\tabc\ndone\n`;

describe("a hub's answer", () => {
  it("becomes a snapshot in canonical form and order", () => {
    const text = answer(`
file | 600 | ${key(0)} | 1
marker | robco | hub-eu | wg0
file-port | 51820
file-address | FD00:8::1/64
file-address | 10.8.0.1/24
file-mtu | 1420
file-route | 10.20.0.0/16
file-recorded | endpoint=a
file-leaving | c | ${key(5)}
file-leaving-address | 10.7.0.1/24
file-unknown | PostUp
file-peer | ${key(2)} | b | 192.0.2.1:1 | 25 | same | 10.8.0.3,10.8.0.2/32,10.8.0.3/32
file-peer | ${key(1)} | - | - | 0 | none | 
live | ${key(0)} | 51820
live-peer | ${key(3)} | other | (none) | (none) | 0 | 0 | 0 | off
live-peer | ${key(1)} | none | [2001:db8::1]:9 | 10.9.1.0/24,10.8.0.9 | 17 | 3 | 4 | 25
link | 1 | 1420
live-address | 10.8.0.1/24
live-route | fd00:9::/64 | 0
live-route | 10.8.0.9 | 1
around | 192.0.2.7/24 | address of eth0
around | 192.0.2.0/24 | address of eth0
around | 198.51.100.1 | the SSH client
trouble | config | line 4: something`);
    expect(snapshotOf(parseReading(text))).toEqual({
      publicKey: key(0),
      fingerprint: "abc",
      file: {
        marker: { estate: "robco", hub: "hub-eu", interface: "wg0" },
        isIntact: true,
        mode: "600",
        publicKey: key(0),
        listenPort: 51820,
        addresses: ["10.8.0.1/24", "fd00:8::1/64"],
        mtu: 1420,
        routes: ["10.20.0.0/16"],
        recorded: "endpoint=a",
        leaving: { peers: [{ name: "c", publicKey: key(5) }], addresses: ["10.7.0.1/24"] },
        unknownKeys: ["PostUp"],
        peers: [
          { publicKey: key(1), name: null, endpoint: null, keepalive: 0, preshared: "none", allowedIps: [] },
          {
            publicKey: key(2),
            name: "b",
            endpoint: "192.0.2.1:1",
            keepalive: 25,
            preshared: "same",
            allowedIps: ["10.8.0.2/32", "10.8.0.3/32"],
          },
        ],
      },
      live: {
        publicKey: key(0),
        listenPort: 51820,
        isUp: true,
        mtu: 1420,
        addresses: ["10.8.0.1/24"],
        routes: [
          { network: "10.8.0.9/32", isOurs: true },
          { network: "fd00:9::/64", isOurs: false },
        ],
        peers: [
          {
            publicKey: key(1),
            preshared: "none",
            endpoint: "[2001:db8::1]:9",
            allowedIps: ["10.8.0.9/32", "10.9.1.0/24"],
            latestHandshake: 17,
            receivedBytes: 3,
            sentBytes: 4,
            keepalive: 25,
          },
          {
            publicKey: key(3),
            preshared: "other",
            endpoint: null,
            allowedIps: [],
            latestHandshake: 0,
            receivedBytes: 0,
            sentBytes: 0,
            keepalive: 0,
          },
        ],
      },
      surroundings: [
        { network: "192.0.2.0/24", what: "address of eth0" },
        { network: "198.51.100.1/32", what: "the SSH client" },
      ],
      troubles: [{ about: "config", message: "line 4: something" }],
    });
  });

  it("takes the last of two blocks with one key, as wg does, and says so", () => {
    const snapshot = snapshotOf(
      parseReading(
        answer(`
file | 600 | - | 0
file-peer | ${key(1)} | a | - | 0 | none | 10.8.0.2/32
file-peer | ${key(1)} | b | - | 0 | none | 10.8.0.3/32`),
      ),
    );
    expect(snapshot.file?.peers.map((peer) => peer.name)).toEqual(["b"]);
    expect(snapshot.troubles).toEqual([{ about: "config", message: expect.stringContaining("more than once") }]);
  });

  it("that was cut off anywhere is none", () => {
    const whole = answer("file | 600 | - | 0");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - "done\n".length }), (length) => {
        expect(parseReading(whole.slice(0, length))).toHaveProperty("trouble.failure", "retryable");
      }),
    );
  });

  it.each([
    ["missing-tool\twg", "invalid", "wg is not installed on the hub"],
    ["denied\twg0", "denied", "no permission for wg0"],
    ["locked\t/x", "conflict", "another apply is at work on this hub"],
    ["changed\twg0", "conflict", "wg0 or its file has changed since it was planned; nothing was written"],
    ["bad-key\t/k", "invalid", "/k holds no WireGuard private key of the right form"],
    ["never-heard-of\t", "invalid", "the hub's script did not understand its request"],
  ])("says %j in words", (record, failure, message) => {
    expect(troubleOf(parseReading(`fail\t${record}\n`))).toMatchObject({
      failure,
      message,
      next: expect.stringMatching(/./),
    });
  });

  it.each([
    ["sudo: a password is required", "denied", "sudo asks for a password on the hub"],
    ["ssh: connect to host a port 22: Connection timed out", "retryable", "the hub does not answer SSH"],
    ["Host key verification failed.", "denied", "the hub's host key is not in the knownHosts file"],
    ["root@a: Permission denied (publickey).", "denied", "the hub refused the SSH login"],
    ["Segmentation fault", "retryable", "the hub's script ended without an answer"],
  ])("classifies %j", (stderr, failure, message) => {
    expect(runTrouble(stderr)).toMatchObject({ failure, message });
  });
});
