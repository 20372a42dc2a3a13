import type { Address, Resource } from "../../../src/estate/resource.ts";
import type { WireGuardHubSpec, WireGuardPeerSpec } from "../../../src/generated/documents.ts";
import type { Desired } from "../../../src/providers/provider.ts";

/** A hub of a `local` host with nothing but defaults. */
export const HUB_SPEC: WireGuardHubSpec = {
  host: { local: {} },
  interface: "wg0",
  privateKeyFrom: { file: "/etc/wireguard/wg0.key" },
  addresses: ["10.8.0.1/24"],
  listenPort: 51820,
  endpoint: "vpn.example.com:51820",
  reserved: [],
  dns: { servers: [], search: [] },
  mtu: 1420,
  peers: { keepalive: "25s", unmanaged: "report", prune: { atMost: 5 }, quarantine: "30d" },
  retired: false,
};

/** A key of its own for every number; nobody's private half is known. */
export function keyOf(number: number): string {
  const bytes = Buffer.alloc(32, 0x11);
  bytes.writeUInt32LE(number, 4);
  return bytes.toString("base64");
}

export function hub(name: string, spec: Partial<WireGuardHubSpec> = {}): Resource<WireGuardHubSpec> {
  return { ...resource("WireGuardHub", name), spec: { ...HUB_SPEC, ...spec } };
}

let made = 0;

export function peer(
  name: string,
  spec: Partial<WireGuardPeerSpec> = {},
  annotations: Readonly<Record<string, string>> = {},
): Resource<WireGuardPeerSpec> {
  made += 1;
  const defaults = { hubs: ["hub"], publicKey: keyOf(made), addresses: [], routedNetworks: [], suspended: false };
  return { ...resource("WireGuardPeer", name), annotations, spec: { ...defaults, ...spec } };
}

function resource(kind: string, name: string): Omit<Resource, "spec"> {
  const source = { file: `${name}.yaml`, line: 2, column: 1 };
  return { address: `${kind}/${name}`, kind, name, labels: {}, annotations: {}, source, documentIndex: 0 };
}

/** An estate of these resources, sorted as the loader sorts them. */
export function desiredOf(given: readonly Resource[]): Desired {
  const resources = given.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const references = new Map<Address, readonly Address[]>(
    resources.map((one) => {
      const hubs = (one.spec as { readonly hubs?: readonly string[] }).hubs ?? [];
      return [one.address, hubs.map((name): Address => `WireGuardHub/${name}`).toSorted()];
    }),
  );
  const byAddress = new Map(resources.map((one) => [one.address, one]));
  const settings = { safety: { maxDeletes: { percent: 30, atLeast: 3 } } };
  return {
    estate: { name: "robco", settings, acknowledged: new Set(), resources, byAddress, references },
    resources,
  };
}
