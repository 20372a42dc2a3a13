import type { Finding, Path } from "../../estate/resource.ts";
import { compareNetworks, formatNetwork, type IpNetwork, lastOf, parseInterfaceAddress } from "./ip.ts";
import type { Hub } from "./model.ts";
import { refuse } from "./refusal.ts";
import type { HubFacts, Topology } from "./topology.ts";

/** MaxPeers of wireguard-go (device/constants.go); past it the hub takes no more keys. */
const MAX_PEERS = 65_536;

/** Rules between hubs, and of a hub with all its peers. */
export function* checkHubs(topology: Topology): Generator<Finding> {
  const hubs = [...topology.hubs.values()];
  for (const rule of UNIQUE) yield* checkUnique(hubs, rule);
  yield* checkNetworks(hubs);
  for (const facts of hubs) yield* checkPeerCount(facts, topology);
}

interface UniqueRule {
  readonly code: string;
  readonly path: Path;
  /** What no two hubs may share; null where the rule does not hold for a hub. */
  readonly of: (facts: HubFacts) => string | null;
  readonly says: (facts: HubFacts, other: Hub) => string;
  readonly hint: string;
}

const UNIQUE: readonly UniqueRule[] = [
  {
    code: "interface-twice",
    path: ["spec", "interface"],
    of: ({ hub }) => (hub.spec.host.file === undefined ? `${hostOf(hub)} ${hub.spec.interface}` : null),
    says: ({ hub }, other) => `${hub.spec.interface} on this host is already the interface of ${other.address}`,
    hint: "give each hub of a host its own interface",
  },
  {
    code: "listen-port-twice",
    path: ["spec", "listenPort"],
    of: ({ hub }) => (hub.spec.host.file === undefined ? `${hostOf(hub)} ${hub.spec.listenPort}` : null),
    says: ({ hub }, other) => `port ${hub.spec.listenPort} on this host is already taken by ${other.address}`,
    hint: "give each hub of a host its own listenPort",
  },
  {
    code: "config-file-twice",
    path: ["spec", "configFile"],
    of: ({ hub, configFile }) => `${hostOf(hub)} ${configFile}`,
    says: ({ configFile }, other) => `${configFile} is already the configuration file of ${other.address}`,
    hint: "give each hub its own file",
  },
];

/** Where a hub lives. Two spellings of one machine are not seen through. */
function hostOf({ spec }: Hub): string {
  const ssh = spec.host.ssh;
  if (ssh !== undefined) return `ssh ${ssh.address.toLowerCase()}:${ssh.port}`;
  return spec.host.local === undefined ? "file" : "local";
}

function* checkUnique(hubs: readonly HubFacts[], rule: UniqueRule): Generator<Finding> {
  const first = new Map<string, Hub>();
  for (const facts of hubs) {
    const value = rule.of(facts);
    if (value === null) continue;
    const other = first.get(value);
    if (other === undefined) first.set(value, facts.hub);
    else yield refuse(facts.hub, rule.path, { code: rule.code, message: rule.says(facts, other), hint: rule.hint });
  }
}

interface PlacedNetwork {
  readonly hub: Hub;
  readonly path: Path;
  readonly network: IpNetwork;
}

/** Sorted by start, each network need only be held against the furthest end before it. */
function* checkNetworks(hubs: readonly HubFacts[]): Generator<Finding> {
  const withInterface = hubs.filter(({ hub }) => hub.spec.host.file === undefined);
  const groups = Map.groupBy(withInterface.flatMap(placedNetworks), ({ hub, network }) => hostOf(hub) + network.family);
  for (const group of groups.values()) {
    let furthest: PlacedNetwork | null = null;
    for (const placed of group.toSorted((a, b) => compareNetworks(a.network, b.network))) {
      if (furthest !== null && placed.network.first <= lastOf(furthest.network))
        yield networksOverlap(placed, furthest);
      if (furthest === null || lastOf(placed.network) > lastOf(furthest.network)) furthest = placed;
    }
  }
}

function placedNetworks({ hub }: HubFacts): readonly PlacedNetwork[] {
  return hub.spec.addresses.flatMap((text, index) => {
    const parsed = parseInterfaceAddress(text);
    return parsed === null ? [] : [{ hub, path: ["spec", "addresses", index], network: parsed.network }];
  });
}

function networksOverlap({ hub, path, network }: PlacedNetwork, other: PlacedNetwork): Finding {
  return refuse(hub, path, {
    code: "networks-overlap",
    message: `${formatNetwork(network)} overlaps ${formatNetwork(other.network)} of ${other.hub.address} on the same host`,
    hint: "the host can route an address to one interface only: take a network of its own",
  });
}

function* checkPeerCount({ hub }: HubFacts, topology: Topology): Generator<Finding> {
  const peers = topology.peersOf.get(hub.name) ?? [];
  if (hub.spec.retired && peers.length > 0) {
    const names = peers.slice(0, 3).map(({ facts }) => facts.peer.name);
    const more = peers.length > names.length ? ` and ${peers.length - names.length} more` : "";
    yield refuse(hub, ["spec", "retired"], {
      code: "retired-in-use",
      message: `the hub is retired, and peers still name it: ${names.join(", ")}${more}`,
      hint: "move the peers to another hub first",
    });
  }
  const keys = peers.reduce((sum, { facts }) => sum + (facts.peer.spec.nextPublicKey === undefined ? 1 : 2), 0);
  if (keys > MAX_PEERS) {
    yield refuse(hub, [], {
      code: "too-many-peers",
      message: `${keys} keys for one hub; an interface takes ${MAX_PEERS}`,
      hint: "spread the peers over more hubs",
    });
  }
}
