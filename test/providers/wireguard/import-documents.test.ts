import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadEstate } from "../../../src/estate/load-estate.ts";
import { checkWireGuard } from "../../../src/providers/wireguard/check.ts";
import { type ForeignPeer, importDocuments } from "../../../src/providers/wireguard/import-documents.ts";
import { resolveTopology } from "../../../src/providers/wireguard/topology.ts";
import { desiredOf, hub, keyOf, peer } from "./desired.ts";

const NOW = new Date("2026-11-24T12:00:00Z");
const folder = mkdtempSync(join(tmpdir(), "reeve-import-"));
afterAll(() => rmSync(folder, { recursive: true }));

const HUB = hub("hub", {
  addresses: ["10.8.0.1/24", "fd00:8::1/64"],
  reserved: [{ range: "10.8.0.2-10.8.0.9", reason: "infrastructure" }],
});
const US = hub("us", { addresses: ["10.9.0.1/24"], interface: "wg1", listenPort: 51821 });
const topology = resolveTopology(desiredOf([HUB, US, peer("alice", { addresses: ["10.8.0.200"] })]));

function foreign(number: number, allowedIps: readonly string[], more: Partial<ForeignPeer> = {}): ForeignPeer {
  return {
    hub: "hub",
    publicKey: keyOf(number),
    allowedIps,
    keepalive: 0,
    hasPresharedKey: false,
    note: null,
    ...more,
  };
}

function importAll(...peers: readonly ForeignPeer[]) {
  return importDocuments({ foreign: peers, topology, schema: "../schemas/wireguard-peer.schema.json" });
}

test("a peer as it is found, written out", () => {
  const [document] = importAll(
    foreign(7, ["10.20.0.0/16", "10.8.0.23/32", "fd00:8::23/128"], {
      keepalive: 25,
      hasPresharedKey: true,
      note: "Bob_Laptop",
    }),
    foreign(7, ["10.9.0.23/32"], { hub: "us" }),
  );
  expect(document?.text).toBe(`# yaml-language-server: $schema=../schemas/wireguard-peer.schema.json
# Found on the hub, declared by nobody. Say whose it is before this is committed.
apiVersion: reeve.dev/v1
kind: WireGuardPeer
metadata:
  name: "bob-laptop"
spec:
  hubs:
    - "hub"
    - "us"
  publicKey: ${keyOf(7)}
  # The hub holds a preshared key for this peer: put it into this file on each hub, mode 0600.
  presharedKeyFrom: { file: "/etc/wireguard/psk/bob-laptop" }
  addresses:
    - "10.8.0.23"
    - "10.9.0.23"
    - "fd00:8::23"
  routedNetworks:
    - "10.20.0.0/16"
  keepalive: 25s
`);
  expect(document?.notices).toEqual([]);
});

test.each([
  ["taken", "alice"],
  ["no name", "PostUp = x"],
  ["none", null],
])("the name is %s: one from the key", (_why, note) => {
  expect(importAll(foreign(7, ["10.8.0.23/32"], { note }))[0]?.name).toMatch(/^unmanaged-[0-9a-f]{8}$/);
});

test("what cannot be taken over is said", () => {
  const [document] = importAll(foreign(7, ["0.0.0.0/0", "10.8.0.1/32", "10.8.0.5/32"]));
  expect(document?.notices.map((notice) => notice.replace(/^unmanaged-\w+: /, ""))).toEqual([
    "0.0.0.0/0 is not taken over: a hub never routes everything to a peer",
    "10.8.0.1/32 is the hub's own or reserved: run reeve allocate",
    "10.8.0.5/32 is the hub's own or reserved: run reeve allocate",
    "it has no IPv4 address of the hub's network: run reeve allocate",
  ]);
});

test("the documents pass validation as they are", async () => {
  writeFileSync(join(folder, "reeve.yaml"), "apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\n");
  const hubs = [
    'metadata: { name: hub }\nspec:\n  addresses: [10.8.0.1/24, "fd00:8::1/64"]\n  interface: wg0\n',
    "metadata: { name: us }\nspec:\n  addresses: [10.9.0.1/24]\n  interface: wg1\n  listenPort: 51821\n",
  ].map(
    (text) =>
      `apiVersion: reeve.dev/v1\nkind: WireGuardHub\n${text}  host: { local: {} }\n  privateKeyFrom: { file: /etc/k }\n  endpoint: vpn.example.com:51820\n`,
  );
  writeFileSync(join(folder, "hubs.yaml"), hubs.join("---\n"));
  const documents = importAll(
    foreign(7, ["10.20.0.0/16", "10.8.0.23/32", "10.8.0.24/32", "10.8.0.64/27"], { keepalive: 65535, note: "one" }),
    foreign(8, ["10.8.0.25/32", "0.0.0.0/0"], { note: "one", hasPresharedKey: true }),
    foreign(9, ["10.9.0.25/32", "10.0.0.0/8"], { hub: "us", note: "123" }),
  );
  for (const { name, text } of documents) writeFileSync(join(folder, `${name}.yaml`), text);
  const loaded = await loadEstate({ stateDir: folder, root: folder, cacheDir: null });
  const { resources } = loaded.checkable;
  const findings = checkWireGuard({ estate: loaded.checkable, resources }, NOW);
  expect([...loaded.diagnostics, ...loaded.placeFindings(findings)]).toEqual([]);
  expect(resources.filter(({ kind }) => kind === "WireGuardPeer")).toHaveLength(3);
});
