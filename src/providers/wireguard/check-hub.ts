import type { Finding } from "../../estate/resource.ts";
import { durationSeconds } from "../../support/duration.ts";
import {
  addressRefusal,
  endpointRefusal,
  hostRefusal,
  instantRefusal,
  keepaliveRefusal,
  networkRefusal,
  pathRefusal,
  searchDomainRefusal,
} from "./check-text.ts";
import {
  containsAddress,
  formatNetwork,
  type InterfaceAddress,
  type IpRange,
  lastOf,
  parseInterfaceAddress,
  parseNetwork,
  parseRange,
} from "./ip.ts";
import type { Hub } from "./model.ts";
import { type Refusal, refuse, refuseIf } from "./refusal.ts";
import type { HubFacts } from "./topology.ts";

/** Networks smaller than these have no room for peers; larger ones are a slip. */
const PREFIX_BOUNDS = { 4: { least: 8, most: 30 }, 6: { least: 48, most: 126 } } as const;
/** Words that `wg show` takes for something else, and names the kernel refuses. */
const NO_INTERFACE = new Set(["all", "interfaces", "default", ".", ".."]);

/** Rules of one hub's document by itself. */
export function* checkHub(facts: HubFacts): Generator<Finding> {
  const { hub } = facts;
  yield* checkAddresses(hub);
  yield* checkReserved(facts);
  yield* checkClientSettings(hub);
  yield* checkFiles(facts);
  yield* refuseIf(hub, ["spec", "interface"], interfaceRefusal(hub.spec.interface));
  yield* refuseIf(hub, ["spec", "endpoint"], endpointRefusal(hub.spec.endpoint));
  const ssh = hub.spec.host.ssh;
  if (ssh !== undefined) yield* refuseIf(hub, ["spec", "host", "ssh", "address"], hostRefusal(ssh.address));
}

function* checkAddresses(hub: Hub): Generator<Finding> {
  const families = new Set<number>();
  for (const [index, text] of hub.spec.addresses.entries()) {
    const path = ["spec", "addresses", index];
    const parsed = parseInterfaceAddress(text);
    const refusal = parsed === null ? addressRefusal(text) : addressRefusal(text.replace(/\/.*/, ""));
    if (parsed === null || refusal !== null) {
      yield* refuseIf(hub, path, refusal);
      continue;
    }
    if (families.has(parsed.address.family)) yield refuse(hub, path, familyTwice(parsed));
    families.add(parsed.address.family);
    yield* refuseIf(hub, path, boundsRefusal(text, parsed) ?? edgeRefusal(text, parsed));
  }
}

function familyTwice(parsed: InterfaceAddress): Refusal {
  return {
    code: "family-twice",
    message: `a second IPv${parsed.address.family} address`,
    hint: "a hub has one network a family; make a second hub with its own interface",
  };
}

function boundsRefusal(text: string, { network }: InterfaceAddress): Refusal | null {
  const { least, most } = PREFIX_BOUNDS[network.family];
  if (network.prefix >= least && network.prefix <= most) return null;
  return {
    code: "prefix-bounds",
    message: `${text}: a hub's IPv${network.family} network is /${least} to /${most}`,
    hint: "write the hub's address with the prefix length of the whole tunnel network, for example 10.8.0.1/22",
  };
}

function edgeRefusal(text: string, { address, network }: InterfaceAddress): Refusal | null {
  const hint = `take an address inside ${formatNetwork(network)}, for example the first`;
  if (address.value === network.first)
    return { code: "address-network", message: `${text} is the network's own address`, hint };
  if (network.family === 6 || address.value !== lastOf(network)) return null;
  return { code: "address-broadcast", message: `${text} is the network's broadcast address`, hint };
}

function* checkReserved({ hub, interfaceAddresses }: HubFacts): Generator<Finding> {
  for (const [index, { range, until }] of hub.spec.reserved.entries()) {
    const path = ["spec", "reserved", index, "range"];
    if (until !== undefined) yield* refuseIf(hub, ["spec", "reserved", index, "until"], instantRefusal(until));
    const parsed = parseRange(range);
    if (parsed === null) yield refuse(hub, path, invalidRange(range));
    else if (parsed.first > parsed.last) yield refuse(hub, path, reversedRange(range));
    else yield* refuseIf(hub, path, hostBitsOf(range) ?? outsideRefusal(range, parsed, interfaceAddresses));
  }
}

function invalidRange(range: string): Refusal {
  return {
    code: "invalid-range",
    message: `${range} is no range of addresses`,
    hint: "write an address, first-last of one family, or address/prefix",
  };
}

function reversedRange(range: string): Refusal {
  return { code: "range-reversed", message: `${range} ends before it begins`, hint: "write the lower address first" };
}

function hostBitsOf(range: string): Refusal | null {
  return range.includes("/") && parseNetwork(range)?.hasHostBits === true ? networkRefusal(range) : null;
}

function outsideRefusal(text: string, range: IpRange, own: readonly InterfaceAddress[]): Refusal | null {
  const ends = [range.first, range.last].map((value) => ({ family: range.family, value }));
  if (own.some(({ network }) => ends.every((end) => containsAddress(network, end)))) return null;
  const networks = own.map(({ network }) => formatNetwork(network)).join(" and ");
  return { code: "range-outside", message: `${text} is not inside the hub's network`, hint: `the hub has ${networks}` };
}

function* checkClientSettings(hub: Hub): Generator<Finding> {
  const { dns, peers } = hub.spec;
  for (const [index, server] of dns.servers.entries()) {
    yield* refuseIf(hub, ["spec", "dns", "servers", index], addressRefusal(server));
  }
  for (const [index, domain] of dns.search.entries()) {
    yield* refuseIf(hub, ["spec", "dns", "search", index], searchDomainRefusal(domain));
  }
  for (const [index, route] of (peers.routes ?? []).entries()) {
    yield* refuseIf(hub, ["spec", "peers", "routes", index], networkRefusal(route));
  }
  const path = ["spec", "peers", "keepalive"];
  yield* refuseIf(hub, path, keepaliveRefusal(peers.keepalive, durationSeconds(peers.keepalive)));
}

function* checkFiles({ hub, configFile }: HubFacts): Generator<Finding> {
  const mayBeRelative = hub.spec.host.file !== undefined;
  const key = hub.spec.privateKeyFrom.file;
  const keyPath = ["spec", "privateKeyFrom", "file"];
  yield* refuseIf(hub, ["spec", "configFile"], pathRefusal(configFile, mayBeRelative) ?? configName(hub, configFile));
  yield* refuseIf(hub, keyPath, pathRefusal(key, mayBeRelative));
  if (key === configFile) {
    const hint = "the key has a file of its own";
    yield refuse(hub, keyPath, { code: "path-clash", message: `${key} is the configuration file`, hint });
  }
}

function configName(hub: Hub, configFile: string): Refusal | null {
  const expected = `${hub.spec.interface}.conf`;
  if (configFile.slice(configFile.lastIndexOf("/") + 1) === expected) return null;
  return {
    code: "config-file-name",
    message: `${configFile} is not named after the interface, which wg-quick goes by`,
    hint: `name it ${expected}`,
  };
}

function interfaceRefusal(name: string): Refusal | null {
  if (!NO_INTERFACE.has(name) && !name.startsWith("-")) return null;
  return { code: "interface-name", message: `${name} cannot name an interface`, hint: "wg0 is usual" };
}
