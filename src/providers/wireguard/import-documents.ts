import { ALLOW_OVERLAP } from "./check-peer.ts";
import { bitsOf, containsAddress, formatAddress, type IpNetwork, overlaps, parseNetwork } from "./ip.ts";
import type { PublicKey } from "./model.ts";
import { type HubFacts, reservationOf, type Topology } from "./topology.ts";
import { unmanagedName } from "./unmanaged-name.ts";

/** A peer that a hub holds and nobody declares. */
export interface ForeignPeer {
  readonly hub: string;
  readonly publicKey: PublicKey;
  /** Canonical prefixes. */
  readonly allowedIps: readonly string[];
  /** Seconds; 0 is off. */
  readonly keepalive: number;
  readonly hasPresharedKey: boolean;
  /** From a comment above it; null where there is none. */
  readonly note: string | null;
}

export interface ImportRequest {
  readonly foreign: readonly ForeignPeer[];
  readonly topology: Topology;
  /** Where the editor finds the peer's schema from the new files. */
  readonly schema: string;
}

/** A new file of the state directory, for a person to look through and commit. */
export interface ImportedPeer {
  readonly kind: "WireGuardPeer";
  readonly name: string;
  readonly publicKey: PublicKey;
  readonly text: string;
  /** What could not be taken over, in plain words. */
  readonly notices: readonly string[];
}

/** Before every reservation's end: one that ends later still keeps an address from a new document. */
const LONG_AGO = new Date(0);

const NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** One document a key, named in the order of the keys, so that two imports of the same hubs are the same files; sorted by name. */
export function importDocuments(request: ImportRequest): readonly ImportedPeer[] {
  const taken = new Set(request.topology.peers.map(({ peer }) => peer.name));
  const byKey = Map.groupBy(request.foreign, ({ publicKey }) => publicKey);
  return [...byKey]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([publicKey, entries]) => {
      const name = nameFor(publicKey, entries, taken);
      taken.add(name);
      return importOne(name, entries, request);
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The name somebody wrote above the peer where it can be a name and is free, else one from the key. */
function nameFor(publicKey: PublicKey, entries: readonly ForeignPeer[], taken: ReadonlySet<string>): string {
  const noted = entries.flatMap(({ note }) =>
    note === null
      ? []
      : [
          note
            .trim()
            .toLowerCase()
            .replaceAll(/[ _@]+/g, "-"),
        ],
  );
  const usable = noted.find((name) => NAME.test(name) && !taken.has(name));
  if (usable !== undefined) return usable;
  let name = unmanagedName(publicKey);
  for (let count = 2; taken.has(name); count += 1) name = `${unmanagedName(publicKey)}-${count}`;
  return name;
}

/** What a prefix becomes in the document. */
type Fate =
  | { readonly kind: "address" | "routed" | "consented"; readonly text: string }
  | { readonly kind: "dropped"; readonly why: string };

function importOne(name: string, entries: readonly ForeignPeer[], request: ImportRequest): ImportedPeer {
  const hubs = entries.flatMap(({ hub }) => request.topology.hubs.get(hub) ?? []);
  const prefixes = [...new Set(entries.flatMap(({ allowedIps }) => allowedIps))].toSorted();
  const fates = fatesOf(prefixes, hubs);
  const textsOf = (...kinds: readonly Fate["kind"][]): readonly string[] =>
    fates.flatMap((fate) => (fate.kind !== "dropped" && kinds.includes(fate.kind) ? [fate.text] : []));
  const addresses = textsOf("address");
  const consented = textsOf("consented");
  const keepalive = Math.max(...entries.map((entry) => entry.keepalive));
  const hasPresharedKey = entries.some((entry) => entry.hasPresharedKey);
  const publicKey = entries[0]?.publicKey ?? "";
  const lines = [
    `# yaml-language-server: $schema=${request.schema}`,
    "# Found on the hub, declared by nobody. Say whose it is before this is committed.",
    "apiVersion: reeve.dev/v1",
    "kind: WireGuardPeer",
    "metadata:",
    `  name: ${JSON.stringify(name)}`,
    ...(consented.length === 0
      ? []
      : ["  annotations:", `    ${ALLOW_OVERLAP}: ${JSON.stringify(consented.join(", "))}`]),
    "spec:",
    ...listLines("hubs", hubs.map(({ hub }) => hub.name).toSorted()),
    `  publicKey: ${publicKey}`,
    ...(hasPresharedKey ? presharedLines(name) : []),
    ...listLines("addresses", addresses),
    ...listLines("routedNetworks", textsOf("routed", "consented")),
    ...(keepalive === 0 ? [] : [`  keepalive: ${keepalive}s`]),
  ];
  const dropped = fates.flatMap((fate) => (fate.kind === "dropped" ? [`${name}: ${fate.why}`] : []));
  return {
    kind: "WireGuardPeer",
    name,
    publicKey,
    text: `${lines.join("\n")}\n`,
    notices: [...dropped, ...needsOf(name, addresses, hubs)],
  };
}

function listLines(field: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [`  ${field}:`, ...texts.map((text) => `    - ${JSON.stringify(text)}`)];
}

function presharedLines(name: string): readonly string[] {
  return [
    "  # The hub holds a preshared key for this peer: put it into this file on each hub, mode 0600.",
    `  presharedKeyFrom: { file: ${JSON.stringify(`/etc/wireguard/psk/${name}`)} }`,
  ];
}

/** The first single address of each hub network is the peer's own; all else is behind it. */
function fatesOf(prefixes: readonly string[], hubs: readonly HubFacts[]): readonly Fate[] {
  const filled = new Set<IpNetwork>();
  return prefixes.flatMap((prefix) => {
    const network = parseNetwork(prefix)?.network;
    return network === undefined ? [] : [fateOf(prefix, network, { hubs, filled })];
  });
}

interface Places {
  readonly hubs: readonly HubFacts[];
  /** Networks that the peer has an address in already. */
  readonly filled: Set<IpNetwork>;
}

function fateOf(prefix: string, network: IpNetwork, { hubs, filled }: Places): Fate {
  if (network.prefix === 0)
    return { kind: "dropped", why: `${prefix} is not taken over: a hub never routes everything to a peer` };
  const own = hubs.flatMap(({ interfaceAddresses }) => interfaceAddresses);
  const address = { family: network.family, value: network.first };
  if (network.prefix === bitsOf(network.family)) {
    const inside = own.filter((one) => containsAddress(one.network, address)).map((one) => one.network);
    const isOfHub = own.some((one) => one.address.family === address.family && one.address.value === address.value);
    const isReserved = hubs.some((hub) => reservationOf(hub, address, LONG_AGO) !== null);
    if (isOfHub || isReserved)
      return { kind: "dropped", why: `${prefix} is the hub's own or reserved: run reeve allocate` };
    if (inside.length > 0 && inside.every((one) => !filled.has(one))) {
      for (const one of inside) filled.add(one);
      return { kind: "address", text: formatAddress(address) };
    }
  }
  const isOverTunnel = own.some((one) => overlaps(one.network, network));
  return { kind: isOverTunnel ? "consented" : "routed", text: prefix };
}

function needsOf(name: string, addresses: readonly string[], hubs: readonly HubFacts[]): readonly string[] {
  const needsIpv4 = hubs.some(({ networks }) => networks.some((network) => !network.includes(":")));
  const hasIpv4 = addresses.some((address) => !address.includes(":"));
  return needsIpv4 && !hasIpv4 ? [`${name}: it has no IPv4 address of the hub's network: run reeve allocate`] : [];
}
