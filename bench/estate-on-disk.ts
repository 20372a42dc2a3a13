import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A state repository with one hub and as many peers as asked for, one document a file. */
export interface EstateOnDisk {
  readonly folder: string;
  readonly configFile: string;
  readonly link: string;
  /** Gives the first peer another address: the one change of the apply benchmark. */
  editOne(round: number): void;
}

export function writeEstate(count: number, host: "file" | "local", link: string): EstateOnDisk {
  const folder = mkdtempSync(join(tmpdir(), "reeve-bench-"));
  const state = join(folder, "desired-state");
  mkdirSync(join(state, "peers"), { recursive: true });
  const hubFolder = host === "file" ? ".reeve/hub" : join(folder, "hub");
  const configFile = join(folder, host === "file" ? ".reeve/hub" : "hub", `${link}.conf`);
  writeFileSync(join(state, "reeve.yaml"), documentOf("Estate", "bench", []));
  writeFileSync(
    join(state, "hub.yaml"),
    documentOf("WireGuardHub", "hub", [
      `host: { ${host}: {} }`,
      `interface: ${link}`,
      `configFile: ${hubFolder}/${link}.conf`,
      `privateKeyFrom: { file: ${hubFolder}/${link}.key }`,
      "addresses: [10.0.0.1/8]",
      "endpoint: vpn.example.com:51820",
    ]),
  );
  const keys = Array.from({ length: count }, publicKey);
  for (const [index, key] of keys.entries()) writePeer(state, index, key, addressOf(index + 256));
  return {
    folder,
    configFile,
    link,
    editOne: (round) => writePeer(state, 0, keys[0] ?? "", `10.255.0.${(round % 250) + 1}`),
  };
}

function writePeer(state: string, index: number, key: string, address: string): void {
  const name = `peer-${String(index).padStart(5, "0")}`;
  const spec = ["hubs: [hub]", `publicKey: ${key}`, `addresses: [${address}]`, "nodeVersion: 1.0.0"];
  writeFileSync(join(state, "peers", `${name}.yaml`), documentOf("WireGuardPeer", name, spec));
}

/** One document as text; `spec` in lines. */
export function documentOf(kind: string, name: string, spec: readonly string[]): string {
  const body = spec.length === 0 ? [] : ["spec:", ...spec.map((line) => `  ${line}`)];
  return `${["apiVersion: reeve.dev/v1", `kind: ${kind}`, `metadata: { name: ${name} }`, ...body].join("\n")}\n`;
}

function publicKey(): string {
  return generateKeyPairSync("x25519")
    .publicKey.export({ type: "spki", format: "der" })
    .subarray(-32)
    .toString("base64");
}

function addressOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
