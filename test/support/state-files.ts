/** Files of a state repository. */
import { publicKeyOf } from "./wireguard-hub.ts";

export const PLAN_WORKFLOW = ".github/workflows/plan.yml";

/** A peer of `hub-eu`, as a file of the state repository. */
export function peerFile(name: string, address: number, more = ""): Readonly<Record<string, string>> {
  return {
    [`desired-state/peers/${name}.yaml`]: [
      "apiVersion: reeve.dev/v1",
      "kind: WireGuardPeer",
      `metadata: { name: ${name} }`,
      "spec:",
      "  hubs: [hub-eu]",
      `  publicKey: ${publicKeyOf(keyIndex(name))}`,
      `  addresses: [10.8.${address >> 8}.${address & 255}]`,
      more,
    ].join("\n"),
  };
}

export function noPeer(name: string): Readonly<Record<string, null>> {
  return { [`desired-state/peers/${name}.yaml`]: null };
}

/** The same name, the same key. */
function keyIndex(name: string): number {
  return Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 1_000_000, 7);
}

export function estateFile(spec: string): string {
  return `apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\nspec:\n${spec}`;
}

export function hubFile(live: string): string {
  return [
    "apiVersion: reeve.dev/v1",
    "kind: WireGuardHub",
    "metadata: { name: hub-eu }",
    "spec:",
    "  host: { file: {} }",
    "  interface: wg0",
    `  configFile: ${live}/wg0.conf`,
    `  privateKeyFrom: { file: ${live}/wg0.key }`,
    "  addresses: [10.8.0.1/16]",
    "  endpoint: vpn-eu.example.com:51820",
    "",
  ].join("\n");
}
