import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { clientConfigOf, renderClientConfig } from "../../src/providers/wireguard/client-config.ts";
import { readClientTemplate } from "../../src/providers/wireguard/client-template.ts";
import { canonicalPrefix, formatAddress, formatNetwork, networkOf } from "../../src/providers/wireguard/ip.ts";
import { derivePublic, isCanonicalKey, keyPairFrom, looksClamped } from "../../src/providers/wireguard/keys.ts";
import { resolveTopology } from "../../src/providers/wireguard/topology.ts";
import { desiredOf, hub, keyOf, peer } from "../providers/wireguard/desired.ts";

function wg(input: string, ...args: readonly string[]): string {
  return execFileSync("wg", args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] }).trim();
}

test("a derived public key is what wg pubkey prints", () => {
  for (let count = 0; count < 100; count += 1) {
    const { privateKey, publicKey } = keyPairFrom(randomBytes(32));
    expect(wg(privateKey, "pubkey")).toBe(publicKey);
  }
});

test("a key of wg genkey looks clamped and derives the same", () => {
  for (let count = 0; count < 50; count += 1) {
    const privateKey = wg("", "genkey");
    expect(isCanonicalKey(privateKey) && looksClamped(privateKey)).toBe(true);
    expect(derivePublic(privateKey)).toBe(wg(privateKey, "pubkey"));
  }
});

test("wg-quick takes a rendered client file, and wg the rest of it", () => {
  const { privateKey } = keyPairFrom(randomBytes(32));
  const full = hub("hub", { publicKey: keyOf(901), dns: { servers: ["10.8.0.1"], search: ["corp.example"] } });
  const desired = desiredOf([full, peer("alice", { addresses: ["10.8.0.23"], presharedKeyFrom: { file: "/k" } })]);
  const request = { estate: "robco", peer: "alice", hub: null, privateKey, hubKeys: new Map<string, string>() };
  const config = clientConfigOf(resolveTopology(desired), request);
  const folder = mkdtempSync(join(tmpdir(), "reeve-client-"));
  const file = join(folder, "wg9.conf");
  writeFileSync(file, renderClientConfig(config, readClientTemplate()), { mode: 0o600 });
  const stripped = execFileSync("wg-quick", ["strip", file], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  const lines = stripped.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines).toEqual([
    "[Interface]",
    `PrivateKey = ${privateKey}`,
    "[Peer]",
    `PublicKey = ${keyOf(901)}`,
    "Endpoint = vpn.example.com:51820",
    "AllowedIPs = 10.8.0.0/24",
    "PersistentKeepalive = 25",
  ]);
});

const canMakeInterfaces = process.getuid?.() === 0 && existsSync("/dev/net/tun") && existsSync("/usr/bin/wireguard-go");

test.skipIf(!canMakeInterfaces)(
  "a canonical prefix is what wg gives back (needs root, TUN and wireguard-go)",
  async () => {
    await withInterface(`rvip${process.pid}`, (name) => {
      const { publicKey } = keyPairFrom(randomBytes(32));
      const written = Array.from({ length: 400 }, (_, index) => randomPrefix(index));
      wg("", "set", name, "peer", publicKey, "allowed-ips", written.join(","));
      const given = wg("", "show", name, "allowed-ips").split("\t")[1]?.split(" ") ?? [];
      expect(new Set(given)).toEqual(new Set(written.map(canonicalPrefix)));
    });
  },
);

async function withInterface(name: string, use: (name: string) => void): Promise<void> {
  const daemon = spawn("wireguard-go", [name], {
    env: { ...process.env, WG_PROCESS_FOREGROUND: "1" },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  try {
    for (let tries = 0; tries < 200 && !existsSync(`/run/wireguard/${name}.sock`); tries += 1) await setTimeout(10);
    use(name);
  } finally {
    daemon.kill();
    await ended;
  }
}

/** Host bits set, zero runs of all lengths, both families, some bare and some mapped. */
function randomPrefix(index: number): string {
  const words = Array.from(randomBytes(16), (byte, place) => (byte % 3 === 0 ? place * 7 : 0));
  const value = words.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  if (index % 4 === 0) return `::ffff:10.0.${index % 256}.7${index % 8 === 0 ? "" : "/112"}`;
  const address = index % 2 === 0 ? { family: 6 as const, value } : { family: 4 as const, value: value & 0xffffffffn };
  const text = formatAddress(address);
  const prefix = index % (address.family === 4 ? 33 : 129);
  return index % 5 === 0 ? text : `${text}/${prefix}`.replace(/^0\.0\.0\.0\/0$/, formatNetwork(networkOf(address, 8)));
}
